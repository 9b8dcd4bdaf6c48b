import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, fromHex, toHex } from "../../../base/bytes/bytes.ts";
import { crc16Modbus } from "../../../base/bytes/checksum.ts";
import {
  encodeReply,
  encodeRequest,
  type Framed,
  type ModbusReply,
  type ModbusRequest,
  replyFrames,
  requestFrames,
} from "./frames.ts";

const address = fc.integer({ min: 0, max: 0xffff });
const unit = fc.integer({ min: 1, max: 247 });
const table = fc.constantFrom("coils" as const, "inputs" as const);
const request: fc.Arbitrary<Framed<ModbusRequest>> = fc.record({
  unit,
  content: fc.oneof(
    fc.record({ ask: fc.constant("read" as const), table, start: address, count: address }),
    fc.record({ ask: fc.constant("write-coil" as const), coil: address, on: fc.boolean() }),
  ),
});
const bits = fc
  .array(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 20 })
  .map((bytes) => bytes.flat());
const reply: fc.Arbitrary<Framed<ModbusReply>> = fc.record({
  unit,
  content: fc.oneof(
    fc.record({ reply: fc.constant("bits" as const), table, bits }),
    fc.record({ reply: fc.constant("coil" as const), coil: address, on: fc.boolean() }),
    fc.record({
      reply: fc.constant("exception" as const),
      to: fc.constantFrom(1, 2, 5),
      code: fc.integer({ min: 0, max: 255 }),
    }),
  ),
});

test("the checksum is that of the specification's example, 02 07 gives 41 12", () => {
  expect(crc16Modbus(fromHex("02 07"))).toBe(0x1241);
});

test("requests are laid out as the specification's examples", () => {
  const body = (content: ModbusRequest) => toHex(encodeRequest({ unit: 0x11, content }).subarray(1, -2));
  expect(body({ ask: "read", table: "coils", start: 0x13, count: 0x13 })).toBe("0100130013");
  expect(body({ ask: "read", table: "inputs", start: 0xc4, count: 0x16 })).toBe("0200c40016");
  expect(body({ ask: "write-coil", coil: 0xac, on: true })).toBe("0500acff00");
});

test("replies are read as the specification's examples: coils 27 to 20 are CD", () => {
  const sealed = fromHex("11 01 03 CD 6B 05");
  const crc = crc16Modbus(sealed);
  const [framed] = replyFrames().push(concat([sealed, Uint8Array.of(crc & 0xff, crc >> 8)]));
  expect(framed).toMatchObject({ unit: 0x11, content: { reply: "bits", table: "coils" } });
  const read = framed?.content.reply === "bits" ? framed.content.bits : [];
  expect(read.slice(0, 8)).toEqual([true, false, true, true, false, false, true, true]);
});

test("requests and replies survive, however the stream is cut", () => {
  const check = <T>(
    given: readonly Framed<T>[],
    encode: (framed: Framed<T>) => Uint8Array,
    size: number,
    frames: { push(bytes: Uint8Array): Framed<T>[]; skipped: number },
  ) => {
    const stream = concat(given.map(encode));
    const seen: Framed<T>[] = [];
    for (let at = 0; at < stream.length; at += size) seen.push(...frames.push(stream.subarray(at, at + size)));
    expect(seen).toEqual(given);
    expect(frames.skipped).toBe(0);
  };
  const size = fc.integer({ min: 1, max: 30 });
  fc.assert(
    fc.property(fc.array(request, { maxLength: 10 }), size, (given, cut) =>
      check(given, encodeRequest, cut, requestFrames()),
    ),
  );
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 10 }), size, (given, cut) =>
      check(given, encodeReply, cut, replyFrames()),
    ),
  );
});

test("after garbage the reader is in step again, within the longest frame that could have begun in it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), reply, (garbage, good) => {
      const frames = replyFrames();
      frames.push(garbage);
      const seen = Array.from({ length: 80 }, () => frames.push(encodeReply(good))).flat();
      expect(seen.at(-1)).toEqual(good);
      expect(seen.length).toBeGreaterThan(0);
    }),
  );
});

test("what was begun and given up does not spoil the next reply", () => {
  const frames = replyFrames();
  const good = encodeReply({ unit: 1, content: { reply: "coil", coil: 3, on: true } });
  frames.push(good.subarray(0, 5));
  frames.discard();
  expect(frames.push(good)).toHaveLength(1);
  expect(frames.skipped).toBe(5);
});

test("a damaged reply is no reply", () => {
  const good = encodeReply({ unit: 1, content: { reply: "bits", table: "inputs", bits: Array(8).fill(true) } });
  for (let at = 0; at < good.length; at++)
    expect(replyFrames().push(good.with(at, (good[at] ?? 0) ^ 0x10))).toEqual([]);
});
