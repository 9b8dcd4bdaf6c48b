import { z } from "zod";
import { DEVICE_KINDS } from "../../base/contracts/device-status.ts";
import { versionSchema } from "../../base/contracts/fleet/names.ts";
import { serviceCardSchema } from "../../base/contracts/view.ts";
import type { Step } from "../steps/library.ts";

/** The frame of `service.yaml`; each step is then read by its own kind. */
export const frameSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/, "an id is <institution>/<service>, in small letters"),
  /** Of the definition; it grows with every package that is given out. */
  version: versionSchema.optional(),
  institution: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** Through which institution of the gateway it is reached, when not its own: while that one is away the service is not offered. */
  "served-by": z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .optional(),
  icon: serviceCardSchema.shape.icon,
  /** Where its card stands on the menu: what most people come for has the lowest numbers; equal ones stand by id. */
  order: z.number().int().min(0).max(999).default(100),
  /** Kinds of device without which the service is not offered. */
  requires: z.array(z.enum(DEVICE_KINDS)),
  /** Whether citizens are served without the network too; the checker holds it to that. */
  "off-line": z.boolean().default(false),
  steps: z.array(z.looseObject({ kind: z.string() })).min(1),
});

/** A step as a file has it, before its kind has read it. */
export type RawStep = z.infer<typeof frameSchema>["steps"][number];

export type Definition = Omit<z.infer<typeof frameSchema>, "steps"> & { readonly steps: readonly Step[] };

/** One language's file: texts nested by step, each one text or a list of paragraphs. */
export type TextTree = { readonly [key: string]: string | readonly string[] | TextTree };
export const textTreeSchema: z.ZodType<TextTree> = z.lazy(() =>
  z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1), textTreeSchema])),
);

/** Texts that every service has, whatever its steps. */
export const SERVICE_TEXTS = ["service.name", "service.summary", "service.institution", "service.price"] as const;
