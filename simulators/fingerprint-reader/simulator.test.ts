import { expect, test } from "vitest";
import type { SensorEvent } from "../../drivers/fingerprint-reader/sensor.ts";
import { SYNTHETIC_PEOPLE } from "../people.ts";
import { createFingerprintReaderSimulator } from "./simulator.ts";
import { syntheticTemplate } from "./templates.ts";

async function bench() {
  const simulator = createFingerprintReaderSimulator({ id: "finger" });
  const opened = await simulator.sensor.open(new AbortController().signal);
  if (!opened.ok) throw new Error(opened.error.message);
  const events: SensorEvent["event"][] = [];
  opened.value.onEvent(({ event }) => events.push(event));
  return {
    simulator,
    sensor: opened.value,
    events,
    run: (action: string, parameters = {}) => simulator.actions[action]?.run(parameters),
  };
}

test("a finger is seen only while the sensor looks, and at once when it lay there before", async () => {
  const { sensor, events, run, simulator } = await bench();
  await run("lay", { quality: 55 });
  expect(events).toEqual([]);
  await sensor.start();
  expect(events).toEqual(["finger-on", "template"]);
  await run("lift");
  await run("lay", { problem: "too-wet", alive: false });
  expect(events.slice(2)).toEqual(["finger-off", "finger-on", "problem", "not-alive"]);
  expect(simulator.state.value).toMatchObject({ plugged: true, looking: true, finger: { problem: "too-wet" } });
});

test("every synthetic person has a finger of their own, which is the one that is laid", async () => {
  const runs = SYNTHETIC_PEOPLE.map(({ run }) => run);
  expect(new Set(runs.map((run) => syntheticTemplate(run).join())).size).toBe(runs.length);
  const { sensor, run, simulator } = await bench();
  await sensor.start();
  await run("lay", { run: "11111111-1" });
  expect(simulator.sensor.handedOut).toEqual([syntheticTemplate("11111111-1")]);
});

test.each([
  [{ run: "9-4" }, "run must be one of"],
  [{ quality: 101 }, "quality must be 0 to 100"],
  [{ problem: "cold" }, "problem must be one of none, too-dry"],
])("wrong parameters are told to the operator: %j", async (parameters, sentence) => {
  const { run } = await bench();
  await expect(async () => run("lay", parameters)).rejects.toThrow(sentence);
});
