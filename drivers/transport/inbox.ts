/** Hands what comes to one consumer that may be set later: what came before is handed over first, in order. */
export class Inbox<T> {
  readonly #limit: number;
  readonly #onOverflow: () => void;
  readonly #sizeOf: (item: T) => number;
  #consumer: ((item: T) => void) | undefined;
  #early: T[] = [];
  #held = 0;

  /**
   * @param limit most that is kept for a consumer, in what `sizeOf` counts (items when left out).
   * @param onOverflow called once when more came; nothing is kept after that.
   */
  constructor(limit: number, onOverflow: () => void, sizeOf: (item: T) => number = () => 1) {
    this.#limit = limit;
    this.#onOverflow = onOverflow;
    this.#sizeOf = sizeOf;
  }

  consume(consumer: (item: T) => void): void {
    this.#consumer = consumer;
    const early = this.#early;
    this.#early = [];
    for (const item of early) consumer(item);
  }

  take(item: T): void {
    if (this.#consumer !== undefined) {
      this.#consumer(item);
      return;
    }
    if (this.#held > this.#limit) return;
    this.#held += this.#sizeOf(item);
    if (this.#held <= this.#limit) {
      this.#early.push(item);
      return;
    }
    this.#early = [];
    this.#onOverflow();
  }
}
