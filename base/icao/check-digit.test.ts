import { expect, test } from "vitest";
import { icaoCheckDigit } from "./check-digit.ts";

test.each([
  ["L898902C3", "6"],
  ["D23145890", "7"],
  ["690806", "1"],
  ["940623", "6"],
  ["740812", "2"],
  ["<<<<<<", "0"],
])("the check digit of %s is %s", (text, digit) => expect(icaoCheckDigit(text)).toBe(digit));

test("a character outside the zone's alphabet is a defect of the caller", () =>
  expect(() => icaoCheckDigit("ñ")).toThrow(RangeError));
