import { assign } from "xstate";
import { z } from "zod";
import type { Option } from "../../base/contracts/view.ts";
import { renderText, renderValue, type Scope, valueAt } from "../engine/expression.ts";
import type { Json } from "../engine/ports.ts";
import { arriveAt, stored } from "./moves.ts";
import { nameSchema, templateSchema } from "./schema.ts";
import type { StepKind, ViewEnv } from "./step.ts";
import { stepBase } from "./step.ts";

const schema = z.strictObject({
  ...stepBase,
  kind: z.literal("choose"),
  options: z.union([
    /** Fixed options; each has a text `options.<name>` and, when it helps, `details.<name>`. */
    z.array(nameSchema).min(2),
    /** One option for each item of a list that a look-up brought. */
    z.strictObject({
      from: templateSchema,
      id: templateSchema,
      label: templateSchema,
      detail: templateSchema.optional(),
    }),
  ]),
});
export type ChooseStep = z.infer<typeof schema>;

type Choice = { readonly id: string; readonly item: Json; readonly label?: string; readonly detail?: string };

function choices(step: ChooseStep, scope: Scope): Choice[] {
  const { options } = step;
  if (isFixed(options)) return options.map((id) => ({ id, item: { id } }));
  const list = renderValue(options.from, scope, "es");
  if (!Array.isArray(list)) return [];
  return list.map((item: Json) => {
    const inner = { ...scope, item };
    return {
      id: renderText(options.id, inner, "es"),
      item,
      label: renderText(options.label, inner, "es"),
      ...(options.detail === undefined ? {} : { detail: renderText(options.detail, inner, "es") }),
    };
  });
}

function isFixed(options: ChooseStep["options"]): options is string[] {
  return Array.isArray(options);
}

export function fixedOptions(step: ChooseStep): readonly string[] {
  return isFixed(step.options) ? step.options : [];
}

/** One choice among few. What it brings is the chosen item itself; for fixed options `{ id }`. */
export const choose: StepKind<ChooseStep> = {
  schema,
  page: true,
  texts: (step) => ({
    required: ["title", ...fixedOptions(step).map((name) => `options.${name}`)],
    optional: ["hint", ...fixedOptions(step).map((name) => `details.${name}`)],
  }),
  result: (step) => (isFixed(step.options) ? z.strictObject({ id: z.string(), label: z.string() }) : undefined),
  exits: () => [],
  build: (step, env) => ({
    entry: arriveAt(step.id),
    initial: "choosing",
    states: {
      choosing: {
        tags: "citizen",
        always: {
          guard: ({ context }) =>
            context.changing !== null && context.changing.from !== step.id && context.data[step.id] !== undefined,
          target: env.next,
        },
        on: {
          BACK: [...env.back],
          SELECT: {
            guard: ({ context, event }) =>
              choices(step, env.service.scope(context)).some(({ id }) => id === event.option),
            target: env.next,
            actions: assign(({ context, event }) => {
              const chosen = choices(step, env.service.scope(context)).find(({ id }) => id === event.option);
              return chosen === undefined ? {} : stored(context, step.id, chosen.item, env.dependents);
            }),
          },
        },
      },
    },
  }),
  view: (step, env) => {
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

function asOption(step: ChooseStep, { id, label, detail }: Choice, env: ViewEnv): Option {
  if (label === undefined)
    return {
      id,
      label: env.step.say(`options.${id}`),
      ...(env.step.has(`details.${id}`) ? { detail: env.step.say(`details.${id}`) } : {}),
    };
  return {
    id,
    label: { id: `${step.id}/option`, text: label },
    ...(detail === undefined || detail === "" ? {} : { detail: { id: `${step.id}/option-detail`, text: detail } }),
  };
}

/** The label of a fixed option that was chosen, for scopes: `{{use.label}}`. */
export function chosenOption(step: ChooseStep, data: Scope): string | undefined {
  const id = valueAt(data, [step.id, "id"]);
  return isFixed(step.options) && typeof id === "string" ? id : undefined;
}
