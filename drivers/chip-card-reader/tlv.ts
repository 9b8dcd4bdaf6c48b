import { concat } from "../../base/bytes/bytes.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** One data object of ISO/IEC 7816-4 annex E / X.690 BER-TLV. `value` is a view, not a copy. */
export type Tlv = { readonly tag: number; readonly value: Uint8Array };

export type TlvFault = "truncated" | "tag-form" | "length-form" | "too-many" | "too-deep";

/** More objects in one row than any file of a document has; an endless row of empty objects ends here. */
const MAX_OBJECTS = 4_096;
/** CMS with certificates nests about 15 deep. */
const MAX_DEPTH = 32;

export type TlvHeader = {
  readonly tag: number;
  /** Bytes before the value. */
  readonly headerLength: number;
  /** Bytes of the value, as the object claims. */
  readonly length: number;
};

/**
 * Reads tag and length at `offset`; the value need not be there yet, so that the size of a file is known from its first bytes.
 * Tags of up to three bytes and definite lengths of up to four are read; the indefinite form is refused.
 */
export function readHeader(bytes: Uint8Array, offset = 0): Result<TlvHeader, TlvFault> {
  let at = offset;
  const first = bytes[at++];
  if (first === undefined) return err("truncated");
  let tag = first;
  if ((first & 0x1f) === 0x1f) {
    for (let count = 0; ; count++) {
      if (count === 2) return err("tag-form");
      const next = bytes[at++];
      if (next === undefined) return err("truncated");
      tag = tag * 0x100 + next;
      if ((next & 0x80) === 0) break;
    }
  }
  const form = bytes[at++];
  if (form === undefined) return err("truncated");
  if (form < 0x80) return ok({ tag, headerLength: at - offset, length: form });
  const count = form & 0x7f;
  if (count === 0 || count > 4) return err("length-form");
  let length = 0;
  for (let index = 0; index < count; index++) {
    const next = bytes[at++];
    if (next === undefined) return err("truncated");
    length = length * 0x100 + next;
  }
  return ok({ tag, headerLength: at - offset, length });
}

/** Reads the object at the beginning and returns what follows it. */
export function readTlv(
  bytes: Uint8Array,
): Result<{ readonly tlv: Tlv; readonly whole: Uint8Array; readonly rest: Uint8Array }, TlvFault> {
  const header = readHeader(bytes);
  if (!header.ok) return header;
  const { tag, headerLength, length } = header.value;
  const end = headerLength + length;
  if (end > bytes.length) return err("truncated");
  const tlv = { tag, value: bytes.subarray(headerLength, end) };
  return ok({ tlv, whole: bytes.subarray(0, end), rest: bytes.subarray(end) });
}

/** Reads a row of objects that fills `bytes` to the end. Only one level: ask again for what is inside. */
export function readTlvs(bytes: Uint8Array): Result<readonly Tlv[], TlvFault> {
  const found: Tlv[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    if (found.length === MAX_OBJECTS) return err("too-many");
    const next = readTlv(rest);
    if (!next.ok) return next;
    found.push(next.value.tlv);
    rest = next.value.rest;
  }
  return ok(found);
}

/** Writes one object with the shortest length. @throws RangeError when the tag is none of at most three bytes. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, part) => sum + part.length, 0);
  return concat([tagBytes(tag), lengthBytes(length), ...contents]);
}

function tagBytes(tag: number): Uint8Array {
  const bytes = bigEndian(tag);
  const header = readHeader(concat([bytes, Uint8Array.of(0)]));
  if (!header.ok || header.value.tag !== tag) throw new RangeError(`no tag: ${tag.toString(16)}`);
  return bytes;
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes = bigEndian(length);
  return concat([Uint8Array.of(0x80 | bytes.length), bytes]);
}

function bigEndian(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; rest > 0 || bytes.length === 0; rest = Math.floor(rest / 0x100)) bytes.unshift(rest % 0x100);
  return Uint8Array.from(bytes);
}

/** The value of the first object with this tag. */
export function find(objects: readonly Tlv[], tag: number): Uint8Array | undefined {
  return objects.find((each) => each.tag === tag)?.value;
}

/** The objects inside the one that `bytes` holds, when that has the tag `tag` and nothing follows it. */
export function inside(bytes: Uint8Array, tag: number): Result<readonly Tlv[], TlvFault> {
  const outer = readTlv(bytes);
  if (!outer.ok) return outer;
  if (outer.value.tlv.tag !== tag) return err("tag-form");
  return outer.value.rest.length > 0 ? err("truncated") : readTlvs(outer.value.tlv.value);
}

/**
 * Whether constructed objects in `bytes` nest and follow each other within bounds. To be asked before bytes of a card are
 * given to a recursive parser. It takes time and memory in proportion to `bytes` and does not recurse.
 */
export function checkNesting(bytes: Uint8Array): Result<void, TlvFault> {
  const ends: number[] = [];
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    while (ends.length > 0 && at === ends.at(-1)) ends.pop();
    if (++count > MAX_OBJECTS) return err("too-many");
    const header = readHeader(bytes, at);
    if (!header.ok) return header;
    const { headerLength, length } = header.value;
    const end = at + headerLength + length;
    if (end > (ends.at(-1) ?? bytes.length)) return err("truncated");
    const constructed = ((bytes[at] ?? 0) & 0x20) !== 0;
    if (!constructed) at = end;
    else {
      if (ends.length === MAX_DEPTH) return err("too-deep");
      ends.push(end);
      at += headerLength;
    }
  }
  return ok();
}
