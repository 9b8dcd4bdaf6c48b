import { z } from "zod";
import { DEVICE_KINDS } from "../../base/contracts/device-status.ts";
import { serviceCardSchema } from "../../base/contracts/view.ts";
import type { Step } from "../steps/library.ts";

/** The frame of `service.yaml`; each step is then read by its own kind. */
export const frameSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/, "an id is <institution>/<service>, in small letters"),
  institution: z.string().regex(/^[a-z][a-z0-9-]*$/),
  icon: serviceCardSchema.shape.icon,
  /** Kinds of device without which the service is not offered. */
  requires: z.array(z.enum(DEVICE_KINDS)),
  steps: z.array(z.looseObject({ kind: z.string() })).min(1),
});

export type Definition = Omit<z.infer<typeof frameSchema>, "steps"> & { readonly steps: readonly Step[] };

/** One language's file: texts nested by step, each one text or a list of paragraphs. */
export type TextTree = { readonly [key: string]: string | readonly string[] | TextTree };
export const textTreeSchema: z.ZodType<TextTree> = z.lazy(() =>
  z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1), textTreeSchema])),
);

/** Texts that every service has, whatever its steps. */
export const SERVICE_TEXTS = ["service.name", "service.summary", "service.institution", "service.price"] as const;
