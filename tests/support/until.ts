import { pause } from "../../base/deadline.ts";
import { systemClock } from "../../base/node/system-clock.ts";

/** Between two looks, milliseconds. */
const EVERY = 40;

/**
 * Waits until `look` finds something: neither `undefined` nor `false`.
 *
 * @throws Error that names `what` when it is not so within `patience` milliseconds. @param every milliseconds between two looks.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  patience = 60_000,
  every = EVERY,
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found as Exclude<T, undefined | false>;
    if (performance.now() > end) throw new Error(`not within ${patience / 1000} s: ${what}`);
    await pause(systemClock, every);
  }
}
