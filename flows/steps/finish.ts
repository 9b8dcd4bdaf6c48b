import { assign } from "xstate";
import { z } from "zod";
import { type Text, THINGS } from "../../base/contracts/view.ts";
import type { JourneyContext } from "../engine/context.ts";
import { renderText } from "../engine/expression.ts";
import { begin } from "./moves.ts";
import { templateSchema } from "./schema.ts";
import type { StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

const schema = z.strictObject({
  id: stepBase.id,
  kind: z.literal("finish"),
  /** A number to keep; its label is the text `reference`. */
  reference: templateSchema.optional(),
  /** The picture beside each line of the text `take`, in order. */
  things: z.array(z.enum(THINGS)).default([]),
  next: z.undefined().optional(),
});
export type FinishStep = z.infer<typeof schema>;

/** The last page: what was done, and what comes next. */
export const finish: StepKind<FinishStep> = {
  schema,
  page: false,
  texts: (step) => ({
    required: ["title", "body", ...(step.reference === undefined ? [] : ["reference"])],
    optional: ["take", "waiting-title", "waiting"],
  }),
  result: () => undefined,
  exits: () => [],
  build: (step) => ({
    entry: [
      begin,
      assign(({ context }) => ({
        ending: { result: resultOf(context), page: step.id },
      })),
    ],
    initial: "arriving",
    states: { arriving: { always: "#ending" } },
  }),
  view: (step, env) => {
    const reference = step.reference === undefined ? "" : renderText(step.reference, env.scope, env.context.locale);
    const { waiting, notes } = env.context;
    const key = (name: string, own: string) => (waiting && env.step.has(own) ? own : name);
    return {
      screen: {
        kind: "finish",
        title: env.step.say(key("title", "waiting-title")),
        body: [...env.step.paragraphs(key("body", "waiting")), ...notes.map((note) => env.common.say(`note.${note}`))],
        result: resultOf(env.context),
        ...(reference === "" ? {} : { reference: { label: env.step.say("reference"), value: reference } }),
        take: env.step.paragraphs("take").map((text, line) => withThing(text, step.things[line])),
      },
      intents: ["FINISH"],
    };
  },
};

function resultOf({ waiting, delivered }: JourneyContext) {
  if (waiting) return "waiting";
  return delivered ? "delivered" : "nothing-done";
}

function withThing(text: Text, thing: (typeof THINGS)[number] | undefined) {
  return thing === undefined ? text : { ...text, thing };
}
