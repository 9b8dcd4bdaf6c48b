import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, equalBytes, fromHex, fromLatin1, toHex, toLatin1 } from "./bytes.ts";
import { crc16Kermit, lrc } from "./checksum.ts";

const bytes = fc.uint8Array({ maxLength: 64 });

test("hexadecimal and Latin-1 are read back as they were written", () => {
  fc.assert(
    fc.property(bytes, (value) => {
      expect(fromHex(toHex(value))).toEqual(value);
      expect(toLatin1(fromLatin1(value))).toEqual(value);
    }),
  );
});

test("what is not hexadecimal is refused by name", () => {
  expect(() => fromHex("0g")).toThrow("not hexadecimal bytes: 0g");
  expect(() => fromHex("012")).toThrow(RangeError);
});

test("a character outside Latin-1 becomes a question mark", () => {
  expect(toLatin1("ñ€𝄞")).toEqual(Uint8Array.of(0xf1, 0x3f, 0x3f));
});

test("joining keeps every byte in order", () => {
  fc.assert(
    fc.property(fc.array(bytes), (parts) => {
      expect([...concat(parts)]).toEqual(parts.flatMap((part) => [...part]));
    }),
  );
  expect(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 2))).toBe(false);
});

test("checksums agree with their published check values", () => {
  // Transbank "0100" with ETX; CRC-16/KERMIT of "123456789" from the catalogue of parametrised CRC algorithms.
  expect(lrc(fromHex("3031303003"))).toBe(0x02);
  expect(crc16Kermit(toLatin1("123456789"))).toBe(0x2189);
});
