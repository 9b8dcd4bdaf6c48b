import { fromLatin1, toLatin1 } from "../../base/bytes/bytes.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import { formatOfFirstLine, MRZ_LAYOUTS } from "../../base/icao/layout.ts";

/**
 * How long the rest of a machine-readable zone may take. At 9600 baud a line takes less than 50 ms and readers send all
 * lines in one go. The time decides only when to give up; it never decides what belongs together.
 */
const GIVE_UP_AFTER = 1_000;

/**
 * Puts the lines of one machine-readable zone together: a reader sends a TD1 card as three lines, each with its own terminator. What
 * belongs together is told by shape: a line of 30, 36 or 44 characters that can begin a zone waits for further
 * lines of its width and alphabet. Everything else passes at once. Lines that wait in vain are handed on one by one, as
 * soon as another line does not fit or when `GIVE_UP_AFTER` has passed.
 */
export class MrzGrouping {
  readonly #clock: Clock;
  readonly #deliver: (code: Uint8Array) => void;
  #held: Uint8Array[] = [];
  #timer: Timer | undefined;

  /** @param deliver takes whole codes; the lines of a zone are separated by LF. */
  constructor(clock: Clock, deliver: (code: Uint8Array) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  push(line: Uint8Array): void {
    const text = fromLatin1(line).trim();
    this.#timer?.cancel();
    if (this.#held.length > 0 && !this.#fits(text)) this.#giveUp();
    if (this.#held.length === 0 && formatOfFirstLine(text) === undefined) this.#deliver(line);
    else this.#hold(text);
  }

  /** Forgets what is held; whether there was anything. */
  discard(): boolean {
    this.#timer?.cancel();
    const held = this.#held.length > 0;
    this.#held = [];
    return held;
  }

  #first(): string {
    return fromLatin1(this.#held[0] ?? new Uint8Array());
  }

  #hold(text: string): void {
    this.#held.push(toLatin1(text));
    if (this.#held.length === this.#expected()) this.#complete();
    else this.#timer = this.#clock.setTimeout(() => this.#giveUp(), GIVE_UP_AFTER);
  }

  /** The second line of a TD1 zone begins with the birth date, so that a zone which is begun anew is noticed. */
  #fits(text: string): boolean {
    const first = this.#first();
    const begunAnew = formatOfFirstLine(first) === "TD1" && this.#held.length === 1 && !/^[0-9<]/.test(text);
    return text.length === first.length && /^[A-Z0-9<]+$/.test(text) && !begunAnew;
  }

  #expected(): number {
    const format = formatOfFirstLine(this.#first());
    return format === undefined ? 1 : MRZ_LAYOUTS[format].lines;
  }

  #complete(): void {
    const lines = this.#held;
    this.#held = [];
    this.#deliver(toLatin1(lines.map(fromLatin1).join("\n")));
  }

  #giveUp(): void {
    const lines = this.#held;
    this.#held = [];
    for (const line of lines) this.#deliver(line);
  }
}
