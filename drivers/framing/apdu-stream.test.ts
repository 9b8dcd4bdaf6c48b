import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, fromHex, toHex } from "../../base/bytes/bytes.ts";
import { type Apdu, ApduStreamReader, decodeApdu, encodeApdu, MAX_APDU_DATA } from "./apdu-stream.ts";

const hex = ({ control, data }: Apdu) => `${control.toString(16)} ${toHex(data)}`;
const POSITIVE = fromHex("80 00 00");

test("a length of 254 stands in one byte, of 255 in FF and two, low byte first", () => {
  expect(toHex(encodeApdu({ control: 0x06d3, data: new Uint8Array(254) }).subarray(0, 4))).toBe("06d3fe00");
  expect(toHex(encodeApdu({ control: 0x06d3, data: new Uint8Array(255) }).subarray(0, 5))).toBe("06d3ffff00");
  expect(toHex(encodeApdu({ control: 0x06d3, data: new Uint8Array(654) }).subarray(0, 5))).toBe("06d3ff8e02");
});

test("an APDU is read when split at every byte position", () => {
  const bytes = concat([POSITIVE, fromHex("04 ff 01 0a"), encodeApdu({ control: 0x06d3, data: new Uint8Array(300) })]);
  for (let at = 0; at <= bytes.length; at++) {
    const reader = new ApduStreamReader();
    const apdus = [...reader.push(bytes.subarray(0, at)), ...reader.push(bytes.subarray(at))];
    expect(apdus.map(({ control }) => control)).toEqual([0x8000, 0x04ff, 0x06d3]);
    expect(reader.midApdu).toBe(false);
  }
});

test("bytes that cannot begin an APDU are stepped over and counted", () => {
  const reader = new ApduStreamReader();
  expect(reader.push(concat([fromHex("00 ff 41 80 41"), POSITIVE])).map(hex)).toEqual(["8000 "]);
  expect(reader.counters).toMatchObject({ apdus: 1, junkBytes: 5 });
});

test("a false beginning that swallows real APDUs is left, and they are read after all", () => {
  const reader = new ApduStreamReader();
  expect(reader.push(concat([fromHex("06 33 f0"), POSITIVE, fromHex("06 0f 00")]))).toEqual([]);
  expect(reader.midApdu).toBe(true);
  expect(reader.resume().map(hex)).toEqual(["8000 ", "60f "]);
  expect(reader.counters.resumed).toBe(1);
});

test("a length beyond the limit begins nothing: nothing grows for ever", () => {
  const reader = new ApduStreamReader();
  expect(reader.push(concat([fromHex("06 d3 ff ff ff"), POSITIVE])).map(hex)).toEqual(["8000 "]);
  expect(() => encodeApdu({ control: 0x06d3, data: new Uint8Array(MAX_APDU_DATA + 1) })).toThrow(RangeError);
});

test("one APDU and nothing else is decoded", () => {
  expect(decodeApdu(fromHex("80 00 00"))).toEqual({ control: 0x8000, data: new Uint8Array(0) });
  for (const bytes of ["", "80", "80 00", "80 00 01", "80 00 00 00", "04 0f ff 01"])
    expect(decodeApdu(fromHex(bytes))).toBeUndefined();
});

const apdus = fc.record({
  control: fc.constantFrom(0x040f, 0x04ff, 0x0601, 0x060f, 0x061e, 0x06d1, 0x8000, 0x8466, 0x849c),
  data: fc.uint8Array({ maxLength: 400 }),
});

test("APDUs are read back whatever their data and the pieces they come in", () => {
  fc.assert(
    fc.property(fc.array(apdus), fc.array(fc.nat(1_000)), (parts, cuts) => {
      const line = concat(parts.map(encodeApdu));
      const reader = new ApduStreamReader();
      const read: Apdu[] = [];
      let from = 0;
      for (const cut of [...cuts].sort((a, b) => a - b)) {
        read.push(...reader.push(line.subarray(from, cut)));
        from = Math.max(from, cut);
      }
      read.push(...reader.push(line.subarray(from)));
      expect(read).toEqual(parts);
      for (const part of parts) expect(decodeApdu(encodeApdu(part))).toEqual(part);
    }),
  );
});

test("whatever the bytes, reading ends, holds no more than one APDU, and resuming leaves nothing behind", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), (pieces) => {
      const reader = new ApduStreamReader();
      for (const piece of pieces) reader.push(piece);
      let turns = 0;
      while (reader.midApdu && turns++ < 10_000) reader.resume();
      expect(reader.midApdu).toBe(false);
      expect(reader.push(POSITIVE).map(hex)).toEqual(["8000 "]);
    }),
  );
});
