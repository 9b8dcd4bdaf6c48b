import { assign } from "xstate";
import { z } from "zod";
import { type Scope, valueAt } from "../../engine/expression.ts";
import type { Json } from "../../engine/ports.ts";
import { arriveAt, isPassedOver, stored } from "../moves.ts";
import type { StepKind } from "../step.ts";
import { asOption, type ChooseStep, choices, chooseSchema, fixedOptions } from "./choices.ts";
import { chosenMany, manyShape, manyView } from "./many.ts";

/**
 * A choice among few. What it brings is the chosen item itself; for fixed options `{ id, label }`; where several may be chosen
 * `{ ids, labels }`.
 */
export const choose: StepKind<ChooseStep> = {
  schema: chooseSchema,
  page: true,
  texts: (step) => ({
    required: ["title", ...fixedOptions(step).map((name) => `options.${name}`)],
    optional: ["hint", ...fixedOptions(step).map((name) => `details.${name}`)],
  }),
  result: (step) => {
    if (step.many !== undefined) return manyShape(step);
    const names = fixedOptions(step);
    return names.length === 0 ? undefined : z.strictObject({ id: z.enum(names), label: z.string() });
  },
  exits: () => [],
  build: (step, env) => ({
    entry: arriveAt(step.id),
    initial: "choosing",
    states: {
      choosing: {
        tags: "citizen",
        always: { guard: ({ context }) => isPassedOver(context, step.id), target: env.next },
        on: {
          BACK: [...env.back],
          ...(step.many === undefined
            ? {
                SELECT: {
                  guard: ({ context, event }) =>
                    choices(step, env.service.scope(context)).some(({ id }) => id === event.option),
                  target: env.next,
                  actions: assign(({ context, event }) => {
                    const chosen = choices(step, env.service.scope(context)).find(({ id }) => id === event.option);
                    return chosen === undefined ? {} : stored(context, step.id, chosen.item, env.dependents);
                  }),
                },
              }
            : { CHOOSE: chosenMany(step, step.many, env) }),
        },
      },
    },
  }),
  view: (step, env) => {
    if (step.many !== undefined) return manyView(step, step.many, env);
    const all = choices(step, env.scope);
    const before = JSON.stringify(env.context.data[step.id]);
    const selected = all.find(({ item }) => JSON.stringify(item) === before);
    return {
      screen: {
        kind: "choose",
        title: env.step.say("title"),
        ...(env.step.has("hint") ? { hint: env.step.say("hint") } : {}),
        options: all.map((choice) => asOption(step, choice, env)),
        ...(selected === undefined ? {} : { selected: selected.id }),
      },
      intents: ["SELECT", "BACK"],
    };
  },
};

/**
 * What was chosen of fixed options, with its words in the citizen's language, for scopes: `{{use.label}}`, `{{reasons.labels}}`.
 *
 * @param label the words of an option.
 */
export function withLabels(step: ChooseStep, data: Scope, label: (option: string) => string): Json | undefined {
  if (fixedOptions(step).length === 0) return undefined;
  const id = valueAt(data, [step.id, "id"]);
  if (typeof id === "string") return { id, label: label(id) };
  const ids = valueAt(data, [step.id, "ids"]);
  return Array.isArray(ids) ? { ids, labels: ids.map((one: Json) => label(String(one))) } : undefined;
}
