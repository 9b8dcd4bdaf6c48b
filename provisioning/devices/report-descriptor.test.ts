import fc from "fast-check";
import { expect, test } from "vitest";
import { readHidUse } from "./report-descriptor.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

test.each([
  ["a keyboard", "05 01 09 06 a1 01 05 07", { usagePage: 0x01, usage: 0x06 }],
  ["a HID POS scanner", "05 8c 09 02 a1 01 85 02", { usagePage: 0x8c, usage: 0x02 }],
  ["a UPS with a page of two bytes", "06 84 00 09 04 a1 01", { usagePage: 0x84, usage: 0x04 }],
  ["a maker's own page", "06 8c ff 09 01 a1 01", { usagePage: 0xff8c, usage: 0x01 }],
  ["a usage that brings its page", "0b 02 00 8c 00 a1 01", { usagePage: 0x8c, usage: 0x02 }],
  ["a long item before it", "fe 02 00 11 22 05 01 09 06 a1 01", { usagePage: 0x01, usage: 0x06 }],
])("%s is told", (_name, hex, use) => {
  expect(readHidUse(bytes(hex))).toEqual(use);
});

test.each(["", "05", "05 01 09 06", "a1 01", "07 01"])("%s is no use of a device", (hex) => {
  expect(readHidUse(bytes(hex))).toBeUndefined();
});

test("whatever a device says, reading it ends", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4_096 }), (descriptor) => {
      const use = readHidUse(descriptor);
      return use === undefined || use.usage <= 0xffff;
    }),
  );
});
