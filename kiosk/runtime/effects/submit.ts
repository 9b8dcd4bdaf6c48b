import { SUBMISSIONS, type SubmissionName } from "../../../base/contracts/gateway.ts";
import { failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type { Json } from "../../../flows/engine/ports.ts";
import type { EffectContext } from "./context.ts";

/**
 * Submits once. Under a name whose last end was not certain, or was success, the same key is sent again: the gateway
 * answers it from its own record. After a certain failure it is a new attempt with a new key.
 */
export async function submit(
  context: EffectContext,
  journey: string,
  request: { readonly effect: string; readonly operation: string; readonly input: Json },
): Promise<Outcome<Json>> {
  const { journal, gateway } = context;
  const { effect: name, operation, input } = request;
  if (!isSubmission(operation)) return failed(coded("common.bad-input", `no submission ${operation}`));
  const checked = SUBMISSIONS[operation].input.safeParse(input);
  if (!checked.success) {
    const fields = checked.error.issues.map(({ path }) => path.join("."));
    return failed(coded("common.bad-input", `${operation}: ${fields.join(", ")}`));
  }
  const earlier = journal.latest(journey, name);
  if (earlier?.state === "sent" || earlier?.state === "intended")
    return uncertain(coded("runtime.effect-unresolved", name));
  const effect =
    earlier === undefined || earlier.state === "failed"
      ? journal.intend(journey, { name, kind: "submit", operation })
      : earlier;
  if (effect.state === "intended") journal.advance(effect.key, "sent");
  const outcome = await gateway.submit(effect.key, operation, input);
  const state = journal.effect(effect.key).state;
  if (state === "done" || (state === "unknown" && outcome.outcome === "unknown")) return outcome;
  if (outcome.outcome === "ok") journal.advance(effect.key, "done");
  else journal.advance(effect.key, outcome.outcome === "error" ? "failed" : "unknown", outcome.error.code);
  return outcome;
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
