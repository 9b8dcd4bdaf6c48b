import type { z } from "zod";
import type { IntentType, Screen } from "../../base/contracts/view.ts";
import type { JourneyContext } from "../engine/context.ts";
import type { Scope } from "../engine/expression.ts";
import type { JourneyState } from "../engine/journey.ts";
import type { Speaker } from "../engine/text-table.ts";
import type { ReceiptTemplate } from "../receipts/template.ts";
import type { backTo } from "./moves.ts";
import { nameSchema } from "./schema.ts";

/** What every step of a definition has. */
export const stepBase = { id: nameSchema, next: nameSchema.optional() };
export type StepBase = { readonly id: string; readonly kind: string; readonly next?: string | undefined };

export type StepView = {
  readonly screen: Screen;
  /** What the citizen can do here, besides what the session offers everywhere. */
  readonly intents: readonly IntentType[];
};

/** What a step's machine is built from. Targets are state ids (`#name`). */
export type BuildEnv = {
  readonly service: ServiceFacts;
  /** Where the journey goes when the step is done. */
  readonly next: string;
  /** The way back, to be put under `BACK`. */
  readonly back: readonly BackTransition[];
  /** Steps whose results are void when this step's answer changes. */
  readonly dependents: readonly string[];
};

export type ServiceFacts = {
  readonly id: string;
  readonly receipts: ReadonlyMap<string, ReceiptTemplate>;
  /** The service's texts with the placeholders' values, in the citizen's language. */
  readonly speaker: (context: JourneyContext) => Speaker;
  readonly common: (context: JourneyContext) => Speaker;
  readonly scope: (context: JourneyContext) => Scope;
};

export type BackTransition = {
  readonly guard: (args: { context: JourneyContext }) => boolean;
  readonly target: string;
  readonly actions: ReturnType<typeof backTo>;
};

export type ViewEnv = {
  readonly context: JourneyContext;
  /** The step's inner state. */
  readonly leaf: string;
  readonly scope: Scope;
  /** Texts of this step: keys are relative to the step's name. */
  readonly step: Speaker;
  /** Texts of the whole service. */
  readonly service: Speaker;
  readonly common: Speaker;
};

/** Keys, relative to the step's name, that every language must have. */
export type TextNeeds = { readonly required: readonly string[]; readonly optional: readonly string[] };

/** One kind of step: what a definition may say, the machine that it becomes, and how it looks. */
export type StepKind<D extends StepBase> = {
  readonly schema: z.ZodType<D>;
  /** Whether the step has a page of its own that "back" leads to. */
  readonly page: boolean;
  readonly texts: (step: D) => TextNeeds;
  /** The form of what the step brings; `undefined` when it brings nothing. */
  readonly result: (step: D) => z.ZodType | undefined;
  /** Steps that this one may lead to besides `next`, with their place in the definition. */
  readonly exits: (step: D) => readonly { readonly target: string; readonly path: readonly (string | number)[] }[];
  readonly build: (step: D, env: BuildEnv) => JourneyState;
  readonly view: (step: D, env: ViewEnv) => StepView;
};
