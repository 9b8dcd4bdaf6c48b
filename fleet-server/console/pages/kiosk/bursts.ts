import type { z } from "zod";
import type { timelineEntrySchema } from "../../../api/contract/kiosks.ts";

export type Entry = z.infer<typeof timelineEntrySchema>;
/** What happened within a minute; one entry alone is a burst of one. */
export type Burst = readonly [Entry, ...Entry[]];

const MINUTE = 60_000;
/** Fewer are read at once. */
const MANY = 4;

/**
 * Folds what happened within a minute of the newest of it, as a restart of a kiosk brings it. `entries` are newest first; an
 * event that tells of the end of an update is left out where the rollout's own entry says the same.
 */
export function burstsOf(entries: readonly Entry[]): readonly Burst[] {
  const told = entries.filter(({ kind }) => kind === "update");
  const own = entries.filter(
    ({ code, at, facts }) =>
      code !== "fleet.update" ||
      !told.some((update) => update.facts?.target === facts?.target && Math.abs(update.at - at) < MINUTE),
  );
  const runs: [Entry, ...Entry[]][] = [];
  for (const entry of own) {
    const run = runs.at(-1);
    if (run && run[0].at - entry.at < MINUTE) run.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap((run): Burst[] => (run.length < MANY ? run.map((entry): Burst => [entry]) : [run]));
}
