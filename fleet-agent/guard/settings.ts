import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";

const path = z.string().min(1);

/** The guard's configuration file (YAML or JSON). Relative paths are relative to the file. */
export const guardSettingsSchema = z.strictObject({
  /** Holds `slot-a`, `slot-b` and `current`; only the guard's user writes there. */
  root: path,
  /** State file, readable by the agent. */
  state: path,
  /** Directory that the agent asks in. */
  requests: path,
  /** Seconds until a release on trial is rolled back unless it was confirmed. Longer than the agent's own `trial`. */
  trial: z.number().min(10).default(600),
  /** Starts of parts that a trial may see, the first of each included. */
  starts: z.number().int().min(3).default(12),
  /** How parts are restarted: units `ventanilla-<part>`, or a program that is given the parts' names. */
  parts: z
    .discriminatedUnion("by", [
      z.strictObject({ by: z.literal("systemd") }),
      z.strictObject({ by: z.literal("command"), command: z.array(z.string()).min(1) }),
    ])
    .default({ by: "systemd" }),
  /** Directory of TUF metadata that the guard itself trusts, at least `root.json`; only the guard's user writes there. */
  trust: path,
  /** Directory of the agent's TUF metadata, from which the guard's goes on. */
  metadata: path,
  /** Only for tests and the demonstration; an appliance is what it is. */
  platform: z.string().default(`${process.platform}-${process.arch}`),
});
export type GuardSettings = z.infer<typeof guardSettingsSchema>;

export function readGuardSettings(file: string): Result<GuardSettings, CodedError> {
  try {
    const parsed = guardSettingsSchema.safeParse(parse(readFileSync(file, "utf8")));
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => `${issue.path.join(".") || "(whole file)"}: ${issue.message}`);
      return err(coded("guard.config", `${file}: ${issues.join("; ")}`));
    }
    const absolute = (name: string) => resolve(dirname(resolve(file)), name);
    const { root, state, requests, trust, metadata, ...rest } = parsed.data;
    return ok({
      ...rest,
      ...{ root: absolute(root), state: absolute(state), requests: absolute(requests) },
      ...{ trust: absolute(trust), metadata: absolute(metadata) },
    });
  } catch (problem) {
    return err(coded("guard.config", `${file}: ${problem instanceof Error ? problem.message : problem}`));
  }
}
