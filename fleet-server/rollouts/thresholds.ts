import type { KIOSK_PROGRESS, RolloutRow, WhyFacts } from "../api/contract/releases.ts";

export type Counts = Readonly<Record<(typeof KIOSK_PROGRESS)[number], number>>;
export type RingPlan = Pick<RolloutRow["rings"][number], "ring" | "success" | "error">;
export type RingVerdict =
  | { readonly verdict: "going" | "passed"; readonly open: number }
  | { readonly verdict: "failed"; readonly why: string; readonly facts: WhyFacts };

/**
 * Whether a ring that has begun may be followed by the next. Kiosks that the target does not fit count nowhere; a silent kiosk
 * counts as one that failed.
 */
export function judgeRing({ ring, success, error }: RingPlan, counts: Counts): RingVerdict {
  const open = counts.waiting + counts.told + counts.working;
  const bad = counts.failed + counts.silent;
  const all = open + bad + counts.succeeded;
  if (bad * 100 > error * all) {
    const parts = `${counts.failed} failed, ${counts.silent} silent`;
    return {
      verdict: "failed",
      why: `Ring "${ring}": ${parts} of ${all} (${percent(bad, all)} %), at most ${error} % may.`,
      facts: { kind: "errors", ring, failed: counts.failed, silent: counts.silent, size: all, limit: error },
    };
  }
  if (counts.succeeded * 100 >= success * all) return { verdict: "passed", open };
  if (open > 0) return { verdict: "going", open };
  const reached = `${counts.succeeded} of ${all} succeeded (${percent(counts.succeeded, all)} %)`;
  return {
    verdict: "failed",
    why: `Ring "${ring}" has ended: ${reached}, at least ${success} % must.`,
    facts: { kind: "ended", ring, succeeded: counts.succeeded, size: all, limit: success },
  };
}

function percent(part: number, all: number): number {
  return Math.round((part * 1000) / all) / 10;
}
