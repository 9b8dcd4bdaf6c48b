import type { Clock } from "../../base/clock.ts";
import type { ReadinessReport } from "../../base/contracts/fleet/readiness.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";
import { meaningOf } from "../spanish.ts";
import type { Text } from "../text.ts";

export type Verdict = ReadinessReport["checks"][number]["verdict"];

/** What a check found. */
export type Finding =
  | { readonly verdict: "pass" | "not-run"; readonly detail: Text }
  | { readonly verdict: "fail"; readonly error: CodedError };

/** One thing that must be right before a kiosk serves anybody. */
export type Check = {
  /** e.g. `device.printer`, `network.fleet`, `clock`. */
  readonly check: string;
  readonly title: Text;
  run(signal: AbortSignal): Promise<Finding>;
};

export type CheckResult = {
  readonly check: string;
  readonly title: Text;
  readonly verdict: Verdict;
  readonly code?: ErrorCode | undefined;
  readonly detail: Text;
  readonly seconds: number;
};

export type CheckProgress =
  | { readonly state: "running"; readonly check: string; readonly title: Text }
  | { readonly state: "done"; readonly result: CheckResult };

export type CheckRun = {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: CheckProgress) => void;
};

export const pass = (detail: Text): Finding => ({ verdict: "pass", detail });
export const notRun = (detail: Text): Finding => ({ verdict: "not-run", detail });
export const fail = (error: CodedError): Finding => ({ verdict: "fail", error });

/** Runs all checks at once: no two of them share a line. @returns results in the order of `checks`. */
export async function runChecks(checks: readonly Check[], run: CheckRun): Promise<CheckResult[]> {
  return await Promise.all(checks.map((check) => runOne(check, run)));
}

async function runOne(check: Check, { clock, signal, onProgress }: CheckRun): Promise<CheckResult> {
  const { check: name, title } = check;
  onProgress?.({ state: "running", check: name, title });
  const start = clock.monotonic();
  const finding = signal.aborted ? notRun({ es: "interrumpida", en: "interrupted" }) : await attempt(check, signal);
  const seconds = Math.round((clock.monotonic() - start) / 10) / 100;
  const said =
    finding.verdict === "fail"
      ? { code: finding.error.code, detail: meaningOf(finding.error) }
      : { detail: finding.detail };
  const result = { check: name, title, verdict: finding.verdict, ...said, seconds };
  onProgress?.({ state: "done", result });
  return result;
}

/** A defect in one check must not take the technician's report of all others. */
async function attempt(check: Check, signal: AbortSignal): Promise<Finding> {
  try {
    return await check.run(signal);
  } catch (defect) {
    return fail(coded("common.defect", defect instanceof Error ? defect.message : String(defect)));
  }
}

/** A kiosk is ready when nothing failed. */
export function allPassed(results: readonly CheckResult[]): boolean {
  return results.every(({ verdict }) => verdict !== "fail");
}
