import fc from "fast-check";
import { expect, test } from "vitest";
import { LineReader } from "./json-lines.ts";

const encode = (text: string) => new TextEncoder().encode(text);

test("lines come out whole whatever the chunks", () => {
  const line = fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => text.replaceAll("\n", " "));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(9)), (lines, sizes) => {
      const bytes = encode(lines.map((text) => `${text}\n`).join(""));
      const reader = new LineReader(1_000);
      const read: unknown[] = [];
      let at = 0;
      for (const size of sizes) {
        read.push(...reader.push(bytes.subarray(at, at + size)));
        at += size;
      }
      read.push(...reader.push(bytes.subarray(at)));
      expect(read).toEqual(lines.map((text) => ({ text })));
    }),
  );
});

test("a line that is too long is told once and skipped, split at every byte, and the next one is read", () => {
  const bytes = encode(`ab\n${"x".repeat(9)}\ncd\n`);
  for (let split = 0; split <= bytes.length; split++) {
    const reader = new LineReader(8);
    expect([...reader.push(bytes.subarray(0, split)), ...reader.push(bytes.subarray(split))]).toEqual([
      { text: "ab" },
      { refused: "oversize" },
      { text: "cd" },
    ]);
  }
});

test("bytes that are no UTF-8 cost one line", () => {
  const reader = new LineReader(8);
  expect(reader.push(Uint8Array.of(0xff, 0xfe, 0x0a, 0x61, 0x0a))).toEqual([{ refused: "not-utf8" }, { text: "a" }]);
});
