import { assign } from "xstate";
import { z } from "zod";
import { type Text, THINGS } from "../../base/contracts/view.ts";
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
    optional: ["take"],
  }),
  result: () => undefined,
  exits: () => [],
  build: (step) => ({
    entry: [
      begin,
      assign(({ context }) => ({
        ending: { result: context.delivered ? ("delivered" as const) : ("nothing-done" as const), page: step.id },
      })),
    ],
    initial: "arriving",
    states: { arriving: { always: "#ending" } },
  }),
  view: (step, env) => {
    const reference = step.reference === undefined ? "" : renderText(step.reference, env.scope, env.context.locale);
    return {
      screen: {
        kind: "finish",
        title: env.step.say("title"),
        body: [...env.step.paragraphs("body"), ...env.context.notes.map((note) => env.common.say(`note.${note}`))],
        result: env.context.delivered ? "delivered" : "nothing-done",
        ...(reference === "" ? {} : { reference: { label: env.step.say("reference"), value: reference } }),
        take: env.step.paragraphs("take").map((text, line) => withThing(text, step.things[line])),
      },
      intents: ["FINISH"],
    };
  },
};

function withThing(text: Text, thing: (typeof THINGS)[number] | undefined) {
  return thing === undefined ? text : { ...text, thing };
}
