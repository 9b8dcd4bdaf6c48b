import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const LIST =
  "npm run bench -- <name>; benchmarks: agent, checker, chip, codecs, engine, fleet, journal, payment, print, reconnect, start, tap, update\n";

test.each([
  { asked: ["no-such-thing"], why: "an unknown benchmark" },
  { asked: [], why: "none" },
  { asked: ["journal", "more"], why: "an argument too many" },
  { asked: ["constructor"], why: "a name that only every object has" },
])("$why is bad usage, and the known ones are listed", ({ asked }) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["tests/bench/main.ts", ...asked], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect({ status, stdout, stderr }).toMatchObject({ status: 64, stdout: "", stderr: expect.stringContaining(LIST) });
});
