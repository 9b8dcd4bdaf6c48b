import { concat } from "../../../base/bytes/bytes.ts";
import { crc16Kermit } from "../../../base/bytes/checksum.ts";
import { ACK, DLE, ETX, NAK, STX } from "../../framing/dle-stx-crc.ts";
import { byteMask, hideText, type Redaction } from "../../transport/trace/redaction.ts";
import { type BitmapKind, type BitmapName, declaredBitmap, lengthDigits } from "./bitmaps.ts";
import { CONTROL, PASSWORD_BYTES, TAG, TLV_BEHIND_TEXT } from "./messages.ts";
import type { ZvtModelName } from "./models.ts";
import { isConstructed } from "./tlv.ts";

/** Fields that tell of the sale and the machine. What is not named here (card, holder, authorisation, merchant, receipt texts) is hidden. */
const SHOWN: ReadonlySet<BitmapName> = new Set<BitmapName>([
  ...(["timeout", "maxStatusInfos", "serviceByte", "amount", "trace", "time", "date", "statusByte"] as const),
  ...(["resultCode", "terminalId", "originalTrace", "currency", "individualTotals", "receipt", "turnover"] as const),
  ...(["cardType", "operatorCardType", "resultCodeAs", "fullDate"] as const),
]);
const SHOWN_TAGS: ReadonlySet<number> = new Set([
  ...[TAG.attribute, TAG.characterSet, TAG.command, TAG.receiptType, TAG.longTrace],
]);
/** Commands of ours whose data begins with the terminal's password. */
const WITH_PASSWORD: ReadonlySet<number> = new Set([
  ...[CONTROL.registration, CONTROL.reversal, CONTROL.refund, CONTROL.endOfDay, CONTROL.totals],
  ...[CONTROL.repeatReceipt, CONTROL.initialisation],
]);
/** Config byte and currency stand between a registration's password and its fields. */
const REGISTRATION_BYTES = 3;
const EXTENDED_LENGTH = 0xff;

type Show = (byte: number) => number;
const show: Show = (byte) => byte;
const zero: Show = () => 0;
/** Two digits a byte; E and F are no digits. */
const hideDigits: Show = (byte) => ((byte >> 4 > 9 ? byte >> 4 : 0) << 4) | ((byte & 0x0f) > 9 ? byte & 0x0f : 0);

/**
 * Card data of a terminal's answers, and its password. Everything that is not known to be harmless loses its letters and digits; lengths stay, and
 * on a serial line the CRC is moved along, so that a good frame stays good and a damaged one stays damaged. Of what is hidden a
 * byte 10 stays: it is two bytes on the line, and nothing else is.
 */
export function zvtRedaction(model: ZvtModelName): Redaction {
  const conversation = model === "zvt-serial" ? frames : units;
  return () => ({ out: byteMask(conversation), in: byteMask(conversation) });
}

type Masking<T = void> = Generator<number, T, number>;
/** The byte that is to be masked next, and how many the unit has left. */
type Place = { byte: number; left: number };

/** Units one after the other, as TCP carries them. */
function* units(): Generator<number, never, number> {
  const place: Place = { byte: yield 0, left: 0 };
  for (;;) {
    place.left = Number.POSITIVE_INFINITY;
    const control = ((yield* next(place)) << 8) | (yield* next(place));
    let length = yield* next(place);
    if (length === EXTENDED_LENGTH) length = (yield* next(place)) | ((yield* next(place)) << 8);
    place.left = length;
    yield* content(place, control);
    yield* some(place, place.left, zero);
  }
}

/** Frames of the serial line, each with a unit inside. */
function* frames(): Generator<number, never, number> {
  let byte = yield 0;
  for (;;) {
    const starts = byte === DLE;
    byte = yield starts || byte === ACK || byte === NAK ? byte : 0;
    if (starts && byte === STX) byte = yield* frame(byte);
  }
}

/** @returns the byte behind the frame. */
function* frame(stx: number): Masking<number> {
  let unit = begin();
  let change: number[] = [];
  let byte = yield stx;
  for (;;) {
    if (byte !== DLE) {
      const hidden = unit.next(byte).value;
      change.push(byte ^ hidden);
      byte = yield hidden;
      continue;
    }
    byte = yield byte;
    if (byte === ETX) break;
    if (byte === STX) [unit, change] = [begin(), []];
    else {
      unit.next(byte);
      change.push(0);
    }
    byte = yield byte;
  }
  // The CRC is linear: it changes by that of the change.
  const crc = crc16Kermit(concat([Uint8Array.from(change), Uint8Array.of(0)]));
  byte = yield byte;
  byte = yield byte ^ (crc & 0xff);
  return yield byte ^ (crc >> 8);
}

function begin(): Generator<number, never, number> {
  const unit = units();
  unit.next();
  return unit;
}

function* next(place: Place, as: Show = show): Masking<number> {
  const { byte } = place;
  place.left--;
  place.byte = yield as(byte);
  return byte;
}

function* some(place: Place, count: number, as: Show): Masking {
  for (let at = 0; at < count && place.left > 0; at++) yield* next(place, as);
}

function* content(place: Place, control: number): Masking {
  if (WITH_PASSWORD.has(control)) yield* some(place, PASSWORD_BYTES, zero);
  if (control === CONTROL.registration) yield* some(place, REGISTRATION_BYTES, show);
  if (control === CONTROL.printLine) return yield* printedLine(place);
  if (control === CONTROL.intermediate) yield* some(place, 2, show);
  // Result and status codes stand alone, without a number.
  if (control === CONTROL.abort || (control === CONTROL.completion && place.left === 1)) yield* some(place, 1, show);
  yield* fields(place);
}

function* printedLine(place: Place): Masking {
  yield* some(place, 1, show);
  while (place.left > 0 && place.byte !== TLV_BEHIND_TEXT) yield* next(place, hideText);
  yield* fields(place);
}

/** Fields in any order, up to one that nobody knows. */
function* fields(place: Place): Masking {
  while (place.left > 0) {
    const known = declaredBitmap(yield* next(place));
    if (known === undefined) return;
    const { kind, size } = known.declared;
    if (kind === "tlv") yield* container(place);
    else {
      const length = lengthDigits(kind) === 0 ? size : yield* digits(place, lengthDigits(kind));
      const shown = known.name !== undefined && SHOWN.has(known.name);
      yield* some(place, length, shown ? show : hidingOf(kind));
    }
  }
}

function hidingOf(kind: BitmapKind): Show {
  if (kind === "digits" || kind === "amount" || kind === "ll-card") return hideDigits;
  return kind === "ascii" || kind === "ll-text" || kind === "lll-text" ? hideText : zero;
}

function* digits(place: Place, count: number): Masking<number> {
  let value = 0;
  for (let at = 0; at < count && place.left > 0; at++) value = value * 10 + ((yield* next(place)) & 0x0f);
  return value;
}

/** A container's own length, then objects; what is inside a constructed one follows its head like any other. */
function* container(place: Place): Masking {
  const length = yield* tlvLength(place);
  const behind = Math.max(0, place.left - length);
  while (place.left > behind) {
    const tag = yield* tlvTag(place);
    const size = yield* tlvLength(place);
    if (isConstructed(tag)) continue;
    yield* some(place, size, SHOWN_TAGS.has(tag) ? show : tag === TAG.textLine ? hideText : zero);
  }
}

function* tlvTag(place: Place): Masking<number> {
  let byte = yield* next(place);
  let tag = byte;
  if ((byte & 0x1f) !== 0x1f) return tag;
  for (let more = true; more && place.left > 0; more = (byte & 0x80) !== 0) {
    byte = yield* next(place);
    tag = (tag << 8) | byte;
  }
  return tag;
}

function* tlvLength(place: Place): Masking<number> {
  if (place.left <= 0) return 0;
  const first = yield* next(place);
  if (first < 0x80) return first;
  let length = 0;
  for (let more = first & 0x7f; more > 0 && place.left > 0; more--) length = (length << 8) | (yield* next(place));
  return length;
}
