import type { Clock } from "../../../base/clock.ts";
import { aborted, anySignal, pause } from "../../../base/deadline.ts";

/** Lets one loop sleep until it is wanted. A ring that nobody heard is heard at the next sleep. */
export class Alarm {
  readonly #clock: Clock;
  readonly #stop: AbortSignal;
  #bell = new AbortController();

  /** @param stop ends every sleep. */
  constructor(clock: Clock, stop: AbortSignal) {
    this.#clock = clock;
    this.#stop = stop;
  }

  ring(): void {
    this.#bell.abort();
  }

  /** @param milliseconds at most; left out: until it rings. */
  async sleep(milliseconds?: number): Promise<void> {
    const either = anySignal(this.#stop, this.#bell.signal);
    await (milliseconds === undefined ? aborted(either) : pause(this.#clock, milliseconds, either));
    if (this.#bell.signal.aborted) this.#bell = new AbortController();
  }
}
