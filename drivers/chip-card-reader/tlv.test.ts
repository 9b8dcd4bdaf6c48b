import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, fromHex } from "../../base/bytes/bytes.ts";
import { checkNesting, inside, readHeader, readTlv, readTlvs, tlv } from "./tlv.ts";

const tags = fc.constantFrom(0x02, 0x04, 0x30, 0x61, 0x7c, 0x87, 0x5f1f, 0x7f49, 0x5f2e, 0x7f8101);
const values = fc.uint8Array({ maxLength: 300 });

test("every object that is written is read back, alone and in a row", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(tags, values)), (objects) => {
      const row = concat(objects.map(([tag, value]) => tlv(tag, value)));
      expect(readTlvs(row)).toEqual({ ok: true, value: objects.map(([tag, value]) => ({ tag, value })) });
      expect(inside(tlv(0x30, row), 0x30)).toEqual(readTlvs(row));
    }),
  );
});

test("long values have lengths of two to four bytes", () => {
  for (const length of [0x7f, 0x80, 0xff, 0x100, 0xffff, 0x1_0000]) {
    const read = readHeader(tlv(0x75, new Uint8Array(length)).subarray(0, 6));
    expect(read).toMatchObject({ ok: true, value: { tag: 0x75, length } });
  }
});

test.each([
  ["", "truncated"],
  ["1F", "truncated"],
  ["1F818101 00", "tag-form"],
  ["30", "truncated"],
  ["3080 0000", "length-form"],
  ["3085 0000000001 00", "length-form"],
  ["3082 01", "truncated"],
  ["3003 0101", "truncated"],
  ["3084 FFFFFFFF 00", "truncated"],
])("%s is refused: %s", (hex, fault) => expect(readTlv(fromHex(hex))).toEqual({ ok: false, error: fault }));

test("arbitrary bytes never throw, and what is read lies within them", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const read = readTlvs(bytes);
      if (read.ok) expect(read.value.every(({ value }) => value.length <= bytes.length)).toBe(true);
      const nested = checkNesting(bytes);
      expect(nested.ok || typeof nested.error === "string").toBe(true);
    }),
  );
});

test("an endless row of empty objects and a tower of nested ones end early", () => {
  const row = new Uint8Array(60_000).fill(0x05).map((byte, index) => (index % 2 === 0 ? byte : 0));
  expect(readTlvs(row)).toEqual({ ok: false, error: "too-many" });
  expect(checkNesting(row)).toEqual({ ok: false, error: "too-many" });
  let tower: Uint8Array = new Uint8Array();
  for (let level = 0; level < 10_000; level++) tower = tower.length < 60_000 ? tlv(0x30, tower) : tower;
  expect(checkNesting(tower)).toEqual({ ok: false, error: "too-deep" });
});

test("an inner object that is longer than the outer one is refused", () =>
  expect(checkNesting(fromHex("3004 0404 0000 0000"))).toEqual({ ok: false, error: "truncated" }));
