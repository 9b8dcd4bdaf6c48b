import type { Clock } from "../../../base/clock.ts";
import { type Outcome, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";

/**
 * The last resort around a driver's command: drivers have deadlines of their own, and one that breaks them has a defect.
 * What becomes of the command then is unknown.
 */
export async function atMost<T>(
  clock: Clock,
  milliseconds: number,
  name: string,
  work: (signal: AbortSignal) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<Outcome<T>>();
  const timer = clock.setTimeout(() => {
    resolve(uncertain(coded("common.deadline", `${name}, ${milliseconds} ms`)));
    stop.abort();
  }, milliseconds);
  try {
    return await Promise.race([work(stop.signal), promise]);
  } finally {
    timer.cancel();
  }
}
