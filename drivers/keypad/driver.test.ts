import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord, silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { SimulatedKeypad } from "../../simulators/keypad/keypad.ts";
import { SIMULATED_KEYPAD } from "../../simulators/keypad/profile.ts";
import { createKeypadSimulator } from "../../simulators/keypad/simulator.ts";
import { MemoryHid } from "../../simulators/wire/memory-hid.ts";
import { hangingReports } from "../../tests/support/hanging.ts";
import { hidReports } from "../transport/hid.ts";
import { keypadContract } from "./contract.suite.ts";
import { HidKeypad } from "./driver.ts";
import type { KeypadEvent } from "./interface.ts";
import { KEYPAD_MODELS, type KeypadProfile } from "./models.ts";

describe("contract, on a simulated keypad behind a HID socket", () => {
  keypadContract({ model: "simulated", transport: "unix-socket" }, async () => {
    const path = join(mkdtempSync(join(tmpdir(), "keypad-")), "hid");
    const simulator = createKeypadSimulator({ id: "keypad", path });
    await simulator.start();
    const { keypad } = simulator;
    const line = hangingReports(hidReports({ path }, systemClock));
    return {
      keypad: new HidKeypad({
        ...{ id: "keypad", model: "simulated", profile: SIMULATED_KEYPAD, clock: systemClock, log: silentLogger },
        ...{ random: () => 0.5, open: line.open },
      }),
      press: (key) => keypad.press(key),
      release: (key) => keypad.release(key),
      headphones: (inserted) => keypad.headphones(inserted),
      unplug: () => keypad.unplug(),
      plug: () => keypad.plug(),
      hang: line.hang,
      end: () => simulator.stop(),
    };
  });
});

async function bench(profile: KeypadProfile = SIMULATED_KEYPAD) {
  const clock = new SimulatedClock();
  const hid = new MemoryHid({});
  const records: LogRecord[] = [];
  const keypad = new HidKeypad({
    ...{ id: "keypad", model: "simulated", profile, clock, random: () => 0.5, open: hid.open },
    log: createLogger("keypad", (record) => records.push(record)),
  });
  keypad.start();
  await clock.advance(0);
  const events: KeypadEvent[] = [];
  keypad.subscribe((event) => events.push(event));
  const conditions = () => keypad.status.value.conditions.map(({ code }) => code);
  return { clock, hid, keypad, records, events, conditions, hand: new SimulatedKeypad(profile, hid) };
}

test("a key that moves repeats while it is held, by our clock; one that chooses does not", async () => {
  const { clock, events, hand } = await bench();
  hand.press("down");
  await clock.advance(700 + 250 * 3);
  hand.release("down");
  await clock.advance(5_000);
  expect(events.map(({ event }) => event)).toEqual(["down", "repeat", "repeat", "repeat", "repeat", "up"]);
  events.length = 0;
  hand.press("select");
  await clock.advance(10_000);
  expect(events).toEqual([{ event: "down", key: "select" }]);
});

test("a report that the device repeats by itself is one key press", async () => {
  const { hid, events } = await bench(KEYPAD_MODELS.generic);
  for (let report = 0; report < 20; report++) hid.send(Uint8Array.of(0, 0, 0x28, 0, 0, 0, 0, 0));
  expect(events).toEqual([{ event: "down", key: "select" }]);
});

test("a key that is held for a minute is stuck: it is let go as lost, told, and forgotten when it comes up", async () => {
  const { clock, events, conditions, hand } = await bench();
  hand.press("help");
  await clock.advance(60_000);
  expect(events).toEqual([
    { event: "down", key: "help" },
    { event: "up", key: "help", lost: true },
  ]);
  expect(conditions()).toEqual(["key-stuck"]);
  hand.press("up");
  hand.release("up");
  hand.release("help");
  expect(conditions()).toEqual([]);
  expect(events.slice(2)).toEqual([
    { event: "down", key: "up" },
    { event: "up", key: "up", lost: false },
  ]);
  expect(clock.pending).toBe(0);
});

test("when more keys are down than the device can tell, none is taken for let go", async () => {
  const { hid, events } = await bench(KEYPAD_MODELS.generic);
  hid.send(Uint8Array.of(0, 0, 0x52, 0, 0, 0, 0, 0));
  hid.send(Uint8Array.of(0, 0, 1, 1, 1, 1, 1, 1));
  expect(events).toEqual([{ event: "down", key: "up" }]);
});

test("a key of no table is told by what the device calls it, so that somebody can write the table", async () => {
  const { hid, events } = await bench(KEYPAD_MODELS.storm);
  hid.send(Uint8Array.of(0, 0, 0x72, 0, 0, 0, 0, 0));
  expect(events).toEqual([{ event: "unnamed", page: "keyboard", usage: 0x72 }]);
});

test("two codes of one meaning are one key", async () => {
  const profile: KeypadProfile = {
    ...KEYPAD_MODELS.generic,
    keys: [...KEYPAD_MODELS.generic.keys, { page: "keyboard", usage: 0x58, means: "select" }],
  };
  const { hid, events } = await bench(profile);
  for (const keys of [
    [0x28, 0],
    [0x28, 0x58],
    [0x58, 0],
    [0, 0],
  ])
    hid.send(Uint8Array.of(0, 0, ...keys, 0, 0, 0, 0));
  expect(events.map(({ event }) => event)).toEqual(["down", "up"]);
});

test("a socket that is a key which stays down tells headphones by it", async () => {
  const profile: KeypadProfile = {
    ...KEYPAD_MODELS.generic,
    keys: [{ page: "keyboard", usage: 0x6f, means: "jack" }],
  };
  const { keypad, hand } = await bench(profile);
  hand.headphones(true);
  expect(keypad.headphones.value).toBe(true);
  hand.headphones(false);
  expect(keypad.headphones.value).toBe(false);
});

test("what are no keys is told as garbled until the next key, and presses nothing", async () => {
  const { hid, events, conditions, hand } = await bench();
  hid.send(Uint8Array.of(1, 0, 0x68));
  expect(conditions()).toEqual(["garbled"]);
  hid.send(Uint8Array.of(9, 1, 2, 3));
  expect(events).toEqual([]);
  hand.press("up");
  expect(conditions()).toEqual([]);
});

test("hostile reports keep no memory and no timer beyond one for each key", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 200 }), async (reports) => {
      const { clock, hid, keypad } = await bench();
      for (const report of reports) hid.send(report);
      for (let usage = 4; usage < 256; usage++) hid.send(Uint8Array.of(1, 0, 0, usage, 0, 0, 0, 0, 0));
      expect(clock.pending).toBeLessThan(2 * SIMULATED_KEYPAD.keys.length);
      const stopped = keypad.stop();
      await clock.advance(0);
      await stopped;
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test("no log record says which key was pressed", async () => {
  const { records, hand } = await bench();
  hand.press("help");
  hand.release("help");
  hand.headphones(true);
  expect(records.map(({ event }) => event)).toEqual(["device.link", "device.condition"]);
});
