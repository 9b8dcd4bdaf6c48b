import { z } from "zod";
import type { JourneyContext } from "../../engine/context.ts";
import { type Scope, valueAt } from "../../engine/expression.ts";
import { changeOn, stored } from "../moves.ts";
import { said } from "../problem-page.ts";
import type { BuildEnv, StepView, ViewEnv } from "../step.ts";
import { asOption, type Choice, type ChooseStep, choices, fixedOptions, type Many } from "./choices.ts";

/** The form of a choice of several: names and words, in the order of the list. */
export function manyShape(step: ChooseStep): z.ZodType {
  const names = fixedOptions(step);
  const id = names.length === 0 ? z.string() : z.enum(names);
  return z.strictObject({ ids: z.array(id), labels: z.array(z.string()) });
}

type Choosing = { readonly context: JourneyContext; readonly event: { readonly options: readonly string[] } };

/** Takes what was chosen when it is neither too little nor too much; else keeps it on the page and says so. */
export function chosenMany(step: ChooseStep, many: Many, env: BuildEnv) {
  const chosen = ({ context, event }: Choosing) => among(step, env.service.scope(context), event.options);
  return [
    {
      guard: (args: Choosing) => countFault(many, chosen(args).length) === null,
      target: env.next,
      actions: changeOn<"CHOOSE">((args) => {
        const all = chosen(args);
        const value = { ids: all.map(({ id }) => id), labels: all.map(({ id, label }) => label ?? id) };
        return stored(args.context, step.id, value, env.dependents);
      }),
    },
    {
      actions: changeOn<"CHOOSE">((args) => {
        const all = chosen(args);
        return { draft: JSON.stringify(all.map(({ id }) => id)), problem: countFault(many, all.length) };
      }),
    },
  ];
}

/** The options of these names, each once, in the order of the list; names that are no options are left out. */
function among(step: ChooseStep, scope: Scope, names: readonly string[]): Choice[] {
  return choices(step, scope).filter(({ id }) => names.includes(id));
}

function countFault({ min, max }: Many, count: number): "too-few" | "too-many" | null {
  if (count < min) return "too-few";
  return count > max ? "too-many" : null;
}

export function manyView(step: ChooseStep, many: Many, env: ViewEnv): StepView {
  const { min, max } = many;
  const form = min === max ? "exactly" : min === 0 ? "up-to" : "between";
  return {
    screen: {
      kind: "choose-many",
      title: env.step.say("title"),
      ...(env.step.has("hint") ? { hint: env.step.say("hint") } : {}),
      instruction: env.common.say(`choose.${form}`, { many: { min, max } }),
      options: choices(step, env.scope).map((choice) => asOption(step, choice, env)),
      chosen: chosenBefore(step, env),
      ...said(env, "choose", { many: { min, max } }),
    },
    intents: ["CHOOSE", "BACK"],
  };
}

/** What stands chosen on the page: what was refused just now, else the answer of before. */
function chosenBefore(step: ChooseStep, { context }: ViewEnv): string[] {
  const ids: unknown = context.draft === "" ? valueAt(context.data, [step.id, "ids"]) : JSON.parse(context.draft);
  return Array.isArray(ids) ? ids.map(String) : [];
}
