import fc from "fast-check";
import { expect, test } from "vitest";
import { payloadsOf } from "./bus.ts";

test("many kiosks are told in parts that each fit, none lost and none twice", () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 63, unit: "grapheme" }), { maxLength: 600 }),
      (ids) => {
        const payloads = payloadsOf({ topic: "kiosks", kiosks: ids });
        for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
        expect(payloads.flatMap((payload) => JSON.parse(payload).kiosks)).toEqual(ids);
      },
    ),
    { numRuns: 30 },
  ));

test("a message about no kiosk is none", () => expect(payloadsOf({ topic: "desired", kiosks: [] })).toEqual([]));
