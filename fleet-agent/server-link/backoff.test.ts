import fc from "fast-check";
import { expect, test } from "vitest";
import { Backoff } from "./backoff.ts";

test("a server that is away is asked ever more seldom, down to every five minutes", () => {
  const backoff = new Backoff(() => 0);
  const waits = Array.from({ length: 12 }, () => backoff.next("away", undefined));
  expect(waits.slice(0, 3)).toEqual([2_000, 4_000, 8_000]);
  expect(waits.at(-1)).toBe(300_000);
  backoff.reset();
  expect(backoff.next("away", undefined)).toBe(2_000);
});

test("a refusal waits for minutes, up to half an hour", () => {
  const backoff = new Backoff(() => 0);
  expect(backoff.next("refused", undefined)).toBe(120_000);
  expect(Array.from({ length: 9 }, () => backoff.next("refused", undefined)).at(-1)).toBe(1_800_000);
});

test("no wait is shorter than a second, longer than Retry-After allows, or shorter than it asks", () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ kind: fc.constantFrom("away" as const, "refused" as const), after: fc.option(fc.nat()) })),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failures, random) => {
        const backoff = new Backoff(() => random);
        for (const { kind, after } of failures) {
          const wait = backoff.next(kind, after ?? undefined);
          expect(wait).toBeGreaterThanOrEqual(Math.max(1_000, Math.min(after ?? 0, 3_600_000)));
          expect(wait).toBeLessThanOrEqual(3_600_000 * 1.2);
        }
      },
    ),
  ));
