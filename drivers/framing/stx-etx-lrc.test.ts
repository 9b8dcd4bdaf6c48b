import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromHex, fromLatin1, toLatin1 } from "../../base/bytes/bytes.ts";
import { encodeFrame, type FramingItem, MAX_FRAME_DATA, StxEtxLrcReader } from "./stx-etx-lrc.ts";

/** Published and computed vectors: payload and its check byte. */
const VECTORS: readonly (readonly [string, number])[] = [
  ["0100", 0x02],
  ["0800", 0x0b],
  ["0300", 0x00],
  ["0070", 0x04],
  ["0080", 0x0b],
  ["1200", 0x00],
  ["0250|", 0x78],
  ["0250|0", 0x48],
  ["0500||", 0x06],
  ["0500|1", 0x4b],
  ["0700||", 0x04],
  ["0260|1|", 0x36],
  ["0200|1000|123456|0|0", 0x07],
  ["0200|1000|123456|1|0", 0x06],
  ["0200|000001500|ABC123|||1|", 0x74],
  ["0900|78", 0x79],
  ["0710|00|1|2000", 0x4a],
];

function text(items: readonly FramingItem[]): string[] {
  return items.map((item) => ("data" in item ? `${item.kind}:${fromLatin1(item.data)}` : item.kind));
}

/** A payload whose check byte is `check`, for the values that look like control bytes. */
function payloadWithCheck(check: number): Uint8Array {
  // ETX ^ a ^ b = check, with a and b printable.
  const a = 0x41;
  return Uint8Array.of(a, a ^ check ^ 0x03);
}

describe.each(VECTORS)("the vector %j", (payload, check) => {
  const frame = encodeFrame(toLatin1(payload));

  test("has the published check byte", () => {
    expect(frame.at(-1)).toBe(check);
    expect(frame).toEqual(concat([fromHex("02"), toLatin1(payload), Uint8Array.of(3, check)]));
  });

  test("is read when split at every byte position, with ACK before and NAK after", () => {
    const line = concat([fromHex("06"), frame, fromHex("15")]);
    for (let at = 0; at <= line.length; at++) {
      const reader = new StxEtxLrcReader();
      const items = [...reader.push(line.subarray(0, at)), ...reader.push(line.subarray(at))];
      expect(text(items)).toEqual(["ack", `frame:${payload}`, "nak"]);
    }
  });

  test("is rejected with any other check byte", () => {
    for (let wrong = 0; wrong < 256; wrong++) {
      if (wrong === check) continue;
      const reader = new StxEtxLrcReader();
      expect(text(reader.push(concat([frame.subarray(0, -1), Uint8Array.of(wrong)])))).toEqual([
        `bad-frame:${payload}`,
      ]);
      expect(reader.counters.badLrc).toBe(1);
    }
  });
});

test.each([0x00, 0x02, 0x03, 0x06, 0x15])("a check byte that equals %i ends its frame and is nothing else", (check) => {
  const payload = payloadWithCheck(check);
  const frame = encodeFrame(payload);
  expect(frame.at(-1)).toBe(check);
  const reader = new StxEtxLrcReader();
  const items = [...frame, ...frame].flatMap((byte) => reader.push(Uint8Array.of(byte)));
  expect(items).toEqual([
    { kind: "frame", data: payload },
    { kind: "frame", data: payload },
  ]);
});

test("ACK and response in one piece are told apart", () => {
  const reader = new StxEtxLrcReader();
  expect(text(reader.push(concat([fromHex("06"), encodeFrame(toLatin1("0210|00"))])))).toEqual([
    "ack",
    "frame:0210|00",
  ]);
});

test("a frame cut off by the next one is dropped and the next one is read", () => {
  const reader = new StxEtxLrcReader();
  const bytes = concat([encodeFrame(toLatin1("0210|00")).subarray(0, 4), encodeFrame(toLatin1("0710|00"))]);
  expect(text(reader.push(bytes))).toEqual(["frame:0710|00"]);
  expect(reader.counters.restarted).toBe(1);
});

test("a lost check byte costs one frame, not the next", () => {
  const reader = new StxEtxLrcReader();
  const bytes = concat([encodeFrame(toLatin1("0710|01")).subarray(0, -1), encodeFrame(toLatin1("0710|00"))]);
  expect(text(reader.push(bytes))).toEqual(["bad-frame:0710|01", "frame:0710|00"]);
});

test("the check byte of a frame whose start was lost is not taken for ACK or NAK", () => {
  for (const check of [0x06, 0x15]) {
    const reader = new StxEtxLrcReader();
    const frame = encodeFrame(payloadWithCheck(check));
    expect(reader.push(frame.subarray(1))).toEqual([]);
    expect(reader.counters).toMatchObject({ orphanEnds: 1, junkBytes: 2 });
    expect(text(reader.push(fromHex("06")))).toEqual(["ack"]);
  }
});

test("a frame without end does not grow for ever", () => {
  const reader = new StxEtxLrcReader();
  expect(reader.push(Uint8Array.of(2))).toEqual([]);
  expect(reader.push(new Uint8Array(MAX_FRAME_DATA * 3).fill(0x41))).toEqual([]);
  expect(reader.counters.overlong).toBe(1);
  expect(reader.midFrame).toBe(false);
  expect(text(reader.push(encodeFrame(toLatin1("0210|00"))))).toEqual(["frame:0210|00"]);
});

test("the longest frame is read whole", () => {
  const data = new Uint8Array(MAX_FRAME_DATA).fill(0x20);
  expect(new StxEtxLrcReader().push(encodeFrame(data))).toEqual([{ kind: "frame", data }]);
});

test("an abandoned frame leaves the reader ready for the next byte", () => {
  const reader = new StxEtxLrcReader();
  reader.push(fromHex("02 30 32"));
  reader.abandon();
  expect(text(reader.push(fromHex("06")))).toEqual(["ack"]);
  expect(reader.counters.abandoned).toBe(1);
});

const payloads = fc.uint8Array({ maxLength: 60 }).map((bytes) => bytes.filter((byte) => byte !== 2 && byte !== 3));

test("frames are read whatever the pieces, with garbage before, between and after", () => {
  // Garbage that holds no control byte cannot start or end anything; what it may do with one is the next property.
  const garbage = fc
    .uint8Array({ maxLength: 20 })
    .map((bytes) => bytes.filter((byte) => ![2, 3, 6, 0x15].includes(byte)));
  fc.assert(
    fc.property(fc.array(fc.tuple(garbage, payloads)), garbage, fc.array(fc.nat(200)), (parts, tail, cuts) => {
      const line = concat([...parts.flatMap(([junk, payload]) => [junk, encodeFrame(payload)]), tail]);
      const reader = new StxEtxLrcReader();
      const items: FramingItem[] = [];
      let from = 0;
      for (const cut of [...cuts].sort((a, b) => a - b)) {
        items.push(...reader.push(line.subarray(from, cut)));
        from = Math.max(from, cut);
      }
      items.push(...reader.push(line.subarray(from)));
      expect(items).toEqual(parts.map(([, data]) => ({ kind: "frame", data })));
    }),
  );
});

test("after any bytes whatsoever two frames in a row bring the second one through", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), payloads, (noise, payload) => {
      const reader = new StxEtxLrcReader();
      reader.push(noise);
      const items = reader.push(concat([encodeFrame(payload), encodeFrame(payload)]));
      expect(items.at(-1)).toEqual({ kind: "frame", data: payload });
    }),
  );
});

test("data that could not be read back is refused", () => {
  expect(() => encodeFrame(fromHex("30 02"))).toThrow(RangeError);
  expect(() => encodeFrame(fromHex("03"))).toThrow(RangeError);
  expect(() => encodeFrame(new Uint8Array(MAX_FRAME_DATA + 1))).toThrow(RangeError);
});
