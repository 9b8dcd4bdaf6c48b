import type { Clock } from "../../base/clock.ts";

/** Wrong codes that one address may try within the window. A code is one of 8 × 10¹¹. */
const WRONG_TRIES = 20;
const WINDOW = 10 * 60 * 1000;

/** Counts wrong codes by address, so that codes cannot be tried in bulk. */
export class WrongTries {
  readonly #clock: Clock;
  #since = 0;
  readonly #counts = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  exceeded(address: string): boolean {
    if (this.#clock.monotonic() - this.#since >= WINDOW) {
      this.#since = this.#clock.monotonic();
      this.#counts.clear();
    }
    return (this.#counts.get(address) ?? 0) >= WRONG_TRIES;
  }

  add(address: string): void {
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
  }
}
