import { expect, test } from "vitest";
import { bucketsOf } from "./buckets.ts";

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 23, 17, 20);
const row = (hour: number, result: string, count: number) => ({
  hour,
  service: "a/b",
  result,
  count,
  seconds: count * 60,
});

test("the last 24 hours have a bucket each, also those without a journey", () => {
  const at = Date.UTC(2026, 10, 23, 16);
  const buckets = bucketsOf([row(at, "delivered", 3), row(at, "abandoned", 1)], "hour", NOW, "America/Santiago");
  expect(buckets).toHaveLength(24);
  expect(buckets.at(-1)).toEqual({ at: Date.UTC(2026, 10, 23, 17), done: 0, other: 0, seconds: 0 });
  expect(buckets.at(-2)).toEqual({ at, done: 3, other: 1, seconds: 240 });
});

test("days are those of the kiosk's own wall clock", () => {
  const lateInSantiago = Date.UTC(2026, 10, 23, 2);
  const buckets = bucketsOf([row(lateInSantiago, "delivered", 2)], "day", NOW, "America/Santiago");
  expect(buckets).toHaveLength(14);
  expect(buckets.at(-1)?.done).toBe(0);
  expect(buckets.at(-2)?.done).toBe(2);
});

test("journeys older than what is shown are left out", () => {
  const buckets = bucketsOf([row(NOW - 30 * 24 * HOUR, "delivered", 9)], "day", NOW, "UTC");
  expect(buckets.every(({ done }) => done === 0)).toBe(true);
});
