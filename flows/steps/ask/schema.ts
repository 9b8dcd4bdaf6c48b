import { z } from "zod";
import { attachmentsSchema, MOST_ATTACHMENTS } from "../../../base/contracts/attachment.ts";
import { addressSchema } from "../../../base/places/address.ts";
import { told } from "../../../base/told.ts";
import { dayNamed } from "../../engine/calendar.ts";
import { refuse, saying } from "../../engine/refusal.ts";
import { stepBase } from "../step.ts";

/** What may be known about a citizen; `other` is about something else. */
const FACTS = ["run", "name", "birth-date", "email", "phone", "address", "other"] as const;
export type Fact = (typeof FACTS)[number];

const common = {
  ...stepBase,
  kind: z.literal("ask"),
  /** What the answer tells about the citizen, so that nothing is asked twice. A RUN, an e-mail, a telephone number and an address need not say it. */
  about: z.enum(FACTS).optional(),
  optional: z.boolean().default(false),
};

/** Any day: two limits that are named by the same day of reference can be compared whatever today is. */
const SOME_DAY = "2030-01-01";

const dayName = z.string().refine(
  (name) => dayNamed(name, SOME_DAY) !== undefined,
  saying(() =>
    told(
      "a day is 2026-03-31, today, or e.g. today - 90 days",
      "un día se escribe 2026-03-31, today (hoy) o, p. ej., today - 90 days (hace 90 días)",
    ),
  ),
);

const integer = z.number().int();

/** Digits that a number can have and still be counted with. */
const MOST_DIGITS = 15;
const MOST_PESOS = 999_999_999;

export const askSchema = z
  .discriminatedUnion("input", [
    z.strictObject({
      ...common,
      input: z.enum(["text", "email", "run", "phone"]),
      /** Characters. */
      max: z.number().int().positive().max(200).default(100),
    }),
    z.strictObject({
      ...common,
      /** A whole number to count with; a code with zeros in front is a text. */
      input: z.literal("number"),
      /** Digits. */
      max: z.number().int().positive().max(MOST_DIGITS).default(9),
      from: integer.nonnegative().optional(),
      to: integer.optional(),
    }),
    z.strictObject({
      ...common,
      input: z.literal("money"),
      /** Integer pesos. */
      from: integer.nonnegative().default(1),
      to: integer.max(MOST_PESOS).default(MOST_PESOS),
    }),
    z.strictObject({
      ...common,
      input: z.literal("date"),
      /** The first and the last day that are taken: an ISO date, `today`, or e.g. `today - 90 days`. */
      from: dayName.optional(),
      to: dayName.optional(),
    }),
    z.strictObject({ ...common, input: z.literal("address") }),
    z.strictObject({
      ...common,
      /** A paper of the citizen's, scanned page by page. */
      input: z.literal("file"),
      /** Pages. */
      max: z.number().int().positive().max(MOST_ATTACHMENTS).default(5),
    }),
  ])
  .superRefine((step, context) => {
    const limits = "from" in step ? [named(step.from), named(step.to)] : [];
    const [from, to] = limits;
    if (from === undefined || to === undefined || from <= to) return;
    refuse(context, told("nothing lies between from and to", 'no hay nada entre "from" y "to"'), ["to"]);
  });
export type AskStep = z.infer<typeof askSchema>;
export type AskInput<I extends AskStep["input"]> = Extract<AskStep, { input: I }>;

function named(limit: string | number | undefined): string | number | undefined {
  return typeof limit === "string" ? dayNamed(limit, SOME_DAY) : limit;
}

/** The form of what the question brings: `{ value }`, without the value when it was passed over. */
export function answerShape(step: AskStep): z.ZodType {
  const value = SHAPES[step.input];
  return z.strictObject({ value: step.optional ? value.optional() : value });
}

const SHAPES: { readonly [I in AskStep["input"]]: z.ZodType } = {
  text: z.string(),
  email: z.string(),
  run: z.string(),
  phone: z.string(),
  number: z.number().int(),
  money: z.number().int(),
  date: z.iso.date(),
  address: addressSchema,
  file: attachmentsSchema,
};
