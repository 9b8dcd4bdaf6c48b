import type { FastifyReply } from "fastify";
import { SUBMISSIONS, type SubmissionName } from "../../base/contracts/gateway.ts";
import { mayWait, type SealedAnswer } from "../../base/contracts/outbox.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { Operations } from "../connectors/connector.ts";
import type { SealingKeys } from "../sealing/sealing-keys.ts";
import type { Submissions, SubmitEnd } from "../submissions/submissions.ts";
import { badInput } from "./answers.ts";

type SealedParts = {
  readonly operations: Operations;
  readonly submissions: Submissions;
  readonly sealing: SealingKeys;
};

type Place = { readonly kiosk: string; readonly key: string };

/** Seconds after which a kiosk may ask again for what is still under way. */
const STILL_WORKING = 5;

/** Opens a submission that waited on a kiosk, and lets it take the way of every other: once, by its key. */
export async function answerSealed(
  reply: FastifyReply,
  sealed: string,
  place: Place,
  { operations, submissions, sealing }: SealedParts,
): Promise<FastifyReply> {
  const opened = await sealing.open(sealed, place);
  if (!opened.ok) {
    const gone = opened.error === "unknown-key";
    return tell(reply, refused(coded(gone ? "gateway.sealing-key-gone" : "gateway.seal-broken")));
  }
  const { operation, reference, acceptedAt } = opened.value;
  if (!isSubmission(operation) || !mayWait(operation)) return tell(reply, refused(coded("gateway.unknown-operation")));
  reply.request.told.operation = operation;
  // It was known when the kiosk was told what may wait: a gateway that has lost an institution gets it back.
  if (operations.submissions[operation] === undefined)
    return tell(reply, later(coded("gateway.unknown-operation", operation)));
  const input = SUBMISSIONS[operation].input.safeParse(opened.value.input);
  if (!input.success) return tell(reply, refused(badInput(input.error)));
  const origin = { reference, acceptedAt };
  const end = await submissions.submit({ ...place, operation, input: input.data, origin });
  if (end.kind === "working") void reply.header("retry-after", STILL_WORKING);
  return tell(reply, answerOf(end));
}

function answerOf(end: SubmitEnd): SealedAnswer {
  switch (end.kind) {
    case "conflict":
      return refused(coded("gateway.key-conflict"));
    case "working":
      return later(coded("gateway.working"));
    case "forgotten":
      return end.state === "done" ? { outcome: "done", result: null } : refused(coded("gateway.document-gone"));
    case "answer": {
      const { answer } = end;
      if (answer.outcome === "ok") return { outcome: "done", result: answer.result };
      return answer.outcome === "error" && end.final
        ? { outcome: "refused", error: answer.error }
        : { outcome: "later", error: answer.error };
    }
  }
}

function tell(reply: FastifyReply, body: SealedAnswer): FastifyReply {
  reply.request.told.outcome = body.outcome;
  if (body.outcome !== "done") reply.request.told.code = body.error.code;
  return reply.code(200).send(body);
}

function refused(error: CodedError): SealedAnswer {
  return { outcome: "refused", error };
}

function later(error: CodedError): SealedAnswer {
  return { outcome: "later", error };
}

function isSubmission(name: string): name is SubmissionName {
  return Object.hasOwn(SUBMISSIONS, name);
}
