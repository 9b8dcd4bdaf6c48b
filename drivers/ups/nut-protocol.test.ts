import fc from "fast-check";
import { expect, test } from "vitest";
import { fromLatin1 } from "../../base/bytes/bytes.ts";
import {
  decodeAnswer,
  decodeListRequest,
  encodeAnswer,
  encodeListRequest,
  joinWords,
  type NutAnswer,
  splitWords,
} from "./nut-protocol.ts";

const word = fc.string({ unit: "grapheme-ascii" }).filter((text) => !/[\r\n]/.test(text));
const answer: fc.Arbitrary<NutAnswer> = fc.oneof(
  fc.record({ type: fc.constantFrom("begin" as const, "end" as const), ups: word }),
  fc.record({ type: fc.constant("variable" as const), ups: word, name: word, value: word }),
  fc.record({ type: fc.constant("error" as const), error: word }),
);

test("words survive, whatever blanks, quotes and backslashes are in them", () => {
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(splitWords(joinWords(words))).toEqual(words);
    }),
  );
});

test("answers and requests survive", () => {
  fc.assert(
    fc.property(answer, (given) => {
      expect(decodeAnswer(encodeAnswer(given))).toEqual(given);
    }),
  );
  fc.assert(
    fc.property(word, (ups) => {
      expect(decodeListRequest(fromLatin1(encodeListRequest(ups)).slice(0, -1))).toBe(ups);
    }),
  );
});

test("lines of the daemon as it writes them", () => {
  expect(decodeAnswer("BEGIN LIST VAR kiosk")).toEqual({ type: "begin", ups: "kiosk" });
  expect(decodeAnswer('VAR kiosk ups.model "Back-UPS \\"RS\\" 550\\\\G"')).toEqual({
    ...{ type: "variable", ups: "kiosk", name: "ups.model" },
    value: 'Back-UPS "RS" 550\\G',
  });
  expect(decodeAnswer('VAR kiosk ups.alarm ""')).toMatchObject({ value: "" });
  expect(decodeAnswer("END LIST VAR kiosk")).toEqual({ type: "end", ups: "kiosk" });
  expect(decodeAnswer("ERR DATA-STALE")).toEqual({ type: "error", error: "DATA-STALE" });
  expect(fromLatin1(encodeListRequest("kiosk"))).toBe("LIST VAR kiosk\n");
});

test.each([
  'VAR kiosk ups.status "OL',
  'VAR kiosk ups.status "OL"x',
  "VAR kiosk ups.status",
  "HTTP/1.1 400 Bad Request",
  "",
])("a line that is none of them is refused: %j", (line) => expect(decodeAnswer(line)).toBeUndefined());

test("any text is words or none, and never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (line) => {
      decodeAnswer(line);
      decodeListRequest(line);
    }),
  );
});

test("a request cannot carry a second line", () => {
  expect(() => encodeListRequest("kiosk\nINSTCMD kiosk shutdown.return")).toThrow(RangeError);
});

test("a hostile line costs time in proportion to its length, no more", () => {
  for (const line of ['"\\'.repeat(1_000), "a ".repeat(1_000), " ".repeat(2_000), `"${"\\\\".repeat(1_000)}`]) {
    const began = performance.now();
    splitWords(line);
    expect(performance.now() - began).toBeLessThan(500);
  }
});
