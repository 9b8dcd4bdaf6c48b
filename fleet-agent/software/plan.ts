import type { Goal } from "./journal.ts";
import { planRelease } from "./plan-release.ts";
import { planServices } from "./plan-services.ts";
import type { Current, Step } from "./steps.ts";

/**
 * What to do, in order, to bring `current` to `goal`. Only the first step is carried out before the facts are read anew: the rest
 * says what is expected to follow. Empty: nothing is left to do, or what is left has failed and waits for another attempt.
 *
 * A list that waits stands behind those that can go on, so that no download is held up by a citizen at the screen. While a
 * release is on trial nothing else begins.
 */
export function plan(current: Current, goal: Goal | null): Step[] {
  const release = planRelease(current, goal);
  if (current.guard !== undefined && current.guard.trial !== null) return release;
  const lists = [release, ...planServices(current, goal)].filter((list) => list.length > 0);
  const waits = (list: readonly Step[]) => list[0]?.do === "wait";
  return [...lists.filter((list) => !waits(list)), ...lists.filter(waits)].flat();
}
