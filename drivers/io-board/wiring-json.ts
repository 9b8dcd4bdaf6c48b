import { z } from "zod";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, type Result } from "../../base/result.ts";
import { INPUT_WORDS, type InputKind, LIGHT_COLOURS } from "./interface.ts";
import { checkWiring, type IoWiring } from "./wiring.ts";

const KINDS = Object.keys(INPUT_WORDS) as [InputKind, ...InputKind[]];
const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens");
const milliseconds = z.number().int().min(0).max(60_000);

const wiringSchema = z.strictObject({
  unit: z.number(),
  inputs: z
    .array(
      z.strictObject({
        name,
        kind: z.enum(KINDS),
        input: z.number(),
        inverted: z.boolean().exactOptional(),
        settling: z.strictObject({ yes: milliseconds, no: milliseconds }).exactOptional(),
      }),
    )
    .default([]),
  lights: z.array(z.strictObject({ name, coils: z.partialRecord(z.enum(LIGHT_COLOURS), z.number()) })).default([]),
  relays: z.array(z.strictObject({ name, coil: z.number(), safe: z.boolean() })).default([]),
});

/** Reads a wiring as it stands in a file. The error names the first field that is wrong. */
export function parseWiring(text: string): Result<IoWiring, CodedError<"common.bad-input">> {
  const parsed = wiringSchema.safeParse(parseJson(text));
  if (parsed.success) return checkWiring(parsed.data);
  const [issue] = parsed.error.issues;
  return err(coded("common.bad-input", `wiring ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not JSON"}`));
}
