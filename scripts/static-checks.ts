import { spawnSync } from "node:child_process";
import { join } from "node:path";

export type CheckResult = { readonly name: string; readonly passed: boolean };

const CHECKS: readonly (readonly [name: string, ...command: string[]])[] = [
  ["format and lint", "biome", "check", "."],
  ["types and layers", "tsc", "-b"],
  ["unused files, exports and dependencies", "knip"],
];

/** Runs the checks that read the code without running it, and prints what they say. */
export function runStaticChecks(): CheckResult[] {
  return CHECKS.map(([name, program, ...programArguments]) => {
    const bin = join(import.meta.dirname, "..", "node_modules", ".bin", String(program));
    const { status } = spawnSync(bin, programArguments, { cwd: join(import.meta.dirname, ".."), stdio: "inherit" });
    process.stdout.write(`${status === 0 ? "passed" : "FAILED"}: ${name}\n`);
    return { name, passed: status === 0 };
  });
}
