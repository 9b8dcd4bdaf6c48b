import { attachmentsOf } from "../../../base/contracts/attachment.ts";
import { SUBMISSIONS, type SubmissionName } from "../../../base/contracts/gateway.ts";
import { withDeadline } from "../../../base/deadline.ts";
import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { Json } from "../../../flows/engine/ports.ts";
import type { EffectContext } from "./context.ts";

/** All papers of one submission, milliseconds: a journey waits 90 seconds for the whole. */
const UPLOADS_WITHIN = 60_000;

export type SubmitRequest = { readonly effect: string; readonly operation: string; readonly input: Json };

/** The input when it is of the form that the contract asks for. An error names fields, never what is in them. */
export function checkedInput({ operation, input }: SubmitRequest): Outcome<Json> {
  if (!isSubmission(operation)) return failed(coded("common.bad-input", `no submission ${operation}`));
  const checked = SUBMISSIONS[operation].input.safeParse(input);
  if (checked.success) return done(input);
  const fields = checked.error.issues.map(({ path }) => path.join("."));
  return failed(coded("common.bad-input", `${operation}: ${fields.join(", ")}`));
}

/**
 * Submits once. Under a name whose last end was not certain, or was success, the same key is sent again: the gateway
 * answers it from its own record. After a certain failure it is a new attempt with a new key. Papers go before it: while they do, nothing has
 * been sent yet.
 */
export async function submit(context: EffectContext, journey: string, request: SubmitRequest): Promise<Outcome<Json>> {
  const { journal } = context;
  const { effect: name, operation, input } = request;
  const checked = checkedInput(request);
  if (checked.outcome !== "ok") return checked;
  const earlier = journal.latest(journey, name);
  if (earlier?.state === "sent" || earlier?.state === "intended")
    return uncertain(coded("runtime.effect-unresolved", name));
  const effect =
    earlier === undefined || earlier.state === "failed"
      ? journal.intend(journey, { name, kind: "submit", operation })
      : earlier;
  if (effect.state === "intended") {
    const uploaded = await upload(context, journey, input);
    if (!uploaded.ok) {
      journal.advance(effect.key, "failed", uploaded.error.code);
      return failed(uploaded.error);
    }
    journal.advance(effect.key, "sent");
  }
  const outcome = await send(context, journey, effect.key, request);
  const state = journal.effect(effect.key).state;
  if (state === "done" || (state === "unknown" && outcome.outcome === "unknown")) return outcome;
  if (outcome.outcome === "ok") journal.advance(effect.key, "done");
  else journal.advance(effect.key, outcome.outcome === "error" ? "failed" : "unknown", outcome.error.code);
  return outcome;
}

/** Sends under its key. Papers that the gateway has lost meanwhile are sent to it once more. */
async function send(
  context: EffectContext,
  journey: string,
  key: string,
  { operation, input }: SubmitRequest,
): Promise<Outcome<Json>> {
  const { gateway } = context;
  const outcome = await gateway.submit(key, operation, input);
  if (outcome.outcome !== "error" || outcome.error.code !== "gateway.attachment-missing") return outcome;
  const uploaded = await upload(context, journey, input);
  return uploaded.ok ? await gateway.submit(key, operation, input) : outcome;
}

/**
 * Brings the papers that a submission names to the gateway, one after the other. None is on the kiosk's disk: after a restart they are
 * missing.
 */
async function upload(
  { papers, gateway, clock }: EffectContext,
  journey: string,
  input: Json,
): Promise<Result<void, CodedError>> {
  const attachments = attachmentsOf(input);
  if (attachments.length === 0) return ok();
  return await withDeadline(clock, UPLOADS_WITHIN, undefined, "papers", async (signal) => {
    for (const { sha256 } of attachments) {
      const picture = papers.find(journey, sha256);
      if (picture === undefined) return err(coded("gateway.attachment-missing", "not in memory"));
      const put = await gateway.putAttachment(sha256, picture, signal);
      if (!put.ok) return put;
    }
    return ok();
  });
}

export function isSubmission(operation: string): operation is SubmissionName {
  return Object.hasOwn(SUBMISSIONS, operation);
}

/** Whether the operation hands over what the citizen paid for: it is the one that tells the institution of the payment. */
export function deliversPayment(operation: string): boolean {
  return isSubmission(operation) && "payment" in SUBMISSIONS[operation].input.shape;
}

/** The operation that takes back what `operation` issued, by the contract's names (`fonasa.bono.annul`). */
export function annulmentOf(operation: string): string {
  return operation.replace(/\.issue$/, ".annul");
}
