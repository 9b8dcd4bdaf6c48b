import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { holdersOf } from "./holders.ts";

test("a process that has the device open is named, and is gone when it ends", async () => {
  const device = join(mkdtempSync(join(tmpdir(), "held-")), "port");
  writeFileSync(device, "");
  const child = spawn("sh", ["-c", `exec 3<"${device}"; echo open; read wait`], { stdio: ["pipe", "pipe", "ignore"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  expect(holdersOf(device)).toEqual([{ pid: child.pid, name: "sh" }]);
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.stdin.end();
  await ended;
  expect(holdersOf(device)).toEqual([]);
});
