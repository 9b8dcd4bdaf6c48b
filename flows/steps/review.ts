import { assign } from "xstate";
import { z } from "zod";
import { renderText, renderValue } from "../engine/expression.ts";
import { arriveAtReview } from "./moves.ts";
import { nameSchema, templateSchema } from "./schema.ts";
import type { StepKind } from "./step.ts";
import { stepBase } from "./step.ts";

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("review"),
  rows: z
    .array(
      z.strictObject({
        /** The row's name; its label is the text `rows.<name>`. */
        id: nameSchema,
        value: templateSchema,
        /** The step at which the answer can be changed. */
        change: nameSchema.optional(),
      }),
    )
    .min(1),
  /** Integer pesos. */
  total: templateSchema.optional(),
});
export type ReviewStep = z.infer<typeof schema>;

/** Shows all answers before something is done that cannot be undone. */
export const review: StepKind<ReviewStep> = {
  schema,
  page: true,
  texts: (step) => ({ required: ["title", "action", ...step.rows.map(({ id }) => `rows.${id}`)], optional: [] }),
  result: () => undefined,
  exits: (step) =>
    step.rows.flatMap(({ change }, index) =>
      change === undefined ? [] : [{ target: change, path: ["rows", index, "change"] }],
    ),
  build: (step, env) => ({
    entry: arriveAtReview(step.id),
    initial: "checking",
    states: {
      checking: {
        tags: "citizen",
        on: {
          BACK: [...env.back],
          CONFIRM: env.next,
          CHANGE: step.rows.flatMap(({ id, change }) =>
            change === undefined
              ? []
              : [
                  {
                    guard: ({ event }: { event: { row: string } }) => event.row === id,
                    target: `#${change}`,
                    actions: assign({ changing: { review: step.id, from: change } }),
                  },
                ],
          ),
        },
      },
    },
  }),
  view: (step, env) => {
    const total = step.total === undefined ? undefined : renderValue(step.total, env.scope, env.context.locale);
    return {
      screen: {
        kind: "review",
        title: env.step.say("title"),
        rows: step.rows.map(({ id, value, change }) => ({
          id,
          label: env.step.say(`rows.${id}`),
          value: renderText(value, env.scope, env.context.locale),
          changeable: change !== undefined,
        })),
        ...(typeof total === "number" ? { total } : {}),
        action: env.step.say("action"),
      },
      intents: [
        "CONFIRM",
        ...(step.rows.some(({ change }) => change !== undefined) ? ["CHANGE" as const] : []),
        "BACK",
      ],
    };
  },
};
