import { numberOf, textsOf } from "./ipp/attributes.ts";
import type { IppGroup } from "./ipp/message.ts";
import { JOB_STATE, type JobState, nameOf } from "./ipp/operations.ts";

/** What a printer said of one job in one answer. */
export type JobFacts = {
  readonly id: number;
  readonly name: string | undefined;
  readonly state: JobState;
  readonly reasons: readonly string[];
  /** Sides of sheets that came out; 0 also when the printer does not count. */
  readonly impressions: number;
  /** `undefined` when the printer does not say. */
  readonly documents: number | undefined;
};

export const JOB_ATTRIBUTES = [
  "job-id",
  "job-name",
  "job-state",
  "job-state-reasons",
  "job-impressions-completed",
  "job-media-sheets-completed",
  "number-of-documents",
] as const;

/** `undefined` when the group is no job or its state is none that RFC 8011 knows. */
export function readJob(group: IppGroup | undefined): JobFacts | undefined {
  const id = numberOf(group, "job-id");
  const state = nameOf(JOB_STATE, numberOf(group, "job-state"));
  if (id === undefined || state === undefined) return undefined;
  const impressions = numberOf(group, "job-impressions-completed") ?? 0;
  return {
    id,
    name: textsOf(group, "job-name")[0],
    state,
    reasons: textsOf(group, "job-state-reasons").filter((reason) => reason !== "none"),
    impressions: Math.max(impressions, numberOf(group, "job-media-sheets-completed") ?? 0, 0),
    documents: numberOf(group, "number-of-documents"),
  };
}

/**
 * - `delivered`: completed, and the printer says successfully;
 * - `doubtful`: completed, and it does not say so (with errors, or only handed on to another device);
 * - `under-way`: anything that may still change.
 */
export type JobVerdict = "delivered" | "doubtful" | "aborted" | "canceled" | "under-way";

export function judge({ state, reasons }: Pick<JobFacts, "state" | "reasons">): JobVerdict {
  if (state === "aborted" || state === "canceled") return state;
  if (state !== "completed") return "under-way";
  return reasons.includes("job-completed-successfully") && !reasons.includes("queued-in-device")
    ? "delivered"
    : "doubtful";
}

/** Whether the printer has not (yet) got the document of a job. */
export function waitsForDocument({ state, reasons, documents }: JobFacts): boolean {
  if (state !== "pending" && state !== "pending-held") return false;
  return documents === 0 || reasons.includes("job-incoming") || reasons.includes("job-data-insufficient");
}
