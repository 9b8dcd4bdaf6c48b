import fc from "fast-check";
import { expect, test } from "vitest";
import { concat } from "../../base/bytes/bytes.ts";
import { encodeReportFrame, type ReportFrame, ReportFrames } from "./report-frames.ts";

const frame: fc.Arbitrary<ReportFrame> = fc.record({
  type: fc.constantFrom("input" as const, "output" as const, "feature" as const, "hello" as const),
  report: fc.uint8Array({ maxLength: 100 }),
});

test("frames survive, however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(frame), fc.integer({ min: 1, max: 50 }), (given, size) => {
      const stream = concat(given.map(encodeReportFrame));
      const frames = new ReportFrames();
      const seen: ReportFrame[] = [];
      for (let at = 0; at < stream.length; at += size) seen.push(...frames.push(stream.subarray(at, at + size)));
      expect(seen).toEqual(given);
      expect(frames.broken).toBe(false);
    }),
  );
});

test.each([
  ["an unknown type", [9, 0, 0]],
  ["a length that no report has", [0, 255, 255]],
])("%s ends the stream, and nothing is kept", (_name, bytes) => {
  const frames = new ReportFrames();
  expect(frames.push(Uint8Array.from([0, 0, 1, 7, ...bytes]))).toEqual([{ type: "input", report: Uint8Array.of(7) }]);
  expect(frames.broken).toBe(true);
  expect(frames.push(Uint8Array.of(0, 0, 1, 7))).toEqual([]);
});

test("arbitrary bytes never throw", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), (chunks) => {
      const frames = new ReportFrames();
      for (const chunk of chunks) frames.push(chunk);
    }),
  );
});
