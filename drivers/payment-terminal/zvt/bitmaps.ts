import { concat, toHex } from "../../../base/bytes/bytes.ts";
import { decodeBcd, encodeBcd } from "../../../base/coder/bcd.ts";
import { decodeZvtText, encodeZvtText } from "./text.ts";
import { decodeTlv, encodeTlv, encodeTlvLength, readTlvLength, type Tlv } from "./tlv.ts";

/**
 * ZVT's "bitmaps": fields that begin with their number and stand in any order. Declared once, used in both directions.
 *
 * - `digits`: BCD, text with its leading zeros; `amount`: BCD, a non-negative integer in the units of the wire;
 * - `byte`: 0 to 255; `ascii`: text padded with zero bytes or blanks at its end;
 * - `ll-text`, `lll-text`: two or three length bytes F0 to F9, then text;
 * - `ll-card`: a card number, BCD with E for a hidden digit and a padding F, as upper-case hexadecimal text;
 * - `ll-bytes`, `lll-bytes`, `bytes`: kept as they are; `tlv`: a container with TLV's own length.
 */
export type BitmapKind =
  | "digits"
  | "amount"
  | "byte"
  | "ascii"
  | "ll-text"
  | "lll-text"
  | "ll-card"
  | "ll-bytes"
  | "lll-bytes"
  | "bytes"
  | "tlv";

type Declared<K extends BitmapKind = BitmapKind> = {
  readonly number: number;
  readonly kind: K;
  /** Bytes of the value, where the kind has a fixed length. */
  readonly size: number;
};

function bitmap<K extends BitmapKind>(number: number, kind: K, size = 0): Declared<K> {
  return { number, kind, size };
}

/** Source: PA00P015, revision 13.08, chapter 3.1.1 and chapter 13, "Summary of utilised BMPs". */
export const BITMAPS = {
  timeout: bitmap(0x01, "byte", 1),
  maxStatusInfos: bitmap(0x02, "byte", 1),
  serviceByte: bitmap(0x03, "byte", 1),
  amount: bitmap(0x04, "amount", 6),
  trace: bitmap(0x0b, "digits", 3),
  /** HHMMSS. */
  time: bitmap(0x0c, "digits", 3),
  /** MMDD: there is no year. */
  date: bitmap(0x0d, "digits", 2),
  expiry: bitmap(0x0e, "digits", 2),
  cardSequence: bitmap(0x17, "digits", 2),
  /** Status byte of a registration, or payment type. */
  statusByte: bitmap(0x19, "byte", 1),
  cardNumber: bitmap(0x22, "ll-card"),
  resultCode: bitmap(0x27, "byte", 1),
  terminalId: bitmap(0x29, "digits", 4),
  contract: bitmap(0x2a, "ascii", 15),
  originalTrace: bitmap(0x37, "digits", 3),
  authorization: bitmap(0x3b, "ascii", 8),
  additionalText: bitmap(0x3c, "lll-text"),
  currency: bitmap(0x49, "digits", 2),
  individualTotals: bitmap(0x60, "lll-bytes"),
  receipt: bitmap(0x87, "digits", 2),
  turnover: bitmap(0x88, "digits", 3),
  cardType: bitmap(0x8a, "byte", 1),
  cardName: bitmap(0x8b, "ll-text"),
  operatorCardType: bitmap(0x8c, "byte", 1),
  resultCodeAs: bitmap(0xa0, "byte", 1),
  /** YYMMDD. */
  fullDate: bitmap(0xaa, "digits", 3),
  aidParameter: bitmap(0xba, "bytes", 5),
  tlv: bitmap(0x06, "tlv"),
} as const;

/** Fields that we have no use for and must be able to step over. Same source; 2D and 2E as in chapter 3.1.2. */
const OTHERS: readonly Declared[] = [
  ...[0x05, 0x72, 0x73, 0x74, 0x75, 0xd0, 0xd2, 0xd3, 0xe0, 0xe9, 0xea, 0xf0, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd].map(
    (number) => bitmap(number, "byte", 1),
  ),
  bitmap(0x3a, "bytes", 2),
  bitmap(0x3d, "bytes", 3),
  bitmap(0x70, "bytes", 4),
  bitmap(0x71, "bytes", 4),
  bitmap(0xeb, "bytes", 8),
  ...[0x23, 0x2d, 0x4c, 0xa7, 0xd1].map((number) => bitmap(number, "ll-bytes")),
  ...[0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8].map((number) => bitmap(number, "ll-bytes")),
  ...[0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8].map((number) => bitmap(number, "ll-bytes")),
  ...[0x24, 0x2e, 0x9a, 0xaf].map((number) => bitmap(number, "lll-bytes")),
];

type Bitmaps = typeof BITMAPS;
export type BitmapName = keyof Bitmaps;

type ValueOf<K extends BitmapKind> = K extends "amount" | "byte"
  ? number
  : K extends "ll-bytes" | "lll-bytes" | "bytes"
    ? Uint8Array
    : K extends "tlv"
      ? readonly Tlv[]
      : string;

export type BitmapValues = { readonly [N in BitmapName]?: ValueOf<Bitmaps[N]["kind"]> };

export type DecodedBitmaps = {
  readonly values: BitmapValues;
  /** Fields that were there and could not be read as declared. */
  readonly malformed: readonly BitmapName[];
  /** `false` where reading had to stop early: an unknown field, whose length nobody knows, or too few bytes. */
  readonly complete: boolean;
};

const BY_NUMBER = new Map<number, { readonly name?: BitmapName; readonly declared: Declared }>([
  ...OTHERS.map((declared) => [declared.number, { declared }] as const),
  ...(Object.entries(BITMAPS) as [BitmapName, Declared][]).map(
    ([name, declared]) => [declared.number, { name, declared }] as const,
  ),
]);

/** Digits, hidden digits, and the separator of a track. */
const CARD_NUMBER = /^[0-9DE]*$/;

/** What a field's number means; `undefined` when nobody knows, nor how long it is. */
export function declaredBitmap(
  number: number,
): { readonly name?: BitmapName; readonly declared: Declared } | undefined {
  return BY_NUMBER.get(number);
}

/** Total: whatever the bytes, there is an answer. The first of two fields with one number counts. */
export function decodeBitmaps(bytes: Uint8Array): DecodedBitmaps {
  const values: { [name in BitmapName]?: unknown } = {};
  const malformed: BitmapName[] = [];
  const end = (complete: boolean) => ({ values: values as BitmapValues, malformed, complete });
  for (let at = 0; at < bytes.length; ) {
    const known = declaredBitmap(bytes[at] ?? -1);
    const length = known === undefined ? undefined : readLength(known.declared, bytes, at + 1);
    if (known === undefined || length === undefined) return end(false);
    const from = at + 1 + length.size;
    if (from + length.value > bytes.length) return end(false);
    const { name, declared } = known;
    at = from + length.value;
    if (name === undefined || values[name] !== undefined) continue;
    const value = read(declared.kind, bytes.slice(from, at));
    if (value === undefined) malformed.push(name);
    else values[name] = value;
  }
  return end(true);
}

/**
 * Fields in the order given.
 *
 * @throws RangeError when a value does not fit its field: callers check what people type before they come here.
 */
export function encodeBitmaps(values: BitmapValues): Uint8Array {
  return concat(
    (Object.entries(values) as [BitmapName, unknown][]).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const declared = BITMAPS[name];
      const written = write(declared, value);
      return [Uint8Array.of(declared.number), writeLength(declared.kind, written.length), written];
    }),
  );
}

function readLength(
  { kind, size }: Declared,
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly size: number } | undefined {
  if (kind === "tlv") return readTlvLength(bytes, at);
  const digits = lengthDigits(kind);
  if (digits === 0) return { value: size, size: 0 };
  let value = 0;
  for (const byte of bytes.subarray(at, at + digits)) {
    if (byte < 0xf0 || byte > 0xf9) return undefined;
    value = value * 10 + (byte & 0x0f);
  }
  return at + digits > bytes.length ? undefined : { value, size: digits };
}

/** How many length bytes F0 to F9 stand before the value. */
export function lengthDigits(kind: BitmapKind): 0 | 2 | 3 {
  return kind.startsWith("lll-") ? 3 : kind.startsWith("ll-") ? 2 : 0;
}

function writeLength(kind: BitmapKind, length: number): Uint8Array {
  if (kind === "tlv") return encodeTlvLength(length);
  const digits = lengthDigits(kind);
  if (digits === 0) return new Uint8Array(0);
  const text = String(length).padStart(digits, "0");
  if (text.length > digits) throw new RangeError(`a field of ${length} bytes`);
  return Uint8Array.from(text, (digit) => 0xf0 | Number(digit));
}

function read(kind: BitmapKind, bytes: Uint8Array): unknown {
  switch (kind) {
    case "digits":
      return decodeBcd(bytes);
    case "amount": {
      const digits = decodeBcd(bytes);
      return digits === undefined ? undefined : Number(digits);
    }
    case "byte":
      return bytes[0];
    case "ascii":
    case "ll-text":
    case "lll-text":
      return decodeZvtText(bytes).replace(/[\0 ]+$/, "");
    case "ll-card": {
      const digits = toHex(bytes).toUpperCase().replace(/F$/, "");
      return CARD_NUMBER.test(digits) ? digits : undefined;
    }
    case "tlv":
      return decodeTlv(bytes);
    case "ll-bytes":
    case "lll-bytes":
    case "bytes":
      return bytes;
  }
}

function write({ kind, size }: Declared, value: unknown): Uint8Array {
  switch (kind) {
    case "digits":
      if (String(value).length !== size * 2) throw new RangeError(`${value} is not ${size * 2} digits`);
      return encodeBcd(String(value), size);
    case "amount":
      if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not an amount`);
      return encodeBcd(String(value), size);
    case "byte":
      if (!Number.isInteger(value) || Number(value) < 0 || Number(value) > 0xff)
        throw new RangeError(`${value} is no byte`);
      return Uint8Array.of(Number(value));
    case "ascii": {
      const text = encodeZvtText(String(value));
      if (text.length > size) throw new RangeError(`${value} is longer than ${size}`);
      return concat([text, new Uint8Array(size - text.length)]);
    }
    case "ll-text":
    case "lll-text":
      return encodeZvtText(String(value));
    case "ll-card": {
      const digits = String(value);
      if (!CARD_NUMBER.test(digits)) throw new RangeError("a card number is digits, E and D");
      const even = digits.length % 2 === 0 ? digits : `${digits}F`;
      return Uint8Array.from({ length: even.length / 2 }, (_, at) =>
        Number.parseInt(even.slice(at * 2, at * 2 + 2), 16),
      );
    }
    case "tlv":
      return encodeTlv(value as readonly Tlv[]);
    case "ll-bytes":
    case "lll-bytes":
    case "bytes":
      if (size > 0 && (value as Uint8Array).length !== size) throw new RangeError(`not ${size} bytes`);
      return value as Uint8Array;
  }
}
