import { concat } from "../../../base/bytes/bytes.ts";
import { decodeBcd, encodeBcd } from "../../../base/coder/bcd.ts";
import type { Apdu } from "../../framing/apdu-stream.ts";
import { type BitmapValues, type DecodedBitmaps, decodeBitmaps, encodeBitmaps } from "./bitmaps.ts";
import { CHARACTER_SET, decodeZvtText, encodeZvtText } from "./text.ts";
import { findTlv, type Tlv } from "./tlv.ts";

/** Control fields of the commands that we send and take. Source: PA00P015, revision 13.08, chapters 2 and 3. */
export const CONTROL = {
  setTime: 0x0401,
  status: 0x040f,
  intermediate: 0x04ff,
  statusEnquiry: 0x0501,
  registration: 0x0600,
  authorization: 0x0601,
  logOff: 0x0602,
  completion: 0x060f,
  totals: 0x0610,
  abort: 0x061e,
  repeatReceipt: 0x0620,
  reversal: 0x0630,
  refund: 0x0631,
  endOfDay: 0x0650,
  diagnosis: 0x0670,
  initialisation: 0x0693,
  stop: 0x06b0,
  printLine: 0x06d1,
  printBlock: 0x06d3,
} as const;

/** Answers to a command: `80 00` and `84 00` are positive, every other `84 xx` is negative (chapter 2.2.6). */
export const POSITIVE: Apdu = { control: 0x8000, data: new Uint8Array(0) };
/** The goods are not issued: the terminal gives the money back by itself. */
export const GOODS_NOT_ISSUED: Apdu = { control: 0x8466, data: new Uint8Array(0) };
/** Ask again in two seconds: the goods are still being issued. */
export const MORE_TIME: Apdu = { control: 0x849c, data: new Uint8Array(0) };
export const NOT_POSSIBLE: Apdu = { control: 0x8483, data: new Uint8Array(0) };

/** What a unit is as an answer; `undefined` when it is a command. */
export function answerOf({ control }: Apdu): "positive" | { readonly negative: string } | undefined {
  const first = control >> 8;
  if (control === 0x8000 || control === 0x8400) return "positive";
  return first === 0x84 ? { negative: hexByte(control & 0xff) } : undefined;
}

/** Two upper-case hexadecimal digits, as codes stand in the specification. */
export function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}

/** Bits of the registration's config byte (chapter 2.1, table 1). */
export const CONFIG = {
  paymentReceiptByUs: 0x02,
  administrationReceiptByUs: 0x04,
  intermediateStatus: 0x08,
  paymentsOnlyByUs: 0x10,
  administrationOnlyByUs: 0x20,
  printLines: 0x80,
} as const;

export const PASSWORD_BYTES = 3;
const CURRENCY_BYTES = 2;

export type Registration = {
  /** Six digits. */
  readonly password: string;
  readonly config: number;
  /** ISO 4217 number, four digits, e.g. `0152`. */
  readonly currency: string;
  readonly serviceByte?: number;
  /** Tells the terminal that it may send containers; an empty one is enough. */
  readonly tlv?: readonly Tlv[];
};

export const registration = {
  encode: ({ password, config, currency, ...fields }: Registration): Apdu => ({
    control: CONTROL.registration,
    data: concat([
      encodeBcd(password, PASSWORD_BYTES),
      Uint8Array.of(config),
      encodeBcd(currency, CURRENCY_BYTES),
      encodeBitmaps(fields),
    ]),
  }),
  /** The terminal's side; `undefined` when the fixed fields are not there. */
  decode: ({ data }: Apdu): Registration | undefined => {
    const password = decodeBcd(data.subarray(0, PASSWORD_BYTES));
    const config = data[PASSWORD_BYTES];
    const currency = decodeBcd(data.subarray(PASSWORD_BYTES + 1, PASSWORD_BYTES + 1 + CURRENCY_BYTES));
    if (password?.length !== 6 || config === undefined || currency?.length !== 4) return undefined;
    const { serviceByte, tlv } = decodeBitmaps(data.subarray(PASSWORD_BYTES + 1 + CURRENCY_BYTES)).values;
    return {
      password,
      config,
      currency,
      ...(serviceByte !== undefined && { serviceByte }),
      ...(tlv !== undefined && { tlv }),
    };
  },
};

/** A command whose data is bitmaps alone: authorisation, diagnosis, status information, completion. */
export function bitmapCommand(control: number, values: BitmapValues = {}): Apdu {
  return { control, data: encodeBitmaps(values) };
}

/** A command whose data is the password, then bitmaps: reversal, refund, end of day, totals, repeat receipt. */
export const passwordCommand = {
  encode: (control: number, password: string, values: BitmapValues = {}): Apdu => ({
    control,
    data: concat([encodeBcd(password, PASSWORD_BYTES), encodeBitmaps(values)]),
  }),
  decode: ({ data }: Apdu): (DecodedBitmaps & { readonly password: string }) | undefined => {
    const password = decodeBcd(data.subarray(0, PASSWORD_BYTES));
    if (password?.length !== PASSWORD_BYTES * 2) return undefined;
    return { password, ...decodeBitmaps(data.subarray(PASSWORD_BYTES)) };
  },
};

/** Bits of the service byte of a repeated receipt (chapter 2.20, table 5) and of a status enquiry (2.56, table 12). */
export const REPEAT = { sendStatus: 0x01, printNothing: 0x02 } as const;
export const ENQUIRY = { noVersion: 0x02 } as const;

/** Abort by the terminal (chapter 3.3): the result code stands first, without a number. */
export const abort = {
  encode: (resultCode: number): Apdu => ({ control: CONTROL.abort, data: Uint8Array.of(resultCode) }),
  decode: ({ data }: Apdu): string | undefined => (data[0] === undefined ? undefined : hexByte(data[0])),
};

/**
 * The status code that ends a status enquiry (chapter 2.56.5): behind an optional version (three length bytes and text),
 * before an optional container.
 */
export const enquiryCompletion = {
  encode: (statusCode: number): Apdu => ({ control: CONTROL.completion, data: Uint8Array.of(statusCode) }),
  decode: ({ data }: Apdu): string | undefined => {
    const versioned = data.length >= 3 && data.subarray(0, 3).every((byte) => byte >= 0xf0 && byte <= 0xf9);
    const [a = 0, b = 0, c = 0] = data;
    const at = versioned ? 3 + (a & 0x0f) * 100 + (b & 0x0f) * 10 + (c & 0x0f) : 0;
    const code = data[at];
    return code === undefined ? undefined : hexByte(code);
  },
};

/** Intermediate status (chapter 3.7): what goes on, and perhaps a new T4 in minutes, BCD. */
export const intermediate = {
  encode: (status: number, minutes?: number): Apdu => ({
    control: CONTROL.intermediate,
    data: concat([Uint8Array.of(status), minutes === undefined ? new Uint8Array(0) : encodeBcd(String(minutes), 1)]),
  }),
  decode: ({ data }: Apdu): { readonly status: string; readonly minutes?: number } => {
    const minutes = data.length > 1 ? decodeBcd(data.subarray(1, 2)) : undefined;
    return { status: hexByte(data[0] ?? 0xff), ...(minutes !== undefined && { minutes: Number(minutes) }) };
  },
};

/** One line of a receipt, or one feed of several (chapter 3.5, table 16). */
export type PrintedLine = {
  readonly text: string;
  /** The last line of a receipt; another receipt may follow. */
  readonly last: boolean;
};

const LINE_FEEDS = 0xff;
const LAST = 0x80;
const MAX_FEEDS = 20;

/** A terminal that may send containers marks the kind of receipt behind the text, which holds no control characters. */
export const TLV_BEHIND_TEXT = 0x06;

export const printLine = {
  encode: (attribute: number, text: string, type?: ReceiptType): Apdu => ({
    control: CONTROL.printLine,
    data: concat([
      Uint8Array.of(attribute),
      encodeZvtText(text),
      type === undefined ? new Uint8Array(0) : encodeBitmaps({ tlv: [typeTag(type)] }),
    ]),
  }),
  decode: ({ data }: Apdu): TextBlock => {
    const attribute = data[0] ?? 0;
    if (attribute === LINE_FEEDS)
      return { lines: Array.from({ length: Math.min(data[1] ?? 1, MAX_FEEDS) }, () => ({ text: "", last: false })) };
    const behind = data.indexOf(TLV_BEHIND_TEXT, 1);
    const text = decodeZvtText(data.subarray(1, behind < 0 ? data.length : behind));
    const type = behind < 0 ? undefined : typeIn(decodeBitmaps(data.subarray(behind)).values.tlv ?? []);
    return { ...(type !== undefined && { type }), lines: [{ text, last: isLast(attribute) }] };
  },
};

function isLast(attribute: number): boolean {
  return (attribute & LAST) !== 0 && attribute !== LAST;
}

/** Tags of a text block (chapter 3.6 and 9.4). */
export const TAG = {
  textLine: 0x07,
  attribute: 0x09,
  characterSet: 0x14,
  printTexts: 0x25,
  permittedCommands: 0x26,
  command: 0x0a,
  receiptType: 0x1f07,
  longTrace: 0x1f2b,
} as const;

export type ReceiptType = "merchant" | "customer" | "administration";
const RECEIPT_TYPES: readonly (ReceiptType | undefined)[] = [undefined, "merchant", "customer", "administration"];

export type TextBlock = { readonly type?: ReceiptType; readonly lines: readonly PrintedLine[] };

export const textBlock = {
  encode: ({ type, lines }: TextBlock): Apdu =>
    bitmapCommand(CONTROL.printBlock, {
      tlv: [
        ...(type === undefined ? [] : [typeTag(type)]),
        {
          tag: TAG.printTexts,
          children: lines.flatMap(({ text, last }) => [
            { tag: TAG.textLine, value: encodeZvtText(text) },
            ...(last ? [{ tag: TAG.attribute, value: Uint8Array.of(LAST | 0x01) }] : []),
          ]),
        },
      ],
    }),
  decode: ({ data }: Apdu): TextBlock => {
    const tlv = decodeBitmaps(data).values.tlv ?? [];
    const type = typeIn(tlv);
    const set = byteOf(findTlv(tlv, TAG.characterSet)) ?? CHARACTER_SET.cp437;
    const texts = findTlv(tlv, TAG.printTexts);
    const lines: PrintedLine[] = [];
    for (const object of texts !== undefined && "children" in texts ? texts.children : []) {
      if (!("value" in object)) continue;
      const before = lines.at(-1);
      if (object.tag === TAG.textLine) lines.push({ text: decodeZvtText(object.value, set), last: false });
      else if (object.tag === TAG.attribute && isLast(object.value[0] ?? 0) && before !== undefined)
        lines.splice(-1, 1, { ...before, last: true });
    }
    return { ...(type !== undefined && { type }), lines };
  },
};

function typeTag(type: ReceiptType): Tlv {
  return { tag: TAG.receiptType, value: Uint8Array.of(RECEIPT_TYPES.indexOf(type)) };
}

function typeIn(tlv: readonly Tlv[]): ReceiptType | undefined {
  return RECEIPT_TYPES[byteOf(findTlv(tlv, TAG.receiptType)) ?? 0];
}

function byteOf(object: Tlv | undefined): number | undefined {
  return object !== undefined && "value" in object ? object.value.at(-1) : undefined;
}

/** The terminal's trace number, the long one where it has more than six digits (tag 1F2B). */
export function traceOf({ trace, tlv }: BitmapValues): string | undefined {
  const long = findTlv(tlv ?? [], TAG.longTrace);
  return (long !== undefined && "value" in long ? decodeBcd(long.value) : undefined) ?? trace;
}

const TOTALS_GROUPS = 7;
const GROUP_BYTES = 7;
const RECEIPT_RANGE_BYTES = 4;

/** Field 60 (chapter 3.1.3): receipt range, then count and sum of seven groups of cards. */
export const individualTotals = {
  encode: (groups: readonly { readonly count: number; readonly amount: number }[]): Uint8Array =>
    concat([
      new Uint8Array(RECEIPT_RANGE_BYTES),
      ...Array.from({ length: TOTALS_GROUPS }, (_, at) => groups[at] ?? { count: 0, amount: 0 }).flatMap(
        ({ count, amount }) => [Uint8Array.of(count), encodeBcd(String(amount), GROUP_BYTES - 1)],
      ),
    ]),
  /** Count and sum over all groups; `undefined` when the field is not whole. */
  decode: (bytes: Uint8Array): { readonly count: number; readonly amount: number } | undefined => {
    if (bytes.length !== RECEIPT_RANGE_BYTES + TOTALS_GROUPS * GROUP_BYTES) return undefined;
    let count = 0;
    let amount = 0;
    for (let at = RECEIPT_RANGE_BYTES; at < bytes.length; at += GROUP_BYTES) {
      const digits = decodeBcd(bytes.subarray(at + 1, at + GROUP_BYTES));
      if (digits === undefined) return undefined;
      count += bytes[at] ?? 0;
      amount += Number(digits);
    }
    return { count, amount };
  },
};
