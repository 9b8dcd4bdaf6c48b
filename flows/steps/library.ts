import type { FarWay } from "../engine/context.ts";
import { ask } from "./ask/ask.ts";
import type { AskStep } from "./ask/schema.ts";
import type { ChooseStep } from "./choose/choices.ts";
import { choose } from "./choose/choose.ts";
import { type ConsentStep, consent } from "./consent.ts";
import { type DecideStep, decide } from "./decide.ts";
import { type FinishStep, finish } from "./finish.ts";
import { type FromWebStep, fromWeb } from "./from-web.ts";
import { type IdentifyStep, identify } from "./identify/identify.ts";
import { type InformStep, inform } from "./inform.ts";
import { type IssueStep, issue } from "./issue.ts";
import { type LookUpStep, lookUp } from "./look-up.ts";
import { type PayStep, pay } from "./pay.ts";
import { type RequestStep, request } from "./request.ts";
import { type ReviewStep, review } from "./review.ts";
import { type SignStep, sign } from "./sign/sign.ts";
import { type StatusStep, status } from "./status/status.ts";
import type { StepBase, StepKind } from "./step.ts";
import { type SurveyStep, survey } from "./survey.ts";
import { type ToPhoneStep, toPhone } from "./to-phone.ts";
import { type TurnStep, turn } from "./turn/turn.ts";
import { type WaitForHelpStep, waitForHelp } from "./wait-for-help.ts";

export type Step =
  | InformStep
  | IdentifyStep
  | ConsentStep
  | AskStep
  | ChooseStep
  | LookUpStep
  | DecideStep
  | ReviewStep
  | PayStep
  | SignStep
  | IssueStep
  | RequestStep
  | TurnStep
  | StatusStep
  | WaitForHelpStep
  | ToPhoneStep
  | FromWebStep
  | SurveyStep
  | FinishStep;

/** Every kind of step that a definition may name. */
export const STEP_KINDS: { readonly [K in Step["kind"]]: StepKind<Extract<Step, { kind: K }>> } = {
  inform,
  identify,
  consent,
  ask,
  choose,
  "look-up": lookUp,
  decide,
  review,
  pay,
  sign,
  issue,
  request,
  turn,
  status,
  "wait-for-help": waitForHelp,
  "to-phone": toPhone,
  "from-web": fromWeb,
  survey,
  finish,
};

export function isStepKind(kind: string): kind is Step["kind"] {
  return Object.hasOwn(STEP_KINDS, kind);
}

/** The kind of `step`, ready to take it. */
export function kindOf<S extends Step>(step: S): StepKind<StepBase & S> {
  return STEP_KINDS[step.kind] as unknown as StepKind<StepBase & S>;
}

/** What `step` offers where it is there, and goes on without where it is not. */
export function farWaysOf(step: Step): readonly FarWay[] {
  if (step.kind === "ask") return step.input === "file" && step.optional ? ["scanner"] : [];
  if (step.kind === "sign") return step.with.includes("clave-unica") ? ["clave-unica"] : [];
  if (step.kind !== "identify") return [];
  return [
    ...(step.by.includes("clave-unica") ? ["clave-unica" as const] : []),
    ...(step.finger === "no" ? [] : ["finger" as const]),
  ];
}

/** Those of them without which nobody who shows a card gets through. */
export function neededWaysOf(step: Step): readonly FarWay[] {
  return step.kind === "identify" && step.finger === "required" ? ["finger"] : [];
}

/** The submission that `step` lets wait while the network is away; `undefined` when it lets none. */
export function waitingOperation(step: Step): string | undefined {
  if (!("off-line" in step) || step["off-line"] !== "wait") return undefined;
  return step.kind === "request" ? step.operation : `${step.kind}.record`;
}

/** The names of the receipts that `step` prints. */
export function receiptsOf(step: Step): readonly string[] {
  const names =
    step.kind === "issue"
      ? step.prints.map(({ receipt }) => receipt)
      : step.kind === "request"
        ? [step.prints.received, step.prints.waiting]
        : step.kind === "sign"
          ? [step.prints]
          : [];
  return names.filter((name) => name !== undefined);
}

/** The name under which placeholders read what `step` brought. */
export function resultName(step: Step): string {
  return step.kind === "identify" ? "identity" : step.id;
}
