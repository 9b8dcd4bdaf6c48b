import fc from "fast-check";
import { expect, test } from "vitest";
import { concat } from "../../../base/bytes/bytes.ts";
import { decodeMessage } from "./decode.ts";
import { encodeMessage } from "./encode.ts";
import { GROUP, type IppMessage } from "./message.ts";

/** A realistic answer, to be spoiled. */
const ANSWER: IppMessage = {
  version: [2, 0],
  code: 0,
  requestId: 9,
  groups: [
    {
      tag: GROUP.operation,
      attributes: [{ name: "attributes-charset", values: [{ tag: "charset", value: "utf-8" }] }],
    },
    {
      tag: GROUP.printer,
      attributes: [
        { name: "printer-state", values: [{ tag: "enum", value: 3 }] },
        { name: "media-supported", values: ["iso_a4_210x297mm", "x"].map((value) => ({ tag: "keyword", value })) },
        {
          name: "media-col-ready",
          values: [
            {
              tag: "collection",
              members: [
                {
                  name: "media-size",
                  values: [
                    { tag: "collection", members: [{ name: "x", values: [{ tag: "integer", value: 21_000 }] }] },
                  ],
                },
              ],
            },
          ],
        },
        { name: "printer-info", values: [{ tag: "textWithLanguage", language: "es", value: "Impresora" }] },
        { name: "copies-supported", values: [{ tag: "rangeOfInteger", from: 1, to: 99 }] },
      ],
    },
  ],
};
const HONEST = encodeMessage(ANSWER);

/** Values of a decoded message: what its memory is proportional to. */
function size(value: unknown): number {
  if (value instanceof Uint8Array || typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + size(inner), 1);
}

const spoiled = fc
  .array(
    fc.record({
      at: fc.nat(HONEST.length - 1),
      how: fc.constantFrom("set", "cut", "insert", "repeat"),
      byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 3, 4, 0x34, 0x37, 0x4a, 0x7f, 0xff)),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((changes) => {
    let bytes = HONEST;
    for (const { at, how, byte } of changes) {
      const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
      if (how === "set") bytes = concat([before, Uint8Array.of(byte), after.subarray(1)]);
      else if (how === "insert") bytes = concat([before, Uint8Array.of(byte), after]);
      else if (how === "cut") bytes = concat([before, after.subarray(byte)]);
      else bytes = concat([before, after.subarray(0, byte), after]);
    }
    return bytes;
  });

test.each<[string, fc.Arbitrary<Uint8Array>, number]>([
  ["random bytes", fc.uint8Array({ maxLength: 4_096 }), 2_000],
  [
    "random bytes behind an honest header",
    fc.uint8Array({ maxLength: 4_096 }).map((bytes) => concat([HONEST.subarray(0, 9), bytes])),
    2_000,
  ],
  ["an honest answer, spoiled", spoiled, 5_000],
])("%s: always an answer, never more than the bytes justify", (_name, bytes, numRuns) => {
  fc.assert(
    fc.property(bytes, (given) => {
      const decoded = decodeMessage(given);
      if (!decoded.ok) {
        expect(decoded.error.at).toBeLessThanOrEqual(given.length);
        return;
      }
      // Every value has at least five bytes on the wire and at most ten nodes here.
      expect(size(decoded.value.message.groups)).toBeLessThanOrEqual(16 + 4 * given.length);
      // What was accepted is understood: it can be written and means the same again.
      const again = decodeMessage(encodeMessage(decoded.value.message));
      expect(again).toMatchObject({ ok: true, value: { message: decoded.value.message } });
    }),
    { numRuns },
  );
});

test("a megabyte of the worst kinds is answered within its limits", () => {
  const repeat = (unit: readonly number[]) => {
    const bytes = new Uint8Array(1_048_576);
    bytes.set(HONEST.subarray(0, 9));
    for (let at = 9; at + unit.length <= bytes.length; at += unit.length) bytes.set(unit, at);
    return bytes;
  };
  const startedAt = performance.now();
  const outcomes = [
    repeat([0x34, 0, 0, 0, 0]),
    repeat([0x34, 0, 1, 0x61, 0, 0, 0x4a, 0, 0, 0, 1, 0x61]),
    repeat([0x13, 0, 1, 0x61, 0, 0]),
    repeat([0x01]),
    repeat([0x41, 0, 1, 0x61, 0x7f, 0xff]),
  ].map((bytes) => decodeMessage(bytes).ok);
  expect(outcomes).toEqual([false, false, false, false, false]);
  // A bound against quadratic time, not a measure: it takes some twenty milliseconds.
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});
