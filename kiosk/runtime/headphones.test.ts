import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord, silentLogger } from "../../base/log.ts";
import { HidKeypad } from "../../drivers/keypad/driver.ts";
import { SimulatedKeypad } from "../../simulators/keypad/keypad.ts";
import { SIMULATED_KEYPAD } from "../../simulators/keypad/profile.ts";
import { MemoryHid } from "../../simulators/wire/memory-hid.ts";
import { logHeadphones } from "./headphones.ts";

test("headphones are logged when they are put in and taken out; keys are not, for they are what a person types", async () => {
  const clock = new SimulatedClock();
  const hid = new MemoryHid({});
  const hand = new SimulatedKeypad(SIMULATED_KEYPAD, hid);
  const keypad = new HidKeypad({
    ...{ id: "keypad", model: "simulated", profile: SIMULATED_KEYPAD, open: hid.open, clock },
    ...{ random: () => 0.5, log: silentLogger },
  });
  const records: LogRecord[] = [];
  const stop = logHeadphones(
    [keypad],
    createLogger("runtime", (record) => records.push(record)),
  );
  keypad.start();
  await clock.advance(1_000);
  hand.headphones(true);
  hand.press("select");
  hand.release("select");
  hand.headphones(false);
  stop();
  hand.headphones(true);
  expect(records.map(({ event, fields }) => [event, fields])).toEqual([
    ["runtime.headphones", { device: "keypad", inserted: true }],
    ["runtime.headphones", { device: "keypad", inserted: false }],
  ]);
  await keypad.stop();
});
