import type { Clock, Timer } from "../../base/clock.ts";

/** Our clock as XState's machines want it. */
export function machineClock(clock: Clock) {
  return {
    setTimeout: (callback: () => void, milliseconds: number): Timer => clock.setTimeout(callback, milliseconds),
    clearTimeout: (timer: Timer | undefined): void => timer?.cancel(),
  };
}
