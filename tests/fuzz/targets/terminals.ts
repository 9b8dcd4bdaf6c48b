import { isDeepStrictEqual } from "node:util";
import { fromLatin1, toLatin1 } from "../../../base/bytes/bytes.ts";
import { decodeApdu, encodeApdu } from "../../../drivers/framing/apdu-stream.ts";
import * as transbank from "../../../drivers/payment-terminal/transbank/messages.ts";
import { saleCodec, saleResult } from "../../../drivers/payment-terminal/transbank/sale-response.ts";
import { type BitmapValues, decodeBitmaps, encodeBitmaps } from "../../../drivers/payment-terminal/zvt/bitmaps.ts";
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
} from "../../../drivers/payment-terminal/zvt/messages.ts";
import { decodeTlv, encodeTlv, type Tlv } from "../../../drivers/payment-terminal/zvt/tlv.ts";
import type { Random } from "../../usb-lab/inside/random.ts";
import { between, demand, pick, randomBytes, type Target } from "../target.ts";

const ZVT_FOLDER = "drivers/payment-terminal/zvt";

/** Whole units of ZVT and everything that may stand in them. */
const zvtMessages: Target = {
  name: "zvt-messages",
  sources: [`${ZVT_FOLDER}/messages.ts`, `${ZVT_FOLDER}/bitmaps.ts`, `${ZVT_FOLDER}/tlv.ts`, `${ZVT_FOLDER}/text.ts`],
  dictionary: [
    0x04, 0x06, 0x07, 0x09, 0x0f, 0x1f, 0x25, 0x27, 0x3c, 0x49, 0x60, 0x87, 0x8b, 0xd1, 0xd3, 0xf0, 0xf1, 0xff,
  ],
  longest: 17_000,
  honest: (random) => encodeApdu(pick(random, HONEST)(random)),
  check: (input) => {
    const apdu = decodeApdu(input) ?? { control: CONTROL.status, data: input };
    const { data } = apdu;
    answerOf(apdu);
    for (const codec of [registration, abort, enquiryCompletion, intermediate]) codec.decode(apdu);
    for (const block of [printLine.decode(apdu), textBlock.decode(apdu)])
      demand(block.lines.length <= data.length + 20, "more lines than bytes");
    individualTotals.decode(data);
    for (const bitmaps of [decodeBitmaps(data), passwordCommand.decode(apdu)])
      if (bitmaps !== undefined) sameBitmaps(bitmaps.values, data.length);
    const tlv = decodeTlv(data);
    if (tlv !== undefined) sameTlv(tlv);
  },
};

function sameBitmaps(values: BitmapValues, length: number): void {
  traceOf(values);
  if (values.tlv !== undefined) sameTlv(values.tlv);
  // An object of a container may be written shorter than it came, never longer than all bytes.
  const written = encodeBitmaps(values);
  demand(written.length <= length + Object.keys(values).length * 15, "larger than its bytes");
  demand(isDeepStrictEqual(decodeBitmaps(written).values, values), "fields mean something else again");
}

function sameTlv(objects: readonly Tlv[]): void {
  demand(isDeepStrictEqual(decodeTlv(encodeTlv(objects)), objects), "objects mean something else again");
}

const HONEST = [
  (random: Random) =>
    bitmapCommand(CONTROL.status, {
      resultCode: between(random, 0, 0xff),
      amount: between(random, 0, 999_999_999),
      receipt: "0042",
      authorization: "007919",
      trace: "000042",
      cardNumber: "67EEEEEE0042",
      cardName: "girocard",
      additionalText: "APROBADO",
      individualTotals: individualTotals.encode([{ count: 2, amount: 3_000 }]),
    }),
  (random: Random) => intermediate.encode(between(random, 0, 0xff), between(random, 0, 99)),
  (random: Random) => printLine.encode(between(random, 0, 0xff), "VENTA  $1.500", "customer"),
  () =>
    textBlock.encode({ type: "merchant", lines: ["TOTAL", "ñandú"].map((text) => ({ text, last: text !== "TOTAL" })) }),
  () => registration.encode({ password: "000000", config: 0xba, currency: "0152", serviceByte: 1, tlv: [] }),
  (random: Random) =>
    passwordCommand.encode(CONTROL.reversal, "000000", { receipt: "0007", amount: between(random, 1, 9_999) }),
  (random: Random) => abort.encode(between(random, 0, 0xff)),
  (random: Random) =>
    bitmapCommand(CONTROL.completion, {
      tlv: [
        { tag: 0x1f2b, value: Uint8Array.of(0x12, 0x34, 0x56, 0x78) },
        { tag: 0x60, children: [{ tag: 0x43, value: randomBytes(random, between(random, 0, 300)) }] },
      ],
    }),
];

const { FUNCTION, ...CODECS } = transbank;
const MESSAGES = Object.values(CODECS);
const SALES = [
  saleCodec(CODECS.integradoSaleResponse),
  saleCodec(CODECS.integradoMulticodeSaleResponse),
  saleCodec(CODECS.autoservicioSaleResponse),
  saleCodec(CODECS.autoservicioMulticodeSaleResponse),
  saleCodec(CODECS.detailResponse),
];
type AnyCodec = {
  decode(text: string): { readonly values: object; readonly malformed: readonly string[] };
  encode(values: object): string;
};

/** Every message of Transbank's, read as every other. */
const transbankMessages: Target = {
  name: "transbank-messages",
  sources: ["drivers/payment-terminal/transbank/sale-response.ts", "base/coder/delimited.ts"],
  dictionary: [0x20, 0x30, 0x31, 0x39, 0x7c, 0x2d],
  longest: 17_000,
  honest: (random) => {
    const amount = between(random, 50, 999_999_999);
    const tail = pick(random, [
      "",
      "|DB|00-00-00|042|DB|23112026|101530",
      "|CR|||VI|23112026|101530||03|03|3334|CUOTAS",
    ]);
    return toLatin1(
      `${pick(random, Object.values(FUNCTION))}|00|597000000001|VT000001|T000001|007919|${amount}|0042|000001${tail}`,
    );
  },
  check: (input) => {
    const text = fromLatin1(input);
    for (const codec of MESSAGES as readonly AnyCodec[]) {
      const { values } = codec.decode(text);
      demand(isDeepStrictEqual(codec.decode(codec.encode(values)).values, values), "fields mean something else again");
    }
    for (const codec of SALES) {
      const result = saleResult(codec.decode(text).values, { amount: 1, ticket: "T" });
      if (result !== undefined) demand(/^\d\d$/.test(result.responseCode), "a sale without response code");
    }
  },
};

export const TERMINALS: readonly Target[] = [zvtMessages, transbankMessages];
