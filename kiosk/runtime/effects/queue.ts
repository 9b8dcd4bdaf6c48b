import { mayWait } from "../../../base/contracts/outbox.ts";
import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type { Json } from "../../../flows/engine/ports.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { EffectContext } from "./context.ts";
import { checkedInput, type SubmitRequest, submit } from "./submit.ts";

/**
 * Submits through the outbox: done at once when the gateway is there, and otherwise later, with a number for the citizen. Where nothing
 * may wait now, it is an ordinary submission. A name whose end is not certain goes the way that it went before.
 */
export async function queue(
  context: EffectContext,
  outbox: Outbox,
  journey: string,
  request: SubmitRequest,
): Promise<Outcome<Json>> {
  const { journal } = context;
  const { effect: name, operation } = request;
  const earlier = journal.latest(journey, name);
  const again = earlier !== undefined && earlier.state !== "failed";
  if (earlier?.state === "queued") return waiting(journal.outbox.find(earlier.key)?.reference ?? "");
  if (again || !mayWait(operation) || !outbox.waitable.value.has(operation))
    return await submit(context, journey, request);
  const input = checkedInput(request);
  if (input.outcome !== "ok") return input;
  const effect = journal.intend(journey, { name, kind: "submit", operation });
  const answer = await outbox.accept(effect.key, operation, input.value);
  if (answer.kind === "refused") return failed(answer.error);
  if (answer.kind === "waiting") return waiting(answer.reference);
  return answer.result === null || answer.result === undefined
    ? uncertain(coded("runtime.gateway-answer", operation))
    : done(answer.result as Json);
}

function waiting(reference: string): Outcome<Json> {
  return done({ waiting: true, reference });
}
