import fc from "fast-check";
import { expect, test } from "vitest";
import { formatRun, isRun, parseRun, runCheckDigit } from "./run.ts";

test.each([
  [1, "9"],
  [6, "K"],
  [1_000_005, "K"],
  [7_654_321, "6"],
  [12_345_678, "5"],
  [11_111_111, "1"],
  [10_000_013, "K"],
  [99_999_999, "9"],
])("the check digit of %i is %s", (number, digit) => expect(runCheckDigit(number)).toBe(digit));

test.each(["12345678-5", "12.345.678-5", "123456785", " 12 345 678 - 5 ", "012345678-5", "12345678–5", "12.345.678 5"])(
  "%j is read as 12345678-5",
  (text) => expect(parseRun(text)).toEqual({ ok: true, value: "12345678-5" }),
);

test.each(["1.000.005-k", "1000005K", "01000005-k"])("%j is read with an upper-case K", (text) =>
  expect(parseRun(text)).toEqual({ ok: true, value: "1000005-K" }),
);

test.each([
  "",
  "5",
  "K",
  "0-0",
  "12345678-",
  "-5",
  "12-345678-5",
  "1234567890-1",
  "12a45678-5",
  "12345678-X",
  "1K345678-5",
])("%j does not look like a RUN", (text) => expect(parseRun(text)).toEqual({ ok: false, error: "form" }));

test("a wrong check digit is told apart from a wrong form", () =>
  expect(parseRun("12.345.678-4")).toEqual({ ok: false, error: "check-digit" }));

test.each(["12.345.678-5", "123456785", "1000005-k", "012345678-5", "12345678-4", " 12345678-5"])(
  "the strict check refuses %j",
  (text) => expect(isRun(text)).toBe(false),
);

const numbers = fc.integer({ min: 1, max: 99_999_999 });

test("every RUN survives formatting and reading, and no other check digit does", () => {
  fc.assert(
    fc.property(numbers, fc.constantFrom(..."0123456789K"), (number, digit) => {
      const right = runCheckDigit(number);
      const run = `${number}-${right}`;
      expect(isRun(run)).toBe(true);
      expect(parseRun(formatRun(run))).toEqual({ ok: true, value: run });
      expect(parseRun(`${number}-${digit}`).ok).toBe(digit === right);
    }),
  );
});

test("one wrong digit or two swapped neighbours are noticed", () => {
  fc.assert(
    fc.property(numbers, fc.nat(7), fc.integer({ min: 1, max: 9 }), (number, position, change) => {
      const digits = [...String(number).padStart(8, "0")].map(Number);
      const right = runCheckDigit(number);
      const altered = digits.with(position, ((digits[position] ?? 0) + change) % 10);
      expect(runCheckDigit(Number(altered.join("")))).not.toBe(right);
      const [left = 0, neighbour = 0] = digits.slice(position, position + 2);
      if (position === 7 || left === neighbour) return;
      const swapped = digits.with(position, neighbour).with(position + 1, left);
      expect(runCheckDigit(Number(swapped.join("")))).not.toBe(right);
    }),
  );
});

test("a number that is none is a defect, not a RUN", () => expect(() => runCheckDigit(1.5)).toThrow(RangeError));
