import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord, silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { SimulatedSensor } from "../../simulators/fingerprint-reader/sensor.ts";
import { fingerprintReaderContract } from "./contract.suite.ts";
import { SensorReader } from "./driver.ts";
import type { CaptureFeedback, CaptureOptions } from "./interface.ts";

describe("contract, on a simulated sensor", () => {
  fingerprintReaderContract({ model: "simulated", transport: "memory" }, async () => {
    const sensor = new SimulatedSensor();
    return {
      reader: new SensorReader({
        ...{ id: "finger", model: "simulated", open: sensor.open, clock: systemClock, random: () => 0.5 },
        log: silentLogger,
      }),
      lay: (quality) => sensor.lay({ quality }),
      lift: () => sensor.lift(),
      unplug: () => sensor.unplug(),
      plug: () => sensor.plug(),
      end: async () => {},
    };
  });
});

async function bench() {
  const clock = new SimulatedClock();
  const sensor = new SimulatedSensor();
  const records: LogRecord[] = [];
  const reader = new SensorReader({
    ...{ id: "finger", model: "simulated", open: sensor.open, clock, random: () => 0.5 },
    log: createLogger("finger", (record) => records.push(record)),
  });
  reader.start();
  await clock.advance(0);
  const feedback: CaptureFeedback[] = [];
  const capture = async (options: CaptureOptions = {}) => {
    const capturing = reader.capture(async ({ quality }) => quality, {
      onFeedback: (one) => feedback.push(one),
      ...options,
    });
    await clock.advance(0);
    return { capturing };
  };
  const destroyed = () => sensor.handedOut.every((bytes) => bytes.every((byte) => byte === 0));
  return { clock, sensor, reader, records, feedback, capture, destroyed };
}

test("every template that the sensor ever handed out is destroyed, wanted or not", async () => {
  const { sensor, capture, destroyed } = await bench();
  const { capturing } = await capture({ minQuality: 60 });
  for (const quality of [10, 20, 80]) {
    sensor.lay({ quality });
    sensor.lift();
  }
  expect(await capturing).toMatchObject({ outcome: "ok", value: 80 });
  sensor.sendStray();
  expect(sensor.handedOut).toHaveLength(4);
  expect(destroyed()).toBe(true);
});

test("what the sensor says of the finger is told to the person", async () => {
  const { sensor, feedback, capture } = await bench();
  const { capturing } = await capture();
  sensor.lay({ quality: 70, problem: "too-dry" });
  await capturing;
  expect(feedback).toContainEqual({ feedback: "problem", problem: "too-dry" });
});

test("what is not alive ends the capture, and nothing of it is used", async () => {
  const { sensor, reader, capture } = await bench();
  expect(reader.capabilities.liveness).toBe(true);
  const { capturing } = await capture();
  sensor.lay({ quality: 99, alive: false });
  expect(await capturing).toMatchObject({ outcome: "error", error: { code: "fingerprint-reader.not-alive" } });
});

test("the sensor looks only while somebody captures", async () => {
  const { clock, sensor, capture } = await bench();
  expect(sensor.looking).toBe(false);
  const { capturing } = await capture({ within: 1_000 });
  expect(sensor.looking).toBe(true);
  await clock.advance(1_000);
  await capturing;
  expect(sensor.looking).toBe(false);
  expect(clock.pending).toBe(0);
});

test("a soiled glass is a condition for the attendant until it is cleaned", async () => {
  const { sensor, reader } = await bench();
  sensor.soil(true);
  expect(reader.status.value).toMatchObject({
    ...{ readiness: "ready", conditions: [{ code: "dirty", severity: "warning", who: "attendant" }] },
  });
  sensor.soil(false);
  expect(reader.status.value.conditions).toEqual([]);
});

test("the log says that a finger was captured and how well, and nothing of the finger", async () => {
  const { sensor, records, capture } = await bench();
  const { capturing } = await capture({ finger: "left-thumb" });
  sensor.lay({ quality: 77 });
  await capturing;
  sensor.sendStray();
  expect(records.filter(({ event }) => event.startsWith("fingerprint"))).toMatchObject([
    { event: "fingerprint-reader.capture", fields: { outcome: "ok", quality: 77, attempts: 1 } },
    { event: "fingerprint-reader.dropped" },
  ]);
  expect(JSON.stringify(records)).not.toContain("thumb");
});
