import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EVERY_PART, systemdParts } from "./parts.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "parts-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A systemctl that notes what it is told; its `reset-failed` ends with `status`. */
function systemctl(status: number): string {
  const program = join(folder, "systemctl");
  const script = `#!/bin/sh\necho "$*" >> ${folder}/told\n[ "$1" = reset-failed ] && exit ${status}\nexit 0\n`;
  writeFileSync(program, script, { mode: 0o755 });
  return program;
}
const told = () => readFileSync(join(folder, "told"), "utf8").trim().split("\n");

test("starts that a broken release used up are given back before the restart, which is not waited for", async () => {
  expect((await systemdParts(systemctl(0)).restart(["runtime", "shell"])).ok).toBe(true);
  expect(told()).toEqual([
    "reset-failed ventanilla-runtime.service ventanilla-shell.service",
    "restart --no-block ventanilla-runtime.service ventanilla-shell.service",
  ]);
});

test("a unit that has nothing to give back is restarted all the same", async () => {
  expect((await systemdParts(systemctl(1)).restart(EVERY_PART)).ok).toBe(true);
  expect(told()).toHaveLength(2);
});

test("without a systemctl the failure is told", async () => {
  const done = await systemdParts(join(folder, "none")).restart(["agent"]);
  expect(done.ok ? "restarted" : done.error.code).toBe("guard.restart-failed");
});
