import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeDirectory } from "../../../scripts/demo/data-lock.ts";
import { until } from "../../support/until.ts";

const START = join(import.meta.dirname, "..", "..", "..", "scripts", "start.ts");
const FREE = ["kiosk", "console", "devices", "gateway", "simulators"].flatMap((name) => [`--${name}-port`, "0"]);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "start-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function start(...options: string[]) {
  const child = spawn(process.execPath, [START, "--data", directory, "--no-shell", ...FREE, ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { child, said: text(child.stdout), complained: text(child.stderr), ended: once(child, "exit") };
}

test("a second demonstration on one directory is refused in words", async () => {
  expect(takeDirectory(directory)).toBe(true);
  const { ended, complained } = start();
  expect(await ended).toEqual([1, null]);
  expect(await complained).toContain("runs on");
  expect(await complained).toContain("--data DIR");
});

test("a number of kiosks that it does not have is refused", async () => {
  const { ended, complained } = start("--kiosks", "4");
  expect(await ended).toEqual([64, null]);
  expect(await complained).toContain("--kiosks must be 1, 2 or 3");
});

test("Ctrl-C in the middle of the start ends everything within seconds, and says nothing but words", async () => {
  const { child, ended, said, complained } = start("--kiosks", "1");
  await until("its first part runs", () => processesOf(directory).length > 1, 90_000);
  const asked = performance.now();
  child.kill("SIGINT");
  await ended;
  await until("nothing of it is left", () => processesOf(directory).length === 0, 10_000);
  expect(performance.now() - asked).toBeLessThan(12_000);
  expect((await said) + (await complained)).not.toContain('{"level"');
});

/** Process ids of everything whose arguments or environment name `place`. */
function processesOf(place: string): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return false;
    try {
      return ["cmdline", "environ"].some((file) => readFileSync(`/proc/${name}/${file}`, "utf8").includes(place));
    } catch {
      return false;
    }
  });
}
