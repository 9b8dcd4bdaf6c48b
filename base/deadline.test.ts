import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { SimulatedClock } from "./clock.ts";
import { pause, untilAborted, withDeadline } from "./deadline.ts";
import { ok } from "./result.ts";

const never = () => new Promise<never>(() => {});

test("work that ends in time gives its result and leaves no timer", async () => {
  const clock = new SimulatedClock();
  expect(await withDeadline(clock, 100, undefined, "work", async () => ok(7))).toEqual({ ok: true, value: 7 });
  expect(clock.pending).toBe(0);
});

test("work that takes too long ends with the name of what was waited for, and is told to stop", async () => {
  const clock = new SimulatedClock();
  let told = false;
  const result = withDeadline(clock, 100, undefined, "reply of the terminal", (signal) => {
    signal.addEventListener("abort", () => {
      told = true;
    });
    return never();
  });
  await clock.advance(100);
  expect(await result).toMatchObject({
    ok: false,
    error: { code: "common.deadline", message: expect.stringContaining("reply of the terminal, 100 ms") },
  });
  expect(told).toBe(true);
});

test("an abort ends the wait at once", async () => {
  const clock = new SimulatedClock();
  const abort = new AbortController();
  const result = withDeadline(clock, 100, abort.signal, "work", never);
  abort.abort();
  expect(await result).toMatchObject({ ok: false, error: { code: "common.cancelled" } });
  expect(clock.pending).toBe(0);
});

test("work is not begun under a signal that is already aborted", async () => {
  const clock = new SimulatedClock();
  const result = await withDeadline(clock, 100, AbortSignal.abort(), "work", () => expect.fail("begun"));
  expect(result).toMatchObject({ ok: false, error: { code: "common.cancelled" } });
});

test("what the work throws passes through: it is a defect, not an outcome", async () => {
  const clock = new SimulatedClock();
  const broken = async () => {
    throw new TypeError("broken");
  };
  await expect(withDeadline(clock, 100, undefined, "work", broken)).rejects.toThrow("broken");
  expect(clock.pending).toBe(0);
});

test("a pause tells whether it lasted or was cut short", async () => {
  const clock = new SimulatedClock();
  const whole = pause(clock, 10);
  const abort = new AbortController();
  const cut = pause(clock, 10, abort.signal);
  abort.abort();
  await clock.advance(10);
  expect([await whole, await cut]).toEqual([true, false]);
  expect(clock.pending).toBe(0);
});

test("work that is waited for until an abort leaves nothing at a signal that lives on", async () => {
  const { signal } = new AbortController();
  await untilAborted(Promise.resolve(), signal);
  await expect(untilAborted(Promise.reject(new Error("test")), signal)).rejects.toThrow("test");
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("an abort ends the wait for work that never ends", async () => {
  const stop = new AbortController();
  const waiting = untilAborted(new Promise(() => {}), stop.signal);
  stop.abort();
  await waiting;
  await untilAborted(new Promise(() => {}), stop.signal);
});
