import { z } from "zod";
import type { Option } from "../../../base/contracts/view.ts";
import { told } from "../../../base/told.ts";
import { renderText, renderValue, type Scope } from "../../engine/expression.ts";
import type { Json } from "../../engine/ports.ts";
import { refuse, saying } from "../../engine/refusal.ts";
import { nameSchema, templateSchema } from "../schema.ts";
import type { ViewEnv } from "../step.ts";
import { stepBase } from "../step.ts";

export const chooseSchema = z
  .strictObject({
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
    /** Several may be chosen: at least `min`, at most `max`. Without it exactly one is. */
    many: z
      .strictObject({ min: z.number().int().nonnegative().default(1), max: z.number().int().min(1).max(100) })
      .refine(({ min, max }) => min <= max, {
        path: ["max"],
        ...saying(() => told("max is less than min", '"max" es menor que "min"')),
      })
      .optional(),
  })
  .superRefine(({ options, many }, context) => {
    if (many === undefined) return;
    if (!Array.isArray(options)) {
      if (many.min > 1)
        refuse(
          context,
          told(
            `a list may have fewer than ${many.min}; ask for at least 0 or 1`,
            `la lista puede tener menos de ${many.min}; pida al menos 0 o 1`,
          ),
          ["many", "min"],
        );
    } else if (many.max > options.length)
      refuse(
        context,
        told(
          `at most ${many.max} may be chosen, and there are ${options.length}`,
          `se pueden elegir a lo más ${many.max}, y hay ${options.length}`,
        ),
        ["many", "max"],
      );
  });
export type ChooseStep = z.infer<typeof chooseSchema>;
export type Many = NonNullable<ChooseStep["many"]>;

export type Choice = { readonly id: string; readonly item: Json; readonly label?: string; readonly detail?: string };

/** What there is to choose from; fixed options have no label but their text. */
export function choices(step: ChooseStep, scope: Scope): Choice[] {
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

export function isFixed(options: ChooseStep["options"]): options is string[] {
  return Array.isArray(options);
}

export function fixedOptions(step: ChooseStep): readonly string[] {
  return isFixed(step.options) ? step.options : [];
}

export function asOption(step: ChooseStep, { id, label, detail }: Choice, env: ViewEnv): Option {
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
