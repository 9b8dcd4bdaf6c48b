import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex } from "../../base/bytes/bytes.ts";
import { type PrinterMessage, PrinterParser } from "./parser.ts";
import {
  ASB_ERROR,
  ASB_PAPER,
  ASB_PRINTER,
  ASB_RESERVED,
  BUFFERED_PAPER,
  ERROR_STATUS,
  OFFLINE_STATUS,
  PAPER_STATUS,
  PRINTER_STATUS,
} from "./status-bits.ts";

type Form = "asb" | "full-status";

function parse(hex: string, form: Form = "asb"): PrinterMessage[] {
  return new PrinterParser(form).push(fromHex(hex));
}

test("the out-of-paper answers 1A 32 7E are three real-time answers", () => {
  expect(parse("1a 32 7e")).toEqual([
    { type: "realtime", byte: 0x1a },
    { type: "realtime", byte: 0x32 },
    { type: "realtime", byte: 0x7e },
  ]);
  expect(PRINTER_STATUS.decode(0x1a).offline).toBe(true);
  expect(OFFLINE_STATUS.decode(0x32).paperEndStop).toBe(true);
  expect(PAPER_STATUS.decode(0x7e)).toEqual({ nearEnd: true, end: true });
});

test("a process id whose characters look like status is one id", () => {
  expect(parse("37 22 32 5f 37 22 00")).toEqual([{ type: "process-id", id: '2_7"' }]);
});

test("half a process id is dropped whole, and the status after it is read", () => {
  expect(parse("37 22 4c 4c 12")).toEqual([{ type: "realtime", byte: 0x12 }]);
  expect(parse("37 22 4c 4c 00 12")).toEqual([{ type: "realtime", byte: 0x12 }]);
  expect(parse("37 12")).toEqual([{ type: "realtime", byte: 0x12 }]);
});

test("XOFF between the bytes of an automatic status does not break it", () => {
  expect(parse("14 13 00 00 11 0f")).toEqual([
    { type: "flow", hold: true },
    { type: "flow", hold: false },
    { type: "asb", bytes: [0x14, 0, 0, 0x0f] },
  ]);
});

test("Custom's full status begins with 10, which would be Epson's automatic status", () => {
  expect(parse("10 0f 20 00 00 00", "full-status")).toEqual([
    { type: "full-status", selector: 15, bytes: [0x20, 0, 0, 0] },
  ]);
  expect(parse("10 00 00 0f", "asb")).toEqual([{ type: "asb", bytes: [0x10, 0, 0, 0x0f] }]);
});

test("an automatic full status of fewer bytes has as many as its selector says", () => {
  expect(parse("10 05 04 40 12", "full-status")).toEqual([
    { type: "full-status", selector: 5, bytes: [4, 0x40] },
    { type: "realtime", byte: 0x12 },
  ]);
});

test("an identity without an end is dropped at its limit", () => {
  const parser = new PrinterParser("asb");
  expect(parser.push(new Uint8Array(500).fill(0x5f))).toEqual([]);
  expect(parser.dropped).toBeGreaterThan(400);
  parser.push(fromHex("00"));
  expect(parser.push(fromHex("5f 45 50 53 4f 4e 00"))).toEqual([{ type: "identity", text: "EPSON" }]);
});

const id = fc.stringMatching(/^[ -~]{4}$/);
const realtime = fc
  .tuple(
    fc.constantFrom(PRINTER_STATUS, OFFLINE_STATUS, ERROR_STATUS, PAPER_STATUS),
    fc.uint8Array({ minLength: 1, maxLength: 1 }),
  )
  .map(([coder, [byte = 0]]) => coder.encode(coder.decode(byte) as never));
const flag = fc.boolean();
const asb = fc
  .tuple(
    fc.record({ offline: flag, coverOpen: flag, drawerHigh: flag }),
    fc.record({ cutter: flag, recoverable: flag, unrecoverable: flag, autoRecoverable: flag }),
    fc.record({ nearEnd: flag, end: flag }),
    flag,
  )
  .map(
    ([printer, error, paper, low]) =>
      [ASB_PRINTER.encode(printer), ASB_ERROR.encode(error), ASB_PAPER.encode(paper), ASB_RESERVED.encode({ low })] as [
        number,
        number,
        number,
        number,
      ],
  );
const buffered = fc.record({ nearEnd: flag, end: flag }).map((paper) => BUFFERED_PAPER.encode(paper));

const common: fc.Arbitrary<PrinterMessage> = fc.oneof(
  realtime.map((byte) => ({ type: "realtime", byte }) as const),
  id.map((value) => ({ type: "process-id", id: value }) as const),
  buffered.map((byte) => ({ type: "buffered-status", byte }) as const),
  fc.stringMatching(/^[ -~]{0,30}$/).map((text) => ({ type: "identity", text }) as const),
  flag.map((hold) => ({ type: "flow", hold }) as const),
);
const full = fc
  .integer({ min: 1, max: 15 })
  .chain((selector) => {
    const length = [1, 2, 4, 8].filter((bit) => selector & bit).length;
    // 11 and 13 are flow control wherever they stand; no declared flag makes one.
    const byte = fc.integer({ min: 0, max: 255 }).filter((value) => value !== 0x11 && value !== 0x13);
    return fc.array(byte, { minLength: length, maxLength: length }).map((bytes) => ({ selector, bytes }));
  })
  .map((value) => ({ type: "full-status", ...value }) as const);

function bytesOf(message: PrinterMessage): number[] {
  switch (message.type) {
    case "realtime":
    case "buffered-status":
      return [message.byte];
    case "asb":
      return [...message.bytes];
    case "process-id":
      return [0x37, 0x22, ...Buffer.from(message.id), 0];
    case "identity":
      return [0x5f, ...Buffer.from(message.text), 0];
    case "full-status":
      return [0x10, message.selector, ...message.bytes];
    case "flow":
      return [message.hold ? 0x13 : 0x11];
  }
}

for (const [form, message] of [
  [
    "asb",
    fc.oneof(
      common,
      asb.map((bytes) => ({ type: "asb", bytes }) as const),
    ),
  ],
  ["full-status", fc.oneof(common, full)],
] as const) {
  test(`any messages in any order, split anywhere, are read back (${form})`, () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), fc.array(fc.nat(20)), (messages, cuts) => {
        const stream = Uint8Array.from(messages.flatMap(bytesOf));
        const parser = new PrinterParser(form);
        const read: PrinterMessage[] = [];
        let start = 0;
        for (const cut of cuts) {
          read.push(...parser.push(stream.subarray(start, start + cut)));
          start += cut;
        }
        read.push(...parser.push(stream.subarray(start)));
        expect(read).toEqual(messages);
        expect(parser.dropped).toBe(0);
      }),
    );
  });

  test(`garbage never throws, is counted, and at most one unfinished message is held (${form})`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (garbage) => {
        const parser = new PrinterParser(form);
        const read = parser.push(garbage);
        const understood = read.reduce((sum, one) => sum + bytesOf(one).length, 0);
        const held = garbage.length - understood - parser.dropped;
        expect(held).toBeGreaterThanOrEqual(0);
        expect(held).toBeLessThanOrEqual(81);
        // A NUL ends whatever was begun, so the id after it is understood: the stream is in step again.
        const after = parser.push(fromHex("00 00 00 00 00 37 22 41 42 43 44 00"));
        expect(after.at(-1)).toEqual({ type: "process-id", id: "ABCD" });
      }),
    );
  });
}

test("every split position of one stream gives the same messages", () => {
  const stream = fromHex("12 37 22 32 32 32 32 00 13 14 00 11 00 0f 5f 54 4d 00 00");
  const whole = new PrinterParser("asb").push(stream);
  for (let cut = 0; cut <= stream.length; cut++) {
    const parser = new PrinterParser("asb");
    expect([...parser.push(stream.subarray(0, cut)), ...parser.push(stream.subarray(cut))]).toEqual(whole);
  }
});
