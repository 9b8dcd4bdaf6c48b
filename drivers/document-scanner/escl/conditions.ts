import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import type { ConditionMeanings } from "../../conditions.ts";
import type { DocumentScannerConditionCode } from "../interface.ts";
import { JPEG, type ScannerFacts, type ScannerState } from "./facts.ts";

/** Severity and who acts. */
export const MEANINGS: ConditionMeanings<DocumentScannerConditionCode> = {
  "not-answering": { severity: "fault", who: "technician" },
  "bad-answer": { severity: "fault", who: "technician" },
  "no-jpeg": { severity: "fault", who: "technician" },
  jammed: { severity: "fault", who: "attendant" },
  "cover-open": { severity: "fault", who: "attendant" },
  stopped: { severity: "fault", who: "attendant" },
};

/** What keeps a scanner from scanning, by what it says; the one to be dealt with first at the head. */
export function conditionsOf(
  { sources }: ScannerFacts,
  { state, feeder }: ScannerState,
): DocumentScannerConditionCode[] {
  // What is said of a feeder means nothing where there is none.
  const felt = sources.feeder === undefined ? "unknown" : feeder;
  const formats = Object.values(sources).flatMap((source) => source.formats);
  const found: DocumentScannerConditionCode[] = [];
  if (formats.length > 0 && !formats.includes(JPEG)) found.push("no-jpeg");
  if (felt === "jammed") found.push("jammed");
  if (felt === "open") found.push("cover-open");
  if (state === "stopped" && found.length === 0) found.push("stopped");
  return found;
}

const ERRORS = {
  "no-jpeg": "document-scanner.no-jpeg",
  jammed: "document-scanner.jammed",
  "cover-open": "document-scanner.cover-open",
  stopped: "document-scanner.stopped",
} as const satisfies { readonly [code in DocumentScannerConditionCode]?: string };

/** Why nothing can be scanned now; `undefined` when something can. */
export function stopOf(facts: ScannerFacts, state: ScannerState): CodedError | undefined {
  const [first] = conditionsOf(facts, state);
  return first !== undefined && first in ERRORS ? coded(ERRORS[first as keyof typeof ERRORS]) : undefined;
}
