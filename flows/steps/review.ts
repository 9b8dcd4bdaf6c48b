import { assign } from "xstate";
import { z } from "zod";
import type { JourneyContext } from "../engine/context.ts";
import { placeholders, renderText, renderValue, type Scope, type Template, valueAt } from "../engine/expression.ts";
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
          CHANGE: step.rows.flatMap(({ id, value, change }) =>
            change === undefined
              ? []
              : [
                  {
                    guard: ({ context, event }: { context: JourneyContext; event: { row: string } }) =>
                      event.row === id && isAnswered(value, env.service.scope(context)),
                    target: `#${change}`,
                    actions: assign({ changing: { review: step.id, from: change, touched: false } }),
                  },
                ],
          ),
        },
      },
    },
  }),
  view: (step, env) => {
    const rows = step.rows.filter(({ value }) => isAnswered(value, env.scope));
    const total = step.total === undefined ? undefined : renderValue(step.total, env.scope, env.context.locale);
    return {
      screen: {
        kind: "review",
        title: env.step.say("title"),
        rows: rows.map(({ id, value, change }) => ({
          id,
          label: env.step.say(`rows.${id}`),
          value: renderText(value, env.scope, env.context.locale),
          changeable: change !== undefined,
        })),
        ...(typeof total === "number" ? { total } : {}),
        action: env.step.say("action"),
      },
      intents: ["CONFIRM", ...(rows.some(({ change }) => change !== undefined) ? ["CHANGE" as const] : []), "BACK"],
    };
  },
};

/**
 * Whether a row has anything to show: a question that this citizen was not asked has no answer to be checked or changed. One that was
 * passed over has: nothing, which can be changed.
 */
function isAnswered(value: Template, scope: Scope): boolean {
  const read = placeholders(value);
  return read.length === 0 || read.some(({ path }) => valueAt(scope, path.slice(0, 1)) !== undefined);
}
