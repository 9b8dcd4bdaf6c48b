import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../../base/bytes/bytes.ts";
import { type Apdu, decodeApdu, encodeApdu } from "../../framing/apdu-stream.ts";
import { BITMAPS, type BitmapName, type BitmapValues, decodeBitmaps, encodeBitmaps } from "./bitmaps.ts";
import {
  abort,
  answerOf,
  bitmapCommand,
  CONTROL,
  enquiryCompletion,
  individualTotals,
  intermediate,
  passwordCommand,
  printLine,
  registration,
  textBlock,
  traceOf,
} from "./messages.ts";
import { promptOf } from "./prompts.ts";
import { meaningOf } from "./result-codes.ts";
import { decodeZvtText, encodeZvtText } from "./text.ts";
import { decodeTlv, encodeTlv, findTlv, isConstructed, type Tlv } from "./tlv.ts";

function apdu(hex: string): Apdu {
  const decoded = decodeApdu(fromHex(hex));
  if (decoded === undefined) throw new Error(`no APDU: ${hex}`);
  return decoded;
}

describe("published messages", () => {
  test("an approved payment by Debit Mastercard", () => {
    const message =
      "04 0f 77 27 00 04 00 00 00 00 20 40 0b 00 04 70 0c 22 39 53 0d 10 06 0e 25 12 17 00 01 19 70 22 f0 f8 ee ee ee ee ee ee 47 71 29 28 00 48 69 2a 31 30 30 34 36 31 37 36 33 20 20 20 20 20 20 3b 36 31 31 38 30 34 00 00 3c f0 f1 f4 47 45 4e 2e 4e 52 2e 3a 36 31 31 38 30 34 49 09 78 87 04 70 88 00 04 70 8a 2e 8b f1 f7 44 65 62 69 74 20 4d 61 73 74 65 72 63 61 72 64 00";
    const { complete, malformed, values } = decodeBitmaps(apdu(message).data);
    expect({ complete, malformed }).toEqual({ complete: true, malformed: [] });
    expect(values).toMatchObject({
      resultCode: 0,
      amount: 2040,
      trace: "000470",
      time: "223953",
      date: "1006",
      cardNumber: "EEEEEEEEEEEE4771",
      terminalId: "28004869",
      contract: "100461763",
      authorization: "611804",
      additionalText: "GEN.NR.:611804",
      currency: "0978",
      receipt: "0470",
      cardType: 46,
      cardName: "Debit Mastercard",
    });
  });

  test("an abort by the customer", () => {
    const message =
      "04 0f 1e 27 6c 29 28 00 48 69 3c f0 f1 f9 41 62 62 72 75 63 68 20 64 75 72 63 68 20 4b 75 6e 64 65";
    expect(decodeBitmaps(apdu(message).data).values).toMatchObject({
      resultCode: 0x6c,
      terminalId: "28004869",
      additionalText: "Abbruch durch Kunde",
    });
  });

  test("a payment without an amount whose long trace number stands in the container", () => {
    const message =
      "04 0f 65 27 00 0c 23 13 55 0d 10 29 0e 99 99 22 f0 f8 ee ee ee ee ee ee 47 71 a0 01 29 00 00 00 06 87 00 08 0b 00 00 00 8a 06 8b f1 f1 4d 41 53 54 45 52 43 41 52 44 00 06 2e 2f 08 1f 12 01 02 1f 10 01 00 60 1b 43 07 a0 00 00 00 04 10 10 44 10 44 65 62 69 74 20 4d 61 73 74 65 72 63 61 72 64 1f 2b 04 10 01 50 08";
    const { values } = decodeBitmaps(apdu(message).data);
    expect(values.amount).toBeUndefined();
    expect(traceOf(values)).toBe("10015008");
    expect(values.cardName).toBe("MASTERCARD");
  });

  test("lines of a merchant's receipt, and the end of an end of day", () => {
    expect(printLine.decode(apdu("06 d1 0e 40 54 45 53 54 20 50 6f 72 74 61 6c 75 6d"))).toEqual({
      lines: [{ text: "TEST Portalum", last: false }],
    });
    expect(printLine.decode(apdu("06 d1 14 40 54 45 53 54 20 50 6f 72 74 61 6c 75 6d 06 04 1f 07 01 01"))).toEqual({
      type: "merchant",
      lines: [{ text: "TEST Portalum", last: false }],
    });
    expect(printLine.decode(apdu("06 d1 01 81"))).toEqual({ lines: [{ text: "", last: true }] });
    expect(printLine.decode(apdu("06 d1 02 ff 02")).lines).toHaveLength(2);
  });

  test("an administration receipt in a block", () => {
    const message =
      "06 d3 24 06 22 1f 07 01 03 25 1c 07 0c 54 49 44 3a 41 48 30 30 30 30 30 36 07 01 20 07 06 66 81 72 20 41 41 09 01 81";
    const block = textBlock.decode(apdu(message));
    expect(block.type).toBe("administration");
    expect(block.lines).toEqual([
      { text: "TID:AH000006", last: false },
      { text: " ", last: false },
      { text: "für AA", last: true },
    ]);
  });
});

describe("what we send", () => {
  test("a sale of 1500 pesos: fields 04 and 49", () => {
    const sale = encodeApdu(bitmapCommand(CONTROL.authorization, { amount: 1500, currency: "0152" }));
    expect(toHex(sale)).toBe("06010a04000000001500490152");
  });

  test("registration, reversal and repeated receipt", () => {
    const registered = { password: "000000", config: 0xbe, currency: "0152" };
    expect(toHex(encodeApdu(registration.encode(registered)))).toBe("060006000000be0152");
    expect(toHex(encodeApdu(passwordCommand.encode(CONTROL.reversal, "123456", { receipt: "0470" })))).toBe(
      "063006123456870470",
    );
    expect(toHex(encodeApdu(passwordCommand.encode(CONTROL.repeatReceipt, "000000", { serviceByte: 3 })))).toBe(
      "0620050000000303",
    );
  });

  test("what does not fit a field is refused", () => {
    for (const values of [{ amount: -1 }, { amount: 1.5 }, { amount: 1e12 }, { receipt: "12" }, { resultCode: 256 }])
      expect(() => encodeBitmaps(values)).toThrow(RangeError);
    expect(() => encodeBitmaps({ authorization: "123456789" })).toThrow(RangeError);
    expect(() => encodeBitmaps({ cardNumber: "12 34" })).toThrow(RangeError);
  });
});

const digits = (bytes: number) => fc.stringMatching(new RegExp(`^\\d{${bytes * 2}}$`));
const word = fc.stringMatching(/^[A-Za-z0-9áéíóúñ.]{0,8}$/);
const primitive: fc.Arbitrary<Tlv> = fc.record({
  tag: fc.constantFrom(0x07, 0x1f07, 0x1f2b, 0x41, 0x1f8101),
  value: fc.uint8Array({ maxLength: 300 }),
});
const containers = fc.array(
  fc.oneof(
    primitive,
    fc.record({ tag: fc.constantFrom(0x25, 0x60, 0x2f), children: fc.array(primitive, { maxLength: 4 }) }),
  ),
  { maxLength: 4 },
);

const VALUES: { readonly [kind: string]: (size: number) => fc.Arbitrary<unknown> } = {
  digits,
  amount: () => fc.nat(999_999_999),
  byte: () => fc.nat(255),
  ascii: () => word,
  "ll-text": () => word,
  "lll-text": () => word,
  "ll-card": () => fc.stringMatching(/^[0-9E]{12,19}$/),
  "ll-bytes": () => fc.uint8Array({ maxLength: 99 }),
  "lll-bytes": () => fc.uint8Array({ maxLength: 300 }),
  bytes: (size) => fc.uint8Array({ minLength: size, maxLength: size }),
  tlv: () => containers,
};

const fields = fc.record(
  Object.fromEntries(
    (Object.keys(BITMAPS) as BitmapName[]).map((name) => {
      const { kind, size } = BITMAPS[name];
      return [name, VALUES[kind]?.(size) ?? fc.constant(undefined)];
    }),
  ),
  { requiredKeys: [] },
) as fc.Arbitrary<BitmapValues>;

test("every field is read back as it was written, in any order and company", () => {
  fc.assert(
    fc.property(fields, (values) => {
      expect(decodeBitmaps(encodeBitmaps(values))).toEqual({ values, malformed: [], complete: true });
    }),
  );
});

test("containers are read back as they were written", () => {
  fc.assert(
    fc.property(containers, (objects) => {
      expect(decodeTlv(encodeTlv(objects))).toEqual(objects);
    }),
  );
  expect(isConstructed(0x25)).toBe(true);
  expect(findTlv([{ tag: 0x25, children: [{ tag: 0x07, value: fromHex("41") }] }], 0x07)).toMatchObject({ tag: 0x07 });
});

test("whatever the bytes, every reader has an answer", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
      const command = { control: CONTROL.status, data };
      expect(decodeBitmaps(data)).toHaveProperty("complete");
      for (const read of [registration, passwordCommand, printLine, textBlock, intermediate, abort, enquiryCompletion])
        expect(() => read.decode(command)).not.toThrow();
      expect(() => [decodeTlv(data), individualTotals.decode(data), answerOf(command)]).not.toThrow();
    }),
    { numRuns: 300 },
  );
});

test("reading stops at a field that nobody knows, and says so", () => {
  expect(decodeBitmaps(fromHex("27 00 99 04 00 00 00 00 15 00"))).toEqual({
    values: { resultCode: 0 },
    malformed: [],
    complete: false,
  });
  expect(decodeBitmaps(fromHex("04 00 00 0a 00 15 00 27 05"))).toMatchObject({
    values: { resultCode: 5 },
    malformed: ["amount"],
  });
});

test("answers: 80 00 and 84 00 are positive, every other 84 is negative, commands are none", () => {
  expect(answerOf(apdu("80 00 00"))).toBe("positive");
  expect(answerOf(apdu("84 00 00"))).toBe("positive");
  expect(answerOf(apdu("84 66 00"))).toEqual({ negative: "66" });
  expect(answerOf(apdu("06 0f 00"))).toBeUndefined();
});

test("the status of an enquiry is found with and without a version before it", () => {
  expect(enquiryCompletion.decode(apdu("06 0f 01 dc"))).toBe("DC");
  expect(enquiryCompletion.decode(apdu("06 0f 07 f0 f0 f3 31 2e 30 00"))).toBe("00");
  expect(enquiryCompletion.decode(apdu("06 0f 00"))).toBeUndefined();
});

test("intermediate status, totals, texts and codes", () => {
  expect(intermediate.decode(intermediate.encode(0x0a, 15))).toEqual({ status: "0A", minutes: 15 });
  expect(promptOf("0A")).toBe("present-card");
  expect(promptOf("F3")).toBe("working");
  const groups = [
    { count: 2, amount: 1500 },
    { count: 1, amount: 900 },
  ];
  expect(individualTotals.decode(individualTotals.encode(groups))).toEqual({ count: 3, amount: 2400 });
  expect(decodeZvtText(encodeZvtText("Señal: débito, €"))).toBe("Señal: débito, ?");
  expect([meaningOf("6C"), meaningOf("05"), meaningOf("F9")]).toEqual([
    expect.stringMatching(/abort/i),
    expect.stringMatching(/operator/),
    expect.stringMatching(/not in/i),
  ]);
});
