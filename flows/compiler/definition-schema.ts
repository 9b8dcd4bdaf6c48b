import { z } from "zod";
import { STEP_KINDS } from "../steps/library.ts";
import { frameSchema } from "./definition.ts";

/** `service.yaml` as JSON Schema (draft 2020-12), by which editors complete and explain it while it is written. */
export function definitionSchema(): string {
  const steps = Object.values(STEP_KINDS).map(({ schema }): z.ZodType => schema);
  const whole = z.strictObject({ ...frameSchema.shape, steps: z.array(z.union(steps)).min(1) });
  const schema = z.toJSONSchema(whole, { io: "input", unrepresentable: "any" });
  return `${JSON.stringify({ ...schema, title: "Ventanilla service definition" }, null, 2)}\n`;
}
