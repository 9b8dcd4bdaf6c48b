import { concat } from "../../base/bytes/bytes.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import type { Unsubscribe } from "../../base/observable.ts";
import { failed, type Outcome, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";
import type { EncodedTicket } from "./encoder.ts";
import { brokenBy, pausedBy } from "./facts.ts";
import type { PrintProgress } from "./interface.ts";
import type { Confirmation, PrinterSession } from "./session.ts";
import { BITS_PER_BYTE, CHUNK_WITHOUT_RATE, type PrinterTimings, SLOWEST_PRINT } from "./timings.ts";

export type ConfirmedBy = Confirmation | "full-status" | "nothing";

export type JobOptions = {
  readonly clock: Clock;
  readonly timings: PrinterTimings;
  readonly lineRate: number | undefined;
  /** Four characters 20…7E that no other ticket on this connection used; absent when the profile has no process id. */
  readonly id: string | undefined;
  readonly bufferedStatus: boolean;
  readonly presenter: boolean;
  /** This printer has confirmed a ticket before: when it now does not, that is no longer normal. */
  readonly confirmsAlways: boolean;
  /** Ends the job; the reason is the error code to end it with. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PrintProgress) => void;
};

type JobOutcome = Outcome<ConfirmedBy>;

/** No wait for a confirmation is longer: the operator's stops are bounded apart. */
const CONFIRMATION_LIMIT = 3_600_000;
/** Writes that may be under way: the next is handed over before the last has left, so that the line never rests. */
const WRITES_UNDER_WAY = 2;

/**
 * One ticket on its way. It ends once, by what happens first: the printer confirms, breaks, falls silent, is lost,
 * stays stopped for longer than an operator may take, or does not confirm at all. From the first byte on every doubt
 * ends in `unknown`.
 */
export class PrintJob {
  readonly #session: PrinterSession;
  readonly #ticket: EncodedTicket;
  readonly #options: JobOptions;
  readonly #over = new AbortController();
  readonly #ended = Promise.withResolvers<JobOutcome>();
  readonly #unansweredBefore: number;
  #begun = false;
  #sent = false;
  #stopTimer: Timer | undefined;
  #windowTimer: Timer | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(session: PrinterSession, ticket: EncodedTicket, options: JobOptions) {
    this.#session = session;
    this.#ticket = ticket;
    this.#options = options;
    this.#unansweredBefore = session.polls.value.unanswered;
  }

  async run(): Promise<JobOutcome> {
    const { signal } = this.#options;
    const session = this.#session;
    const look = () => this.#look();
    const watching: Unsubscribe[] = [
      session.facts.subscribe(look),
      session.held.subscribe(look),
      session.silent.subscribe(look),
      session.lost.subscribe(look),
    ];
    const onAbort = () => this.#fail(abortCode(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    look();
    void this.#send();
    const outcome = await this.#ended.promise;
    signal.removeEventListener("abort", onAbort);
    for (const unsubscribe of watching) unsubscribe();
    this.#stopTimer?.cancel();
    this.#windowTimer?.cancel();
    this.#over.abort();
    this.#changed.resolve();
    return outcome;
  }

  /** Weighs what is known now. */
  #look(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    const session = this.#session;
    const facts = session.facts.value;
    const broken = brokenBy(facts);
    if (session.lost.value !== undefined) this.#fail("link.lost");
    else if (session.silent.value && session.heard) this.#fail("printer.not-answering");
    else if (broken !== undefined) this.#fail(`printer.${broken}`);
    else if (this.#sent && this.#options.presenter && facts.ticketInMouth) this.#end("full-status");
    else {
      this.#watchStop();
      this.#watchWindow();
    }
  }

  get #stop(): ErrorCode | undefined {
    const paused = pausedBy(this.#session.facts.value);
    if (paused !== undefined) return `printer.${paused}`;
    return this.#session.held.value ? "printer.offline" : undefined;
  }

  #watchStop(): void {
    const { clock, timings } = this.#options;
    if (this.#stop === undefined) {
      this.#stopTimer?.cancel();
      this.#stopTimer = undefined;
      return;
    }
    this.#stopTimer ??= clock.setTimeout(
      () => this.#fail(this.#stop ?? "printer.not-confirmed"),
      timings.operatorWithin,
    );
  }

  /** Runs while everything is sent and nothing stops the printer: how long it may take to print and say so. */
  #watchWindow(): void {
    const { clock, timings } = this.#options;
    if (!this.#sent || this.#stop !== undefined) {
      this.#windowTimer?.cancel();
      this.#windowTimer = undefined;
      return;
    }
    const printing = this.#ticket.length / SLOWEST_PRINT + timings.confirmationGrace;
    this.#windowTimer ??= clock.setTimeout(() => this.#unconfirmed(), printing);
  }

  #unconfirmed(): void {
    const session = this.#session;
    const gap = session.polls.value.unanswered > this.#unansweredBefore;
    if (!session.heard) this.#fail("printer.not-answering");
    else if (gap || this.#options.confirmsAlways || session.facts.value.working) this.#fail("printer.not-confirmed");
    else this.#end("nothing");
  }

  #tellSent(): void {
    this.#sent = true;
    this.#options.onProgress("sent");
  }

  #end(by: ConfirmedBy): void {
    // A line that is faster than its stated rate confirms before the rate says that all has left.
    if (!this.#sent) this.#tellSent();
    this.#ended.resolve({ outcome: "ok", value: by });
  }

  #fail(code: ErrorCode): void {
    const error = coded(code, this.#begun ? undefined : "nothing was sent");
    this.#ended.resolve(this.#begun ? uncertain(error) : failed(error));
  }

  async #send(): Promise<void> {
    const { clock, id, bufferedStatus } = this.#options;
    const underWay: Promise<unknown>[] = [];
    for (const chunk of chunks([...this.#ticket.commands, ...trailer(id, bufferedStatus)], this.#chunkSize)) {
      if (!(await this.#mayWrite())) return;
      if (!this.#begun) this.#awaitConfirmation();
      this.#begun = true;
      underWay.push(this.#session.write(chunk).then((written) => written.ok || this.#fail("link.lost")));
      if (underWay.length >= WRITES_UNDER_WAY) await underWay.shift();
    }
    await Promise.all(underWay);
    await pause(clock, Math.max(0, this.#session.lineFreeAt - clock.monotonic()), this.#over.signal);
    if (this.#over.signal.aborted || this.#sent) return;
    this.#tellSent();
    this.#look();
  }

  get #chunkSize(): number {
    const { lineRate, timings } = this.#options;
    return lineRate === undefined ? CHUNK_WITHOUT_RATE : (lineRate / BITS_PER_BYTE / 1000) * timings.chunk;
  }

  /** Waits while the printer is stopped and while enough is on its way; `false` when the job has ended meanwhile. */
  async #mayWrite(): Promise<boolean> {
    const { clock, timings } = this.#options;
    while (!this.#over.signal.aborted) {
      const surplus = this.#session.lineFreeAt - clock.monotonic() - timings.ahead;
      if (this.#stop !== undefined) await this.#changed.promise;
      else if (surplus > 0) await pause(clock, surplus, this.#over.signal);
      else return true;
    }
    return false;
  }

  /** Registered before the first byte leaves, so that no answer can come too early. */
  #awaitConfirmation(): void {
    void this.#session.confirmation(this.#options.id, CONFIRMATION_LIMIT, this.#over.signal).then(async (by) => {
      // A single byte can be noise of a printer that was switched off: one that answers now was not.
      if (by === "buffered-status" && !(await this.#session.poll())) return;
      if (by !== undefined) this.#end(by);
    });
  }
}

/** The requests whose answers say that everything before them has been processed. */
function trailer(id: string | undefined, bufferedStatus: boolean): Uint8Array[] {
  const requests: Uint8Array[] = [];
  if (id !== undefined)
    requests.push(Uint8Array.of(0x1d, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, ...new TextEncoder().encode(id)));
  if (bufferedStatus) requests.push(Uint8Array.of(0x1d, 0x72, 0x01));
  return requests;
}

/** Groups whole commands into writes of about `size` bytes; a command is never cut. */
export function* chunks(commands: readonly Uint8Array[], size: number): Generator<Uint8Array> {
  let held: Uint8Array[] = [];
  let length = 0;
  for (const command of commands) {
    if (length > 0 && length + command.length > size) {
      yield concat(held);
      held = [];
      length = 0;
    }
    held.push(command);
    length += command.length;
  }
  if (length > 0) yield concat(held);
}

function abortCode(signal: AbortSignal): ErrorCode {
  return signal.reason === "printer.reset-meanwhile" ? "printer.reset-meanwhile" : "common.cancelled";
}
