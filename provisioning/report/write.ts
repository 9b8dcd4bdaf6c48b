import type { Clock } from "../../base/clock.ts";
import type { ReadinessReport } from "../../base/contracts/fleet/readiness.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { AgentFile } from "../kiosk-files.ts";
import { type Programs, runAgent } from "../programs.ts";
import type { Kept } from "./kept.ts";
import { reportPdf } from "./pdf.ts";
import { makeReport, type ReportOptions } from "./report.ts";

const UPLOAD_WITHIN = 60_000;

/** Where a report lies, and the report. */
export type Written = { readonly report: ReadinessReport; readonly json: string; readonly pdf: string };

/** Writes the report of a check as JSON and as PDF into the kiosk's folder. */
export async function writeReport(options: ReportOptions, kept: Kept): Promise<Written> {
  const report = await makeReport(options);
  const words = Object.fromEntries(
    options.results.map(({ check, title, detail }) => [check, { title: title.es, detail: detail.es }]),
  );
  const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const name = `readiness-${report.id}`;
  const json = kept.write(`${name}.json`, `${JSON.stringify(report, null, 2)}\n`);
  const pdf = kept.write(`${name}.pdf`, await reportPdf(report, { words, timezone }));
  kept.saveReport(report);
  return { report, json, pdf };
}

/** Sends a report with the kiosk's signature. One that is sent twice counts once: its id says which it is. */
export async function uploadReport(
  file: string,
  agent: AgentFile | undefined,
  { programs, clock, signal }: { readonly programs: Programs; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Result<void, CodedError>> {
  if (agent === undefined) return err(coded("identity.absent"));
  const { server, serverCa, identity } = agent;
  const command = ["sign-report", file, "--server", server, ...(serverCa === undefined ? [] : ["--ca", serverCa])];
  const ended = await runAgent(programs, identity, command, { clock, signal, within: UPLOAD_WITHIN });
  return ended.outcome === "ok" ? ok() : err(ended.error);
}
