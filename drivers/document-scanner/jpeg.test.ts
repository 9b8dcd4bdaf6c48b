import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat } from "../../base/bytes/bytes.ts";
import { blankJpeg, readJpeg } from "./jpeg.ts";

const SOI = [0xff, 0xd8];
const EOI = [0xff, 0xd9];
const SOS = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0];
const frame = (code: number, width: number, height: number) => [
  ...[0xff, code, 0, 11, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0],
];
const read = (...parts: readonly (readonly number[])[]) => readJpeg(Uint8Array.from(parts.flat()));

describe("a file's size", () => {
  test.each([
    ["baseline", 0xc0],
    ["extended", 0xc1],
    ["progressive", 0xc2],
  ])("%s", (_, code) => {
    expect(read(SOI, frame(code, 1_654, 2_339), SOS, [1, 2, 3], EOI)).toEqual({
      ok: true,
      value: { width: 1_654, height: 2_339 },
    });
  });

  test("behind other segments, fill bytes, and a small picture with a head and an end of its own", () => {
    const small = [...SOI, ...frame(0xc0, 1, 1), ...SOS, ...EOI];
    const comment = [0xff, 0xe1, 0, small.length + 2, ...small];
    expect(read(SOI, comment, [0xff, 0xff], frame(0xc0, 30, 20), SOS, [9, 0xff, 0, 9], EOI)).toEqual({
      ok: true,
      value: { width: 30, height: 20 },
    });
  });

  test("what a scanner appends behind the end is passed over", () => {
    expect(read(SOI, frame(0xc0, 30, 20), SOS, [1], EOI, [0, 0, 0])).toMatchObject({ ok: true });
  });
});

test.each<[string, readonly (readonly number[])[]]>([
  ["nothing", []],
  ["one byte", [[0xff]]],
  ["a PDF", [[...Buffer.from("%PDF-1.7")]]],
  ["no frame", [SOI, SOS, EOI]],
  ["a table of codes in place of a frame", [SOI, frame(0xc4, 30, 20), SOS, EOI]],
  ["no width", [SOI, frame(0xc0, 0, 20), SOS, EOI]],
  ["no height", [SOI, frame(0xc0, 30, 0), SOS, EOI]],
  ["no end", [SOI, frame(0xc0, 30, 20), SOS, [1, 2, 3]]],
  ["an end in the codes only", [SOI, frame(0xc0, 30, 20), SOS, [0xff, 0, 0xd9]]],
  ["no scan", [SOI, frame(0xc0, 30, 20), EOI]],
  ["a length that leads out of the file", [SOI, [0xff, 0xe0, 0xff, 0xff, 1]]],
  ["a length shorter than itself", [SOI, [0xff, 0xe0, 0, 0], frame(0xc0, 30, 20), SOS, EOI]],
  ["a frame that is too short", [SOI, [0xff, 0xc0, 0, 4, 8, 0], SOS, EOI]],
  ["a file cut in a length", [SOI, [0xff, 0xe0, 0]]],
])("%s is no picture", (_name, parts) => {
  expect(read(...parts)).toMatchObject({ ok: false });
});

test("every cut of a file is noticed", () => {
  const whole = blankJpeg({ width: 300, height: 400 }, 60);
  expect(readJpeg(whole)).toEqual({ ok: true, value: { width: 300, height: 400 } });
  for (let length = 0; length < whole.length; length++)
    expect(readJpeg(whole.subarray(0, length)), String(length)).toMatchObject({ ok: false });
});

test("whatever the bytes, there is an answer, and sizes are of pixels", () => {
  const piece = fc.oneof(
    fc.constantFrom<readonly number[]>(SOI, EOI, SOS, frame(0xc0, 8, 8), [0xff], [0xff, 0xe0, 0, 4, 1, 1]),
    fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 20 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const found = readJpeg(concat([Uint8Array.from(SOI), ...pieces.map((one) => Uint8Array.from(one))]));
      if (found.ok) expect(found.value.width * found.value.height).toBeGreaterThan(0);
    }),
  );
});

test("a blank file measures what it is told to, and is as long", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 65_535 }),
      fc.integer({ min: 1, max: 65_535 }),
      fc.integer({ min: 27, max: 500 }),
      (width, height, length) => {
        const blank = blankJpeg({ width, height }, length);
        expect(blank.length).toBe(length);
        expect(readJpeg(blank)).toEqual({ ok: true, value: { width, height } });
      },
    ),
  );
});
