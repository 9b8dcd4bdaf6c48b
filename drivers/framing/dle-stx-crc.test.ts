import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromHex, toHex } from "../../base/bytes/bytes.ts";
import { DleFrameReader, type DleFramingItem, encodeDleFrame, MAX_FRAME_DATA } from "./dle-stx-crc.ts";

function shown(items: readonly DleFramingItem[]): string[] {
  return items.map((item) => ("data" in item ? `frame ${toHex(item.data)}` : item.kind));
}

test("the CRC is over data and ETX, low byte first; a DLE in the data is doubled and counts once", () => {
  // The CRC was worked out by another program.
  expect(toHex(encodeDleFrame(fromHex("80 00 00")))).toBe("10028000001003f51f");
  expect(toHex(encodeDleFrame(fromHex("06 10 00"))).startsWith("1002061010001003")).toBe(true);
});

describe.each(["800000", "060106040000001500", "041010030210", "10", ""])("the data %s", (hex) => {
  const frame = encodeDleFrame(fromHex(hex));

  test("is read when split at every byte position, with ACK before and NAK after", () => {
    const line = concat([fromHex("06"), frame, fromHex("15")]);
    for (let at = 0; at <= line.length; at++) {
      const reader = new DleFrameReader();
      const items = [...reader.push(line.subarray(0, at)), ...reader.push(line.subarray(at))];
      expect(shown(items)).toEqual(["ack", `frame ${hex}`, "nak"]);
    }
  });

  test("is rejected with any one bit of its check changed", () => {
    for (let bit = 0; bit < 16; bit++) {
      const wrong = frame.slice();
      const at = wrong.length - 1 - (bit >> 3);
      wrong[at] = (wrong[at] ?? 0) ^ (1 << (bit & 7));
      const reader = new DleFrameReader();
      expect(shown(reader.push(wrong))).toEqual(["bad-frame"]);
      expect(reader.counters.badCrc).toBe(1);
    }
  });
});

test("a byte that means nothing after a DLE damages its frame and nothing else", () => {
  const reader = new DleFrameReader();
  const damaged = fromHex("10 02 80 10 41 00 10 03 00 00");
  expect(shown(reader.push(concat([damaged, encodeDleFrame(fromHex("800000"))])))).toEqual([
    "bad-frame",
    "frame 800000",
  ]);
  expect(reader.counters.badEscapes).toBe(1);
});

test("a frame cut off by the next one is dropped and the next one is read", () => {
  const reader = new DleFrameReader();
  const bytes = concat([encodeDleFrame(fromHex("040f00")).subarray(0, 4), encodeDleFrame(fromHex("800000"))]);
  expect(shown(reader.push(bytes))).toEqual(["frame 800000"]);
  expect(reader.counters.restarted).toBe(1);
});

test("a lost check costs one frame, not the next", () => {
  for (const lost of [1, 2]) {
    const reader = new DleFrameReader();
    const first = encodeDleFrame(fromHex("040f00"));
    const bytes = concat([first.subarray(0, first.length - lost), encodeDleFrame(fromHex("800000"))]);
    expect(shown(reader.push(bytes))).toEqual(["bad-frame", "frame 800000"]);
  }
});

test("an ACK that follows a DLE outside a frame is part of rubbish", () => {
  const reader = new DleFrameReader();
  expect(reader.push(fromHex("10 06 10 15 41"))).toEqual([]);
  expect(reader.counters.junkBytes).toBe(5);
  expect(shown(reader.push(fromHex("06")))).toEqual(["ack"]);
});

test("a frame without end does not grow for ever", () => {
  const reader = new DleFrameReader();
  reader.push(fromHex("10 02"));
  expect(reader.push(new Uint8Array(MAX_FRAME_DATA + 1).fill(0x41))).toEqual([]);
  expect(reader.counters.overlong).toBe(1);
  expect(reader.midFrame).toBe(false);
  expect(shown(reader.push(encodeDleFrame(fromHex("800000"))))).toEqual(["frame 800000"]);
});

test("an abandoned frame leaves the reader ready for the next byte", () => {
  const reader = new DleFrameReader();
  reader.push(fromHex("10 02 04"));
  expect(reader.midFrame).toBe(true);
  reader.abandon();
  expect(shown(reader.push(fromHex("06")))).toEqual(["ack"]);
  expect(reader.counters.abandoned).toBe(1);
});

const payloads = fc.uint8Array({ maxLength: 60 });

test("frames are read whatever their data and the pieces they come in", () => {
  fc.assert(
    fc.property(fc.array(payloads), fc.array(fc.nat(300)), (parts, cuts) => {
      const line = concat(parts.map(encodeDleFrame));
      const reader = new DleFrameReader();
      const items: DleFramingItem[] = [];
      let from = 0;
      for (const cut of [...cuts].sort((a, b) => a - b)) {
        items.push(...reader.push(line.subarray(from, cut)));
        from = Math.max(from, cut);
      }
      items.push(...reader.push(line.subarray(from)));
      expect(items).toEqual(parts.map((data) => ({ kind: "frame", data })));
    }),
  );
});

test("after any bytes whatsoever two frames in a row bring the second one through", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), payloads, (noise, data) => {
      const reader = new DleFrameReader();
      reader.push(noise);
      expect(reader.push(concat([encodeDleFrame(data), encodeDleFrame(data)])).at(-1)).toEqual({ kind: "frame", data });
    }),
  );
});

test("data that could not be read back is refused", () => {
  expect(() => encodeDleFrame(new Uint8Array(MAX_FRAME_DATA + 1))).toThrow(RangeError);
});
