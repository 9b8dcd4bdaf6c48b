import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { SimulatedSensor } from "../../simulators/fingerprint-reader/sensor.ts";
import { SensorSocket } from "../../simulators/fingerprint-reader/socket.ts";
import { MemoryHid } from "../../simulators/wire/memory-hid.ts";
import { socketReports } from "../transport/hid-socket.ts";
import { fingerprintReaderContract } from "./contract.suite.ts";
import { SensorReader } from "./driver.ts";
import { FINGER_PROBLEMS } from "./interface.ts";
import { decodeCommand, decodeWord, encodeCommand, encodeWord, type SensorWord } from "./sensor-reports.ts";
import { SENSOR_SOCKET_MODEL, socketSensor } from "./sensor-socket.ts";

describe("contract, on a sensor of another process", () => {
  fingerprintReaderContract({ model: SENSOR_SOCKET_MODEL, transport: "unix-socket" }, async () => {
    const sensor = new SimulatedSensor();
    const socket = new SensorSocket(join(mkdtempSync(join(tmpdir(), "finger-")), "sensor"), sensor);
    await socket.plug();
    return {
      reader: new SensorReader({
        ...{ id: "finger", model: SENSOR_SOCKET_MODEL, clock: systemClock, random: () => 0.5, log: silentLogger },
        open: socketSensor(socketReports({ path: socket.path }, systemClock), systemClock),
      }),
      lay: (quality) => sensor.lay({ quality }),
      lift: () => sensor.lift(),
      unplug: () => socket.unplug(),
      plug: () => void socket.plug(),
      end: async () => socket.unplug(),
    };
  });
});

const word: fc.Arbitrary<SensorWord> = fc.oneof(
  fc.constantFrom("looking", "finger-on", "finger-off", "not-alive").map((event) => ({ event }) as SensorWord),
  fc.constantFrom(...FINGER_PROBLEMS).map((problem) => ({ event: "problem" as const, problem })),
  fc.boolean().map((liveness) => ({ event: "hello" as const, liveness })),
  fc.boolean().map((dirty) => ({ event: "surface" as const, dirty })),
  fc
    .tuple(fc.integer({ min: 0, max: 100 }), fc.uint8Array({ minLength: 1, maxLength: 600 }))
    .map(([quality, bytes]) => ({ event: "template" as const, quality, bytes })),
);

test("every word and command comes back as it was said", () => {
  fc.assert(
    fc.property(word, (said) => {
      expect(decodeWord(encodeWord(said))).toEqual(said);
    }),
  );
  for (const command of ["look", "rest"] as const) expect(decodeCommand(encodeCommand(command))).toBe(command);
});

test("whatever bytes come are read as a word that says the same bytes, or as none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const read = decodeWord(bytes);
      if (read !== undefined) expect(encodeWord(read)).toEqual(bytes);
    }),
  );
});

async function opened(first?: Uint8Array) {
  const clock = new SimulatedClock();
  const hid = new MemoryHid({});
  const opening = socketSensor(hid.open, clock)(new AbortController().signal);
  await clock.advance(0);
  if (first !== undefined) hid.send(first);
  await clock.advance(2_000);
  return { hid, clock, result: await opening };
}

test("a process that does not say that it is a sensor is not one", async () => {
  expect((await opened()).result).toMatchObject({ ok: false, error: { code: "common.deadline" } });
  expect((await opened(Uint8Array.of(9, 9))).result).toMatchObject({ ok: false, error: { code: "link.refused" } });
});

test("a finger that nobody asked for ends the connection", async () => {
  const { hid, result } = await opened(encodeWord({ event: "hello", liveness: true }));
  if (!result.ok) throw new Error(result.error.message);
  expect(result.value.liveness).toBe(true);
  hid.send(encodeWord({ event: "template", quality: 70, bytes: Uint8Array.of(1, 2, 3) }));
  expect(await result.value.closed).toBe("a finger that nobody asked for");
});

test("a sensor that does not say that it looks is not waited for", async () => {
  const { clock, result } = await opened(encodeWord({ event: "hello", liveness: false }));
  if (!result.ok) throw new Error(result.error.message);
  const starting = result.value.start();
  await clock.advance(2_000);
  expect(await starting).toMatchObject({ ok: false, error: { code: "common.deadline" } });
});
