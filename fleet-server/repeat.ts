import type { Clock, Timer } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { logUnexpected } from "./unexpected.ts";

/**
 * Does `work` again and again, `pause` milliseconds after its end; a failure is logged and the next turn comes all the same.
 *
 * @returns what ends it; resolves when a turn under way is over.
 */
export function repeat(
  options: { readonly clock: Clock; readonly log: Logger; readonly name: string; readonly pause: number },
  work: () => Promise<void>,
): () => Promise<void> {
  const { clock, log, name, pause } = options;
  let ended = false;
  let timer: Timer | undefined;
  let working: Promise<void> = Promise.resolve();
  const turn = () => {
    working = work()
      .catch((problem: unknown) => logUnexpected(log, name, problem))
      .then(() => {
        if (!ended) timer = clock.setTimeout(turn, pause);
      });
  };
  timer = clock.setTimeout(turn, 0);
  return async () => {
    ended = true;
    timer?.cancel();
    await working;
  };
}
