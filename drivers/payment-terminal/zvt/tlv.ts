import { concat } from "../../../base/bytes/bytes.ts";

/**
 * ZVT's TLV containers. Source: ZVT PA00P015, revision 13.08, chapters 9.3.1 (tag: bit 6 of the first byte marks a
 * constructed object, five ones continue the tag), 9.3.2 (length: one byte up to 127, or 81 and one, or 82 and two bytes,
 * high byte first).
 */
export type Tlv = {
  /** All bytes of the tag as one number, e.g. `0x1f07`. */
  readonly tag: number;
} & ({ readonly value: Uint8Array } | { readonly children: readonly Tlv[] });

/** Deeper containers than the specification knows are not followed. */
const MAX_DEPTH = 8;
const MAX_TAG_BYTES = 3;

/** @throws RangeError when a value is longer than two length bytes can say. */
export function encodeTlv(objects: readonly Tlv[]): Uint8Array {
  return concat(
    objects.flatMap((object) => {
      const value = "value" in object ? object.value : encodeTlv(object.children);
      return [encodeTag(object.tag), encodeTlvLength(value.length), value];
    }),
  );
}

/** @throws RangeError for more than 65535. */
export function encodeTlvLength(length: number): Uint8Array {
  if (length > 0xffff) throw new RangeError(`TLV of ${length} bytes`);
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100 ? Uint8Array.of(0x81, length) : Uint8Array.of(0x82, length >> 8, length & 0xff);
}

/** Objects to the end of `bytes`; `undefined` when they are not whole. Total. */
export function decodeTlv(bytes: Uint8Array, depth = 0): Tlv[] | undefined {
  const objects: Tlv[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = readTag(bytes, at);
    const length = tag === undefined ? undefined : readTlvLength(bytes, at + tag.size);
    if (tag === undefined || length === undefined) return undefined;
    const from = at + tag.size + length.size;
    const end = from + length.value;
    if (end > bytes.length) return undefined;
    const value = bytes.slice(from, end);
    const children = isConstructed(tag.value) && depth < MAX_DEPTH ? decodeTlv(value, depth + 1) : undefined;
    objects.push(children === undefined ? { tag: tag.value, value } : { tag: tag.value, children });
    at = end;
  }
  return objects;
}

export function readTlvLength(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly size: number } | undefined {
  const [first, second, third] = bytes.subarray(at, at + 3);
  if (first === undefined) return undefined;
  if (first < 0x80) return { value: first, size: 1 };
  if (first === 0x81 && second !== undefined) return { value: second, size: 2 };
  if (first === 0x82 && second !== undefined && third !== undefined) return { value: (second << 8) | third, size: 3 };
  return undefined;
}

/** The first object with this tag, wherever it stands. */
export function findTlv(objects: readonly Tlv[], tag: number): Tlv | undefined {
  for (const object of objects) {
    const found = object.tag === tag ? object : "children" in object ? findTlv(object.children, tag) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function tagBytes(tag: number): number[] {
  return tag > 0xffff ? [tag >> 16, (tag >> 8) & 0xff, tag & 0xff] : tag > 0xff ? [tag >> 8, tag & 0xff] : [tag];
}

function encodeTag(tag: number): Uint8Array {
  return Uint8Array.from(tagBytes(tag));
}

export function isConstructed(tag: number): boolean {
  return ((tagBytes(tag)[0] ?? 0) & 0x20) !== 0;
}

function readTag(bytes: Uint8Array, at: number): { readonly value: number; readonly size: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  let value = first;
  if ((first & 0x1f) !== 0x1f) return { value, size: 1 };
  for (let size = 2; size <= MAX_TAG_BYTES; size++) {
    const byte = bytes[at + size - 1];
    if (byte === undefined) return undefined;
    value = (value << 8) | byte;
    if ((byte & 0x80) === 0) return { value, size };
  }
  return undefined;
}
