import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex } from "../bytes/bytes.ts";
import { decodeBcd, encodeBcd } from "./bcd.ts";

test("digits are read back with their leading zeros", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{0,12}$/), (digits) => {
      expect(decodeBcd(encodeBcd(digits, 6))).toBe(digits.padStart(12, "0"));
    }),
  );
  expect(encodeBcd("1500", 6)).toEqual(fromHex("000000001500"));
});

test("what is no decimal digit is not read, and what does not fit is not written", () => {
  expect(decodeBcd(fromHex("1a"))).toBeUndefined();
  expect(() => encodeBcd("123", 1)).toThrow(RangeError);
  expect(() => encodeBcd("1e", 1)).toThrow(RangeError);
});
