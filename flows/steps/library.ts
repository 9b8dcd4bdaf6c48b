import { type AskStep, ask } from "./ask.ts";
import { type ChooseStep, choose } from "./choose.ts";
import { type ConsentStep, consent } from "./consent.ts";
import { type DecideStep, decide } from "./decide.ts";
import { type FinishStep, finish } from "./finish.ts";
import { type IdentifyStep, identify } from "./identify/identify.ts";
import { type InformStep, inform } from "./inform.ts";
import { type IssueStep, issue } from "./issue.ts";
import { type LookUpStep, lookUp } from "./look-up.ts";
import { type PayStep, pay } from "./pay.ts";
import { type ReviewStep, review } from "./review.ts";
import type { StepBase, StepKind } from "./step.ts";
import { type SurveyStep, survey } from "./survey.ts";

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
  | IssueStep
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
  issue,
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

/** The name under which placeholders read what `step` brought. */
export function resultName(step: Step): string {
  return step.kind === "identify" ? "identity" : step.id;
}
