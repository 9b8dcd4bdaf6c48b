import fc from "fast-check";
import { expect, test } from "vitest";
import { delays } from "./schedule.ts";

test("delays grow up to the cap and end after the last attempt", () => {
  const schedule = { first: 100, factor: 3, cap: 500, attempts: 4, jitter: 0 };
  expect([...delays(schedule, () => 0.5)]).toEqual([100, 300, 500, 500]);
});

test("jitter only shortens, by no more than its share", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (random, jitter) => {
        const [delay = 0] = delays({ first: 1000, factor: 2, cap: 8000, attempts: 1, jitter }, () => random);
        expect(delay).toBeLessThanOrEqual(1000);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(1000 * (1 - jitter)));
      },
    ),
  );
});
