import { z } from "zod";
import { arriveAt } from "./moves.ts";
import type { StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

const schema = z.strictObject({ ...stepBase, kind: z.literal("inform") });
export type InformStep = z.infer<typeof schema>;

/** Tells what the service is, what one needs and what it costs. */
export const inform: StepKind<InformStep> = {
  schema,
  page: true,
  texts: () => ({ required: ["title", "body"], optional: ["needs", "price"] }),
  result: () => undefined,
  exits: () => [],
  build: (step, env) => ({
    entry: arriveAt(step.id),
    initial: "reading",
    states: {
      reading: {
        tags: "citizen",
        always: { guard: ({ context }) => context.changing !== null, target: env.next },
        on: { CONTINUE: env.next, BACK: [...env.back] },
      },
    },
  }),
  view: (_step, env) => ({
    screen: {
      kind: "inform",
      title: env.step.say("title"),
      body: env.step.paragraphs("body"),
      needs: env.step.paragraphs("needs"),
      ...(env.step.has("price") ? { price: env.step.say("price") } : {}),
    },
    intents: ["CONTINUE", "BACK"],
  }),
};
