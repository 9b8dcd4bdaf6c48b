import { z } from "zod";
import { LOCALES } from "../../base/contracts/view.ts";
import { nameSchema } from "../steps/schema.ts";
import { frameSchema, textTreeSchema } from "./definition.ts";

/** The name by which a step of a part leads to what follows the part. */
export const OUT = "out";
/** The name by which a part reads what it is given: `{{with.person}}`. */
export const GIVEN = "with";

/** What a choice may come to: whatever stands in a step's field. */
const choiceSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
export type Choice = z.infer<typeof choiceSchema>;

/** One text for all languages, or one for each. */
const givenTextSchema = z.union([
  z.string(),
  z.strictObject(Object.fromEntries(LOCALES.map((locale) => [locale, z.string()]))),
]);

/** A step of a service, or of a part, in whose place the steps of a part stand. */
export const partUseSchema = z.strictObject({
  /** The steps of the part are called `<id>-<step>`. */
  id: nameSchema,
  kind: z.literal("part"),
  /** The name of the part. */
  use: nameSchema,
  /** What the part is given, by the names of its parameters. */
  with: z.record(nameSchema, z.union([choiceSchema, z.record(z.string(), z.string())])).default({}),
  next: nameSchema.optional(),
  /** Where the part's further ways out lead. */
  exits: z.record(nameSchema, nameSchema).default({}),
});
export type PartUse = z.infer<typeof partUseSchema>;

const parameterSchema = z.discriminatedUnion("type", [
  /** The name of something that is known when the part begins, e.g. `identity.run`. */
  z.strictObject({ type: z.literal("value") }),
  /** Words for the texts of the part. */
  z.strictObject({ type: z.literal("text"), default: givenTextSchema.optional() }),
  /** One of several, for a field of a step. */
  z.strictObject({ type: z.literal("choice"), of: z.array(choiceSchema).min(1), default: choiceSchema.optional() }),
]);
export type Parameter = z.infer<typeof parameterSchema>;

/** The file of a part. */
export const partSchema = z.strictObject({
  /** Its name, and that of its file. */
  part: nameSchema,
  parameters: z.record(nameSchema, parameterSchema).default({}),
  /** Names of ways out besides the usual one, which is called `out`. */
  exits: z.array(nameSchema).default([]),
  steps: frameSchema.shape.steps,
  /** By language, then as in a service's file of texts. The service may write each anew. */
  texts: z.strictObject(Object.fromEntries(LOCALES.map((locale) => [locale, textTreeSchema.optional()]))).default({}),
});
export type PartDefinition = z.infer<typeof partSchema>;
