import type { Clock } from "../base/clock.ts";
import { pause } from "../base/deadline.ts";

/** Wakes a loop. A call while the loop is busy is not lost: its next wait ends at once. */
export class Wake {
  #called = false;
  #waiting: AbortController | undefined;

  call(): void {
    this.#called = true;
    this.#waiting?.abort();
  }

  /** Waits for a call, at most `milliseconds`; `true` when there was one. */
  async wait(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#called) {
      this.#waiting = new AbortController();
      await pause(clock, milliseconds, AbortSignal.any([signal, this.#waiting.signal]));
      this.#waiting = undefined;
    }
    const called = this.#called;
    this.#called = false;
    return called;
  }
}
