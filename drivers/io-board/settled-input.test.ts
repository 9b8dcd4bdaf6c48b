import fc from "fast-check";
import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { SettledInput } from "./settled-input.ts";

function bench() {
  const clock = new SimulatedClock();
  const changes: (boolean | undefined)[] = [];
  const input: SettledInput = new SettledInput({ yes: 200, no: 3_000 }, clock, () => changes.push(input.value));
  return { clock, input, changes };
}

test("a contact is believed when it has stayed: quickly that somebody came, slowly that they left", async () => {
  const { clock, input } = bench();
  input.take(true);
  await clock.advance(199);
  expect(input.value).toBeUndefined();
  await clock.advance(1);
  expect(input.value).toBe(true);
  input.take(false);
  await clock.advance(2_999);
  expect(input.value).toBe(true);
  await clock.advance(1);
  expect(input.value).toBe(false);
});

test("a contact that bounces, or somebody who leans back for a moment, is no change", async () => {
  const { clock, input, changes } = bench();
  input.take(true);
  await clock.advance(200);
  for (let bounce = 0; bounce < 50; bounce++) {
    input.take(bounce % 2 === 0);
    await clock.advance(100);
  }
  input.take(true);
  await clock.advance(10_000);
  expect(changes).toEqual([true]);
});

test("what is told never repeats itself, and no timer is left", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 4_000 }))), async (steps) => {
      const { clock, input, changes } = bench();
      for (const [raw, time] of steps) {
        input.take(raw);
        await clock.advance(time);
      }
      expect(changes.some((value, at) => at > 0 && value === changes[at - 1])).toBe(false);
      input.forget();
      expect(input.value).toBeUndefined();
      expect(clock.pending).toBe(0);
    }),
  );
});
