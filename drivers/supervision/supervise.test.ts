import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import { createLogger, type LogRecord, silentLogger } from "../../base/log.ts";
import { Subject } from "../../base/observable.ts";
import { done, failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { createMemoryBench } from "../../simulators/receipt-printer/bench.ts";
import { hangingLine } from "../../tests/support/hanging.ts";
import type { Device } from "../device.ts";
import { isOffered } from "../first-status.ts";
import { createReceiptPrinter } from "../receipt-printer/driver.ts";
import { EPSON_TM } from "../receipt-printer/profile.ts";
import { SUPERVISION, supervise } from "./supervise.ts";

const WELL: DeviceStatus = {
  ...{ device: "printer", kind: "receipt-printer", model: "m", link: "connected", readiness: "ready" },
  ...{ conditions: [], provisional: false },
};
const SICK: DeviceStatus = {
  ...WELL,
  readiness: "unavailable",
  conditions: [{ code: "not-answering", severity: "fault", who: "technician", since: 0 }],
};
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A device whose status the test sets, and whose resets it counts. */
function bench(first: DeviceStatus = WELL) {
  const clock = new SimulatedClock();
  const status = new Subject<DeviceStatus>(first);
  const records: LogRecord[] = [];
  const at: number[] = [];
  const world = { outcome: failed(coded("printer.not-answering")) as Outcome<void>, heals: false };
  const device: Device = {
    ...{ id: "printer", model: "m", status },
    start: () => {},
    stop: async () => {},
    reset: async () => {
      at.push(clock.monotonic());
      if (world.heals) status.set(WELL);
      return world.heals ? done(undefined) : world.outcome;
    },
  };
  const stop = supervise([device], {
    ...{ clock, random: () => 0, log: createLogger("t", (record) => records.push(record)) },
    reset: (sick) => sick.reset(),
  });
  const events = (name: string) => records.flatMap(({ event, fields }) => (event === name ? [fields] : []));
  return { clock, status, world, at, events, stop };
}

test("a device that does not answer for half a minute is reset, once when that helps", async () => {
  const { clock, status, world, at, events } = bench();
  await clock.advance(MINUTE);
  status.set(SICK);
  world.heals = true;
  await clock.advance(29 * SECOND);
  expect(at).toEqual([]);
  await clock.advance(60 * MINUTE);
  expect(at).toEqual([90 * SECOND]);
  expect(events("device.reset")).toMatchObject([{ device: "printer", by: "supervision", outcome: "ok", attempt: 1 }]);
});

test("one that answers again in time, or is unplugged, is left alone", async () => {
  const { clock, status, at } = bench();
  status.set(SICK);
  await clock.advance(20 * SECOND);
  status.set(WELL);
  await clock.advance(20 * SECOND);
  status.set(SICK);
  await clock.advance(20 * SECOND);
  status.set({ ...SICK, link: "absent" });
  await clock.advance(60 * MINUTE);
  expect(at).toEqual([]);
});

test("one whose status is never confirmed is reset too, and a cover that is open is no illness", async () => {
  const never = bench({ ...WELL, provisional: true, readiness: "unavailable" });
  await never.clock.advance(31 * SECOND);
  expect(never.at).toHaveLength(1);
  const open = bench({ ...WELL, conditions: [{ code: "cover-open", severity: "fault", who: "attendant", since: 0 }] });
  await open.clock.advance(60 * MINUTE);
  expect(open.at).toEqual([]);
});

test("resets that do not help come with growing pauses and have an end, which is told once", async () => {
  const { clock, status, at, events } = bench();
  status.set(SICK);
  await clock.advance(24 * 60 * MINUTE);
  const pauses = at.slice(1).map((time, index) => (time - (at[index] ?? 0)) / MINUTE);
  expect(pauses).toEqual([1, 2, 4, 8, 16]);
  expect(events("device.reset-given-up")).toMatchObject([{ device: "printer", attempts: 6 }]);
  expect(clock.pending).toBe(0);
});

test("a device that falls ill again right after each reset is not reset without pause", async () => {
  const { clock, status, world, at } = bench();
  world.heals = true;
  for (let fall = 0; fall < 60; fall++) {
    status.set(SICK);
    await clock.advance(MINUTE);
  }
  expect(at.length).toBeLessThanOrEqual(1 + SUPERVISION.resets.attempts);
});

test("ten minutes of health forget earlier resets", async () => {
  const { clock, status, world, at } = bench();
  status.set(SICK);
  await clock.advance(24 * 60 * MINUTE);
  status.set(WELL);
  await clock.advance(11 * MINUTE);
  const before = at.length;
  world.heals = true;
  status.set(SICK);
  await clock.advance(31 * SECOND);
  expect(at).toHaveLength(before + 1);
});

test("while somebody else has the device, or money may be moving, it is asked again soon and nothing is counted", async () => {
  const { clock, status, world, at, events } = bench();
  world.outcome = failed(coded("payment.busy"));
  status.set(SICK);
  await clock.advance(10 * MINUTE);
  expect(at.length).toBeGreaterThan(50);
  expect(events("device.reset")).toEqual([]);
  world.heals = true;
  await clock.advance(6 * SECOND);
  expect(events("device.reset")).toMatchObject([{ outcome: "ok", attempt: 1 }]);
});

test("after its end nothing is reset any more", async () => {
  const { clock, status, at, stop } = bench();
  status.set(SICK);
  stop();
  await clock.advance(60 * MINUTE);
  expect(at).toEqual([]);
  expect(clock.pending).toBe(0);
});

test("a printer that hangs in the middle of the night is back in service by itself", async () => {
  const { clock, wire, simulator } = await createMemoryBench(EPSON_TM.model, 38_400);
  const line = hangingLine(wire.open);
  const printer = createReceiptPrinter({
    ...{ id: "printer", profile: EPSON_TM, open: line.open, clock, random: () => 0, log: silentLogger },
  });
  printer.start();
  const stop = supervise([printer], { clock, random: () => 0, log: silentLogger, reset: (sick) => sick.reset() });
  await clock.advance(5_000);
  expect(isOffered(printer.status.value)).toBe(true);
  line.hang();
  await clock.advance(20 * SECOND);
  expect(isOffered(printer.status.value)).toBe(false);
  await clock.advance(30 * SECOND);
  expect(isOffered(printer.status.value)).toBe(true);
  stop();
  const stopping = printer.stop();
  await clock.advance(5_000);
  await stopping;
  await simulator.stop();
});
