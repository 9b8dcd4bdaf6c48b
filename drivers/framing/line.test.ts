import fc from "fast-check";
import { expect, test } from "vitest";
import { concat, fromLatin1, toLatin1 } from "../../base/bytes/bytes.ts";
import { LineFraming } from "./line.ts";

function frame(chunks: readonly Uint8Array[], maxLength = 4096): string[] {
  const framing = new LineFraming(maxLength);
  return chunks.flatMap((chunk) => framing.push(chunk)).map(fromLatin1);
}

test.each(["\r", "\n", "\r\n", "\n\r", "\r\r\n\n"])("lines end in %j", (terminator) =>
  expect(frame([toLatin1(`one${terminator}two${terminator}`)])).toEqual(["one", "two"]),
);

test("a line is the same however its bytes arrive", () => {
  const whole = toLatin1("uno\r\ndos\u00f1\r\r\ntres\n");
  for (let at = 0; at <= whole.length; at++)
    expect(frame([whole.subarray(0, at), whole.subarray(at)])).toEqual(["uno", "dos\u00f1", "tres"]);
});

test("an unfinished line waits for its terminator, and can be discarded", () => {
  const framing = new LineFraming(10);
  expect(framing.push(toLatin1("half"))).toEqual([]);
  expect(framing.discard()).toBe(true);
  expect(framing.discard()).toBe(false);
  expect(framing.push(toLatin1("whole\r")).map(fromLatin1)).toEqual(["whole"]);
});

test("a line longer than allowed is dropped up to its terminator and counted; the next one is whole", () => {
  const framing = new LineFraming(4);
  expect(framing.push(toLatin1("12345678\r1234\r12345\rok\n")).map(fromLatin1)).toEqual(["1234", "ok"]);
  expect(framing.counts).toEqual({ lines: 2, overlong: 2 });
});

test("random bytes in random chunks give the same lines as in one piece, each non-empty, bounded and without terminators", () => {
  const bytes = fc.uint8Array({ maxLength: 40 }).map((values) => values.map((value) => (value % 5 === 0 ? 13 : value)));
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 8 }), fc.integer({ min: 1, max: 12 }), (chunks, maxLength) => {
      const lines = frame(chunks, maxLength);
      expect(lines).toEqual(frame([concat(chunks)], maxLength));
      for (const line of lines) expect(line).toMatch(new RegExp(`^[^\\r\\n]{1,${maxLength}}$`, "s"));
    }),
  );
});
