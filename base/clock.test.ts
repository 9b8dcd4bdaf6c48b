import { expect, test } from "vitest";
import { SimulatedClock } from "./clock.ts";

test("timers run in the order of their due time, whatever the order of setting", async () => {
  const clock = new SimulatedClock(0);
  const ran: string[] = [];
  clock.setTimeout(() => ran.push("late"), 200);
  clock.setTimeout(() => ran.push("early"), 100);
  clock.setTimeout(() => ran.push("early too"), 100);
  await clock.advance(150);
  expect(ran).toEqual(["early", "early too"]);
  await clock.advance(50);
  expect(ran).toEqual(["early", "early too", "late"]);
  expect(clock.now()).toBe(200);
});

test("a timer set by a timer runs in the same advance when it falls due", async () => {
  const clock = new SimulatedClock(0);
  const at: number[] = [];
  clock.setTimeout(() => clock.setTimeout(() => at.push(clock.monotonic()), 10), 10);
  await clock.advance(20);
  expect(at).toEqual([20]);
});

test("a cancelled timer does not run and is not pending", async () => {
  const clock = new SimulatedClock(0);
  const timer = clock.setTimeout(() => expect.fail("ran"), 10);
  timer.cancel();
  await clock.advance(20);
  expect(clock.pending).toBe(0);
});

test("awaited code goes on between two timers", async () => {
  const clock = new SimulatedClock(0);
  const seen: string[] = [];
  const tick = (milliseconds: number) => new Promise<void>((resolve) => clock.setTimeout(resolve, milliseconds));
  const work = (async () => {
    await tick(10);
    seen.push("first");
    await tick(10);
    seen.push("second");
  })();
  clock.setTimeout(() => seen.push("between"), 15);
  await clock.advance(20);
  await work;
  expect(seen).toEqual(["first", "between", "second"]);
});
