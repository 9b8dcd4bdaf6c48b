import fc from "fast-check";
import { expect, test } from "vitest";
import { CALL_HEAD, type CallFrame, CallFrames, encodeCallFrame } from "./call-frames.ts";

const frame: fc.Arbitrary<CallFrame> = fc.record({
  kind: fc.constantFrom("call", "cancel", "answer", "failure", "told"),
  topic: fc.integer({ min: 0, max: 255 }),
  id: fc.integer({ min: 0, max: 65_535 }),
  payload: fc.uint8Array({ maxLength: 40 }),
});

test("frames come out as they went in, wherever the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 5 }), fc.integer({ min: 1, max: 20 }), (sent, piece) => {
      const stream = Buffer.concat(sent.map(encodeCallFrame));
      const frames = new CallFrames();
      const got: CallFrame[] = [];
      for (let at = 0; at < stream.length; at += piece) got.push(...frames.push(stream.subarray(at, at + piece)));
      expect(got).toEqual(sent);
      expect(frames.broken).toBe(false);
    }),
  );
});

test.each([
  ["a kind that is none", Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0)],
  ["a length that lies", Uint8Array.of(0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff)],
])("%s breaks the stream for good", (_name, bytes) => {
  const frames = new CallFrames();
  expect(frames.push(bytes)).toEqual([]);
  expect(frames.broken).toBe(true);
  expect(frames.push(encodeCallFrame({ kind: "call", topic: 0, id: 1, payload: new Uint8Array() }))).toEqual([]);
});

test("a payload longer than any is not sent", () => {
  const payload = new Uint8Array(1024 * 1024 + 1);
  expect(() => encodeCallFrame({ kind: "call", topic: 0, id: 0, payload })).toThrow(RangeError);
  expect(CALL_HEAD).toBe(8);
});
