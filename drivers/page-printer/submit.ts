import { pause } from "../../base/deadline.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { delays, type Schedule } from "../../base/schedule.ts";
import type { CallFailure } from "./client.ts";
import type { PrinterContext } from "./context.ts";
import { findJob } from "./find-job.ts";
import { flag, groupsOf, numberOf, texts } from "./ipp/attributes.ts";
import { GROUP, type IppAttribute, type IppMessage } from "./ipp/message.ts";
import type { OperationName } from "./ipp/operations.ts";
import { PDF, type PrinterFacts } from "./printer-facts.ts";

export type Submission = {
  /** The job's name: the intent to print, and nothing else. */
  readonly name: string;
  readonly pdf: Uint8Array;
  /** Job template attributes. */
  readonly template: readonly IppAttribute[];
  readonly facts: PrinterFacts;
  readonly signal: AbortSignal;
};

export type Submitted =
  /** Certain that nothing will be printed. */
  | { readonly state: "refused"; readonly error: CodedError }
  /** The printer has the job; `doubt` says why it may lack the document. */
  | { readonly state: "accepted"; readonly job: number; readonly doubt?: CodedError }
  /** The document left, and the printer does not know (or does not say) which job it became. */
  | { readonly state: "unknown"; readonly error: CodedError };

/** A refusal because of other work is certain: nothing was taken, and asking again is no second print. */
const BUSY: Schedule = { first: 500, factor: 1.5, cap: 3_000, attempts: Number.POSITIVE_INFINITY, jitter: 0.2 };
const AWAY: Schedule = { first: 500, factor: 1.5, cap: 3_000, attempts: Number.POSITIVE_INFINITY, jitter: 0.2 };

/**
 * Brings one document to the printer, once. A printer that can is first given the job and then the document (RFC 8011, 4.2.4): then
 * the job has a number before anything can be printed, and a lost answer leaves no doubt about which job to ask for.
 */
export async function submit(context: PrinterContext, submission: Submission): Promise<Submitted> {
  return submission.facts.capabilities.createJob ? await inTwo(context, submission) : await inOne(context, submission);
}

async function inTwo(context: PrinterContext, submission: Submission): Promise<Submitted> {
  const { client, timings } = context;
  const { name, pdf, template, signal } = submission;
  const created = await whileBusy(context, signal, () =>
    client.call("Create-Job", { within: timings.answerWithin, signal, operation: [jobName(name)], job: template }),
  );
  const job = created.ok ? jobId(created.value) : undefined;
  if (job === undefined) {
    const error = created.ok ? coded("page-printer.bad-answer", "Create-Job: no job-id") : created.error.error;
    if (created.ok || created.error.maybeDone) await dropEmpty(context, name);
    return { state: "refused", error };
  }
  const sent = await client.callJob("Send-Document", job, {
    within: timings.documentWithin,
    signal,
    operation: [texts("mimeMediaType", "document-format", PDF), flag("last-document", true)],
    document: pdf,
  });
  if (sent.ok) return { state: "accepted", job };
  if (sent.error.maybeDone) return { state: "accepted", job, doubt: sent.error.error };
  await cancelQuietly(context, job);
  return { state: "refused", error: sent.error.error };
}

async function inOne(context: PrinterContext, submission: Submission): Promise<Submitted> {
  const { client, timings } = context;
  const { name, pdf, template, signal } = submission;
  const printed = await whileBusy(context, signal, () =>
    client.call("Print-Job", {
      within: timings.documentWithin,
      signal,
      operation: [jobName(name), texts("mimeMediaType", "document-format", PDF)],
      job: template,
      document: pdf,
    }),
  );
  const job = printed.ok ? jobId(printed.value) : undefined;
  if (job !== undefined) return { state: "accepted", job };
  if (!printed.ok && !printed.error.maybeDone) return { state: "refused", error: printed.error.error };
  const doubt = printed.ok ? coded("page-printer.bad-answer", "Print-Job: no job-id") : printed.error.error;
  context.log("page-printer.job-doubtful", { device: context.device, cause: doubt.code });
  return await searched(context, name, doubt);
}

/** Asks for the job of a document that left without an answer, for as long as the printer needs to come back. */
async function searched(context: PrinterContext, name: string, doubt: CodedError): Promise<Submitted> {
  const { client, clock, random, timings, over } = context;
  const until = clock.monotonic() + timings.awayWithin;
  for (const delay of delays(AWAY, random)) {
    const found = await findJob(client, name, { within: timings.answerWithin, signal: over });
    if (found.ok && found.value !== undefined) return { state: "accepted", job: found.value.id, doubt };
    if (found.ok) break;
    if (clock.monotonic() > until || !(await pause(clock, delay, over))) break;
  }
  return { state: "unknown", error: doubt };
}

/** Repeats what the printer refuses because it is busy. */
async function whileBusy<T extends { ok: true } | { ok: false; error: CallFailure }>(
  { clock, random, timings }: PrinterContext,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  const until = clock.monotonic() + timings.busyWithin;
  for (const delay of delays(BUSY, random)) {
    const answer = await attempt();
    const busy = !answer.ok && answer.error.error.code === "page-printer.busy";
    if (!busy || clock.monotonic() + delay > until || !(await pause(clock, delay, signal))) return answer;
  }
  return await attempt();
}

/** A job that may have been made and has no document prints nothing, but may keep the printer waiting for it. */
async function dropEmpty(context: PrinterContext, name: string): Promise<void> {
  const found = await findJob(context.client, name, { within: context.timings.cancelWithin, signal: context.over });
  if (found.ok && found.value !== undefined) await cancelQuietly(context, found.value.id);
}

async function cancelQuietly({ client, timings, over }: PrinterContext, job: number): Promise<void> {
  await client.callJob("Cancel-Job" satisfies OperationName, job, { within: timings.cancelWithin, signal: over });
}

function jobName(name: string): IppAttribute {
  return texts("nameWithoutLanguage", "job-name", name);
}

function jobId(message: IppMessage): number | undefined {
  return numberOf(groupsOf(message, GROUP.job)[0], "job-id");
}
