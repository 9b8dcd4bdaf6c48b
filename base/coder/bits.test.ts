import fc from "fast-check";
import { expect, test } from "vitest";
import { declareBits } from "./bits.ts";

const coder = declareBits({ fixed: { mask: 0x93, value: 0x12 }, flags: { one: 0x04, two: 0x08, both: 0x60 } });

test("what is encoded is decoded again, and carries the fixed bits", () => {
  fc.assert(
    fc.property(fc.record({ one: fc.boolean(), two: fc.boolean(), both: fc.boolean() }), (flags) => {
      const byte = coder.encode(flags);
      expect(coder.decode(byte)).toEqual(flags);
      expect(coder.matches(byte)).toBe(true);
    }),
  );
});

test("a flag of two bits is set when either bit is", () => {
  expect(coder.decode(0x32).both).toBe(true);
  expect(coder.decode(0x52).both).toBe(true);
  expect(coder.decode(0x12).both).toBe(false);
});

test("a byte with other fixed bits does not match", () => {
  expect(coder.matches(0x13)).toBe(false);
  expect(coder.matches(0x92)).toBe(false);
});

test("a declaration whose flags share a bit is refused", () => {
  expect(() => declareBits({ fixed: { mask: 0x01, value: 0 }, flags: { a: 0x02, b: 0x06 } })).toThrow(RangeError);
  expect(() => declareBits({ fixed: { mask: 0x01, value: 0 }, flags: { a: 0x01 } })).toThrow(RangeError);
});
