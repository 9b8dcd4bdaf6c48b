import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { coded } from "../../base/registry/coded-error.ts";
import { assertOk, err } from "../../base/result.ts";
import { openMachine } from "./machine.ts";
import { readManifest } from "./manifest.ts";
import { changed, runSteps, type Step, unchanged } from "./steps.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "steps-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const note: Step = {
  name: "note",
  async run({ manifest, dryRun }) {
    if (manifest.value.files.includes("/x")) return unchanged("noted before");
    if (dryRun) return changed("would note");
    manifest.note({ files: ["/x"] });
    return changed("noted");
  },
};
const broken: Step = { name: "broken", run: async () => err(coded("install.command-failed", "apt-get: no network")) };

const run = (steps: readonly Step[], dryRun = false) =>
  runSteps(steps, { machine: openMachine(root), dryRun, say: () => {} });

test("steps stop at the first that fails, by its name, and what came before it stays noted", async () => {
  const done = await run([note, broken, note]);
  expect(done).toMatchObject({ ok: false, error: { step: "broken", error: { code: "install.command-failed" } } });
  expect(readManifest(openMachine(root)).files).toEqual(["/x"]);
});

test("a second run finds the work done", async () => {
  await run([note]);
  expect(assertOk(await run([note]), "it runs again")).toEqual([
    { name: "note", changed: false, said: "noted before" },
  ]);
});

test("a dry run changes nothing and says what it would do", async () => {
  expect(assertOk(await run([note], true), "it runs dry")).toMatchObject([{ changed: true, said: "would note" }]);
  expect(readManifest(openMachine(root)).files).toEqual([]);
});
