import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

test("an unknown benchmark is bad usage and the known ones are listed", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["tests/bench/main.ts", "no-such-thing"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([64, ""]);
  expect(stderr).toContain("npm run bench -- <name>; benchmarks: ");
});
