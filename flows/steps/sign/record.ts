import type { SubmissionInput } from "../../../base/contracts/gateway.ts";
import type { JourneyContext } from "../../engine/context.ts";
import { valueAt } from "../../engine/expression.ts";
import type { Json } from "../../engine/ports.ts";
import { IDENTITY } from "../identify/identity.ts";
import type { BuildEnv } from "../step.ts";
import { readIn } from "./declaration.ts";

type Recorded = Omit<SubmissionInput<"signature.record">, "proof"> & {
  /** Without one the gateway's contract refuses. */
  readonly proof: SubmissionInput<"signature.record">["proof"] | null;
};

/** What is recorded: the text as it was read, who signs it, and by which proof. */
export function recordInput(step: string, env: BuildEnv, context: JourneyContext): { readonly [name: string]: Json } {
  const locale = readIn(context);
  const texts = env.service.speaker({ ...context, locale });
  const name = valueAt(context.data, [IDENTITY, "name"]);
  return {
    run: String(valueAt(context.data, [IDENTITY, "run"]) ?? ""),
    ...(typeof name === "string" ? { name } : {}),
    procedure: env.service.id,
    title: texts.say(`${step}.title`).text,
    text: texts.paragraphs(`${step}.declaration`).map(({ text }) => text),
    locale,
    proof: signatureProof(context),
    demo: context.site.demo,
  } satisfies Recorded;
}

/** What of a proof counts for a signature; a card without its chip does not. */
function signatureProof({ proof }: JourneyContext): Recorded["proof"] {
  if (proof?.evidence === undefined || proof.by === "document-scanned") return null;
  return { by: proof.by === "chip-verified" ? "cedula-chip" : proof.by, evidence: proof.evidence };
}
