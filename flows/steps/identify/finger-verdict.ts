import type { Outcome } from "../../../base/outcome.ts";
import type { ErrorCode } from "../../../base/registry/errors.ts";
import type { CaptureFeedback } from "../../../drivers/fingerprint-reader/interface.ts";
import type { JourneyContext } from "../../engine/context.ts";
import type { FingerAnswer, FingerProgress } from "../../engine/ports.ts";

/**
 * What a finger was worth.
 *
 * - `no-finger`: nobody came; go on waiting. `unreadable`: it was read and never well enough, or is no living finger as the sensor sees it.
 * - `away`: nobody answers whose it is. `gone`: the reader does not serve.
 */
export type FingerVerdict = FingerAnswer | "no-finger" | "unreadable" | "away" | "gone";

const OF_ERROR: { readonly [code in ErrorCode]?: FingerVerdict } = {
  "common.deadline": "no-finger",
  "fingerprint-reader.low-quality": "unreadable",
  "fingerprint-reader.not-alive": "unreadable",
  "fingerprint.unavailable": "away",
};

/** Judges a finger. */
export function fingerVerdict(outcome: Outcome<FingerAnswer>): FingerVerdict {
  return outcome.outcome === "ok" ? outcome.value : (OF_ERROR[outcome.error.code] ?? "gone");
}

const HANDS = { "present-subject": "lay", "subject-detected": "hold", "remove-subject": "lift" } as const;

/** What the page says of what the reader told. What is wrong with a finger stands there until the next one lies on the reader. */
export function heard({ finger, problem }: JourneyContext, progress: FingerProgress): Partial<JourneyContext> {
  if (progress.feedback === "comparing") return {};
  if (isMove(progress)) {
    const moved = { finger: { ...finger, hand: HANDS[progress.feedback] } };
    return progress.feedback === "subject-detected" ? { ...moved, problem: null } : moved;
  }
  if (progress.feedback === "problem") return { problem: `finger-${progress.problem}` };
  // The sensor may have said already what is wrong with this finger.
  return { problem: problem ?? "finger-low-quality" };
}

function isMove(progress: CaptureFeedback): progress is Extract<CaptureFeedback, { feedback: keyof typeof HANDS }> {
  return progress.feedback in HANDS;
}
