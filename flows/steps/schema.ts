import { z } from "zod";
import { type Condition, parseCondition } from "../engine/condition.ts";
import { parseTemplate, renderValue, type Scope, type Template } from "../engine/expression.ts";
import type { Json } from "../engine/ports.ts";
import { refuse } from "../engine/refusal.ts";

export const nameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, "a name has small letters, digits and dashes, and begins with a letter");

/** What a step that submits does while the network is away: `wait` lets the kiosk keep it, sealed, until it is back. */
export const offLineSchema = { "off-line": z.enum(["wait", "refuse"]).default("refuse") };

/** A text with placeholders, read while the definition is read, so that a mistake is reported with its line. */
export const templateSchema = z.string().transform((source, context): Template => {
  const parsed = parseTemplate(source);
  if (parsed.ok) return parsed.value;
  refuse(context, parsed.error);
  return z.NEVER;
});

/** A condition, read while the definition is read. */
export const conditionSchema = z.string().transform((source, context): Condition => {
  const parsed = parseCondition(source);
  if (parsed.ok) return parsed.value;
  refuse(context, parsed.error);
  return z.NEVER;
});

/** What is sent to an institution: fixed values, texts with placeholders, or objects of these. */
export type InputTemplate = {
  readonly fields: { readonly [name: string]: Template | InputTemplate | number | boolean };
};

const fieldSchema: z.ZodType<Template | InputTemplate | number | boolean> = z.lazy(() =>
  z.union([templateSchema, z.number(), z.boolean(), inputSchema]),
);
export const inputSchema: z.ZodType<InputTemplate> = z
  .record(z.string(), fieldSchema)
  .transform((fields) => ({ fields }));

/** Fills in `input`; a placeholder without value leaves its field out. */
export function renderInput(input: InputTemplate, scope: Scope): { [name: string]: Json } {
  const result: { [name: string]: Json } = {};
  for (const [name, field] of Object.entries(input.fields)) {
    const value =
      typeof field !== "object"
        ? field
        : "fields" in field
          ? renderInput(field, scope)
          : renderValue(field, scope, "es");
    if (value !== undefined) result[name] = value;
  }
  return result;
}
