import type { Clock, Timer } from "../../base/clock.ts";

const BITS_PER_BYTE = 10;
/** Bytes are handed over in pieces of at most this much line time, milliseconds. */
const PIECE = 5;

/** How busy a line was from its first byte on, milliseconds. */
export type LineUse = { readonly first: number; readonly last: number; readonly busy: number };

/**
 * A serial line of a given rate: bytes put in come out at that rate, in order. Without a rate they come out at once.
 */
export class PacedLine {
  readonly #clock: Clock;
  readonly #baudRate: number | undefined;
  readonly #deliver: (bytes: Uint8Array) => void;
  #queue: { readonly bytes: Uint8Array; readonly due: number }[] = [];
  #freeAt = 0;
  #timer: Timer | undefined;
  #use: LineUse | undefined;

  constructor(clock: Clock, baudRate: number | undefined, deliver: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#baudRate = baudRate;
    this.#deliver = deliver;
  }

  /** Since the last `resetUse`. */
  get use(): LineUse | undefined {
    return this.#use;
  }

  resetUse(): void {
    this.#use = undefined;
  }

  put(bytes: Uint8Array): void {
    if (this.#baudRate === undefined) this.#deliver(bytes);
    else this.#pace(bytes, (BITS_PER_BYTE * 1000) / this.#baudRate);
  }

  #pace(bytes: Uint8Array, perByte: number): void {
    const start = Math.max(this.#clock.monotonic(), this.#freeAt);
    const piece = Math.max(1, Math.floor(PIECE / perByte));
    for (let offset = 0; offset < bytes.length; offset += piece) {
      const part = bytes.slice(offset, offset + piece);
      this.#queue.push({ bytes: part, due: start + (offset + part.length) * perByte });
    }
    this.#freeAt = start + bytes.length * perByte;
    const { first = start, busy = 0 } = this.#use ?? {};
    this.#use = { first, last: this.#freeAt, busy: busy + bytes.length * perByte };
    this.#schedule();
  }

  /** What is on the line is lost. */
  cut(): void {
    this.#queue = [];
    this.#freeAt = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #schedule(): void {
    const next = this.#queue[0];
    if (next === undefined || this.#timer !== undefined) return;
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#timer = undefined;
        const now = this.#clock.monotonic();
        while (this.#queue[0] !== undefined && this.#queue[0].due <= now + 0.01)
          this.#deliver(this.#queue.shift()?.bytes ?? new Uint8Array());
        this.#schedule();
      },
      Math.max(0, next.due - this.#clock.monotonic()),
    );
  }
}
