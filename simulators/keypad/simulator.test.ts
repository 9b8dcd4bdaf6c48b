import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import { hidReports } from "../../drivers/transport/hid.ts";
import { createKeypadSimulator, type KeypadSimulator } from "./simulator.ts";

let simulator: KeypadSimulator;
let reports: number[][];
let gone: Promise<string>;

beforeEach(async () => {
  const path = join(mkdtempSync(join(tmpdir(), "keypad-")), "hid");
  simulator = createKeypadSimulator({ id: "keypad", path });
  await simulator.start();
  const opened = await hidReports({ path }, systemClock)(new AbortController().signal);
  if (!opened.ok) throw new Error(opened.error.message);
  reports = [];
  opened.value.onReport((report) => reports.push([...report]));
  gone = opened.value.closed;
});
afterEach(() => simulator.stop());

const run = (action: string, parameters = {}) => simulator.actions[action]?.run(parameters);

test("keys and headphones are reports of their ids", async () => {
  await run("press", { key: "up" });
  await run("hold", { key: "volume-up" });
  await run("headphones-in");
  expect(simulator.state.value).toEqual({ plugged: true, headphones: true, down: ["volume-up"] });
  await run("let-go", { key: "volume-up" });
  await expect
    .poll(() => reports)
    .toEqual([
      [1, 0, 0, 0x68, 0, 0, 0, 0, 0],
      [1, 0, 0, 0, 0, 0, 0, 0, 0],
      [2, 0xe9, 0],
      [1, 0, 0, 0x6f, 0, 0, 0, 0, 0],
      [1, 0, 0, 0, 0, 0, 0, 0, 0],
      [2, 0, 0],
    ]);
});

test("pulling the cable is seen at once, and the path is gone", async () => {
  await run("unplug");
  expect(await gone).toBe("the device closed the connection");
  expect(await hidReports({ path: simulator.port }, systemClock)(new AbortController().signal)).toMatchObject({
    ...{ ok: false, error: { code: "link.absent" } },
  });
});

test("a key that no keypad has is told to the operator", async () => {
  await expect(async () => run("press", { key: "fire" })).rejects.toThrow("key must be one of up, down");
});
