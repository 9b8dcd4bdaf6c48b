import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, fromHex, toHex } from "../../../base/bytes/bytes.ts";
import { encodeApdu } from "../../framing/apdu-stream.ts";
import { ACK, DleFrameReader, encodeDleFrame } from "../../framing/dle-stx-crc.ts";
import { decodeBitmaps } from "./bitmaps.ts";
import { bitmapCommand, CONTROL, passwordCommand, registration, textBlock } from "./messages.ts";
import { zvtRedaction } from "./redaction.ts";

const STATUS = bitmapCommand(CONTROL.status, {
  resultCode: 0,
  amount: 1500,
  trace: "000023",
  time: "101500",
  cardNumber: "4155EEEEEEEE0042",
  authorization: "A1B2C3",
  additionalText: "ROSA NUÑEZ",
  receipt: "0010",
  cardName: "VISA",
  tlv: [
    { tag: 0x1f2b, value: fromHex("00001023") },
    { tag: 0x60, children: [{ tag: 0x43, value: fromHex("a0000000043060") }] },
  ],
});

const masked = (bytes: Uint8Array) => zvtRedaction("zvt-tcp")().in(bytes);

test("a status shows the sale, and nothing of the card or its holder", () => {
  const [, , , ...data] = masked(encodeApdu(STATUS));
  const { values, complete, malformed } = decodeBitmaps(Uint8Array.from(data));
  expect({ complete, malformed }).toEqual({ complete: true, malformed: [] });
  expect(values).toMatchObject({
    ...{ resultCode: 0, amount: 1500, trace: "000023", time: "101500", receipt: "0010" },
    ...{ cardNumber: "0000EEEEEEEE0000", authorization: "X0X0X0", cardName: "XXXX" },
    tlv: [
      { tag: 0x1f2b, value: fromHex("00001023") },
      { tag: 0x60, children: [{ tag: 0x43, value: new Uint8Array(7) }] },
    ],
  });
  expect(values.additionalText).not.toMatch(/ROSA|NU/);
});

test("passwords are hidden, and a registration's currency and wishes are not", () => {
  const sent = registration.encode({ password: "123456", config: 0xba, currency: "0152", serviceByte: 1 });
  expect(registration.decode({ ...sent, data: masked(encodeApdu(sent)).subarray(3) })).toEqual({
    ...{ password: "000000", config: 0xba, currency: "0152", serviceByte: 1 },
  });
  const reversal = encodeApdu(passwordCommand.encode(CONTROL.reversal, "123456", { receipt: "0042" }));
  expect(toHex(masked(reversal))).toBe("063006000000870042");
});

test("a printed receipt keeps its lines and loses its words", () => {
  const block = textBlock.encode({ type: "customer", lines: [{ text: "CARD 12.345.678-5", last: true }] });
  expect(textBlock.decode({ ...block, data: masked(encodeApdu(block)).subarray(3) })).toEqual({
    type: "customer",
    lines: [{ text: "XXXX 00.000.000-0", last: true }],
  });
});

describe("on the serial line", () => {
  const line = concat([Uint8Array.of(ACK), encodeDleFrame(encodeApdu(STATUS)), Uint8Array.of(ACK)]);

  test("a good frame stays good, wherever it is cut, and says what it says on the network", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: line.length }), (piece) => {
        const mask = zvtRedaction("zvt-serial")().in;
        const reader = new DleFrameReader();
        const items = [];
        for (let at = 0; at < line.length; at += piece) items.push(...reader.push(mask(line.slice(at, at + piece))));
        expect(items.map(({ kind }) => kind)).toEqual(["ack", "frame", "ack"]);
      }),
    );
    const [, item] = new DleFrameReader().push(zvtRedaction("zvt-serial")().in(line));
    // 10:15 and the trace number hold bytes 10, which are two bytes on the line.
    expect(item).toMatchObject({ kind: "frame", data: masked(encodeApdu(STATUS)) });
  });

  test("a damaged frame stays damaged", () => {
    const damaged = line.map((byte, at) => (at === 12 ? byte ^ 0x01 : byte));
    const items = new DleFrameReader().push(zvtRedaction("zvt-serial")().in(damaged));
    expect(items.map(({ kind }) => kind)).toEqual(["ack", "bad-frame", "ack"]);
  });
});

test("whatever the bytes, as many come out", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom("zvt-tcp", "zvt-serial"), (bytes, model) => {
      expect(zvtRedaction(model)().in(bytes)).toHaveLength(bytes.length);
    }),
  );
});
