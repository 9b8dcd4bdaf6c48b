import { fromLatin1 } from "../../../base/bytes/bytes.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { int32 } from "./bytes.ts";
import {
  DEFAULT_LIMITS,
  END_OF_ATTRIBUTES,
  FIRST_VALUE_TAG,
  type IppAttribute,
  type IppGroup,
  type IppLimits,
  type IppMessage,
  type IppValue,
  MAX_LENGTH,
  NUMBERS,
  OUT_OF_BAND,
  type OutOfBand,
  TAG,
  TEXTS,
  TEXTS_WITH_LANGUAGE,
  type TextTag,
} from "./message.ts";

/** Why bytes are no message, for a technician; says where, never what an attribute held. */
export type IppFault = {
  readonly fault: "too-short" | "bad-length" | "bad-value" | "bad-order" | "too-much";
  /** Byte at which it was noticed. */
  readonly at: number;
};

export type Decoded = {
  readonly message: IppMessage;
  /** What stands behind the attributes: the document. */
  readonly document: Uint8Array;
};

const TAG_NAMES: ReadonlyMap<number, OutOfBand | TextTag> = new Map([
  ...Object.entries(OUT_OF_BAND).map(([name, code]) => [code, name as OutOfBand] as const),
  ...Object.entries(TEXTS).map(([name, code]) => [code, name as TextTag] as const),
]);

/** Version, code and request id stand before the first group (RFC 8010, 3.1.1). */
const HEADER = 8;
/** The tag and the two lengths that every value has. */
const VALUE_HEADER = 5;

/**
 * Reads a message (RFC 8010, 3.1). Total: whatever the bytes, there is an answer, in time linear in their number. Every length
 * must lie inside the message and every value have the length that its tag demands. Text that is no UTF-8 is read as ISO 8859-1,
 * because printers exist that send their location so; a tag that is not known is kept with its bytes.
 */
export function decodeMessage(bytes: Uint8Array, limits: IppLimits = DEFAULT_LIMITS): Result<Decoded, IppFault> {
  if (bytes.length < HEADER) return err({ fault: "too-short", at: bytes.length });
  const [major = 0, minor = 0, high = 0, low = 0] = bytes;
  if (major > 0x7f || minor > 0x7f || high > 0x7f) return err({ fault: "bad-value", at: 0 });
  const reader = new Reader(bytes, limits);
  try {
    const groups = reader.groups();
    const message = { version: [major, minor], code: (high << 8) | low, requestId: int32(bytes, 4), groups } as const;
    return ok({ message, document: bytes.subarray(reader.at) });
  } catch (problem) {
    if (problem instanceof Stop) return err(problem.cause);
    throw problem;
  }
}

/** Leaves the reader from any depth; never leaves this file. */
class Stop extends Error {
  override readonly cause: IppFault;
  constructor(cause: IppFault) {
    super(cause.fault);
    this.cause = cause;
  }
}

type Field = { readonly tag: number; readonly name: Uint8Array; readonly value: Uint8Array };

class Reader {
  at = HEADER;
  readonly #bytes: Uint8Array;
  readonly #limits: IppLimits;
  #values = 0;

  constructor(bytes: Uint8Array, limits: IppLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  groups(): IppGroup[] {
    const groups: IppGroup[] = [];
    for (let tag = this.#byte(); tag !== END_OF_ATTRIBUTES; tag = this.#byte()) {
      if (tag >= FIRST_VALUE_TAG) this.#stop("bad-order");
      if (groups.length >= this.#limits.groups) this.#stop("too-much");
      groups.push({ tag, attributes: this.#attributes() });
    }
    return groups;
  }

  #attributes(): IppAttribute[] {
    const attributes: { name: string; values: IppValue[] }[] = [];
    while (this.#peek() >= FIRST_VALUE_TAG) {
      const field = this.#field();
      const value = this.#value(field, 0);
      if (field.name.length > 0) attributes.push({ name: this.#name(field.name), values: [value] });
      else (attributes.at(-1) ?? this.#stop("bad-order")).values.push(value);
    }
    return attributes;
  }

  #value(field: Field, depth: number): IppValue {
    if (field.tag === TAG.begCollection) return this.#collection(field, depth);
    if (field.tag === TAG.endCollection || field.tag === TAG.memberAttrName) this.#stop("bad-order");
    return readValue(field) ?? this.#stop("bad-value");
  }

  /** RFC 8010, 3.1.6: members follow as values without names, each behind its name as a value. */
  #collection({ value }: Field, depth: number): IppValue {
    if (value.length > 0) this.#stop("bad-length");
    if (depth >= this.#limits.nesting) this.#stop("too-much");
    const members: { name: string; values: IppValue[] }[] = [];
    for (;;) {
      const field = this.#field();
      if (field.name.length > 0) this.#stop("bad-order");
      if (field.tag === TAG.endCollection || field.tag === TAG.memberAttrName) {
        // A name must be followed by a value before the next name or the end.
        if (members.at(-1)?.values.length === 0) this.#stop("bad-order");
        if (field.tag === TAG.endCollection) return { tag: "collection", members };
        members.push({ name: this.#name(field.value), values: [] });
      } else (members.at(-1) ?? this.#stop("bad-order")).values.push(this.#value(field, depth + 1));
    }
  }

  #field(): Field {
    if (++this.#values > this.#limits.values) this.#stop("too-much");
    const tag = this.#byte();
    if (tag < FIRST_VALUE_TAG) this.#stop("bad-order");
    const name = this.#counted();
    return { tag, name, value: this.#counted() };
  }

  #counted(): Uint8Array {
    const length = (this.#byte() << 8) | this.#byte();
    if (length > MAX_LENGTH) this.#stop("bad-length");
    if (length > this.#bytes.length - this.at) this.#stop("too-short");
    this.at += length;
    if (this.at > this.#limits.bytes) this.#stop("too-much");
    return this.#bytes.subarray(this.at - length, this.at);
  }

  #name(bytes: Uint8Array): string {
    const name = fromLatin1(bytes);
    return /^[\x21-\x7e]+$/.test(name) ? name : this.#stop("bad-value");
  }

  #peek(): number {
    return this.#bytes[this.at] ?? this.#stop("too-short");
  }

  #byte(): number {
    const byte = this.#peek();
    this.at++;
    return byte;
  }

  #stop(fault: IppFault["fault"]): never {
    throw new Stop({ fault, at: Math.max(0, this.at - VALUE_HEADER) });
  }
}

function readValue({ tag, value }: Field): IppValue | undefined {
  switch (tag) {
    case NUMBERS.integer:
      return value.length === 4 ? { tag: "integer", value: int32(value) } : undefined;
    case NUMBERS.enum:
      return value.length === 4 ? { tag: "enum", value: int32(value) } : undefined;
    case TAG.boolean:
      return value.length === 1 && (value[0] ?? 2) < 2 ? { tag: "boolean", value: value[0] === 1 } : undefined;
    case TAG.octetString:
      return { tag: "octetString", value: value.slice() };
    case TAG.dateTime:
      return value.length === 11 ? { tag: "dateTime", value: value.slice() } : undefined;
    case TAG.resolution:
      if (value.length !== 9 || (value[8] ?? 0) > 0x7f) return undefined;
      return { tag: "resolution", cross: int32(value), feed: int32(value, 4), units: value[8] ?? 0 };
    case TAG.rangeOfInteger:
      return value.length === 8 ? { tag: "rangeOfInteger", from: int32(value), to: int32(value, 4) } : undefined;
    case TEXTS_WITH_LANGUAGE.textWithLanguage:
      return withLanguage("textWithLanguage", value);
    case TEXTS_WITH_LANGUAGE.nameWithLanguage:
      return withLanguage("nameWithLanguage", value);
  }
  const name = TAG_NAMES.get(tag);
  if (name === undefined) return { tag: "other", code: tag, value: value.slice() };
  // What stands behind an out-of-band tag is to be ignored (RFC 8010, 3.8).
  return name in TEXTS ? { tag: name as TextTag, value: text(value) } : { tag: name as OutOfBand };
}

function withLanguage(tag: keyof typeof TEXTS_WITH_LANGUAGE, value: Uint8Array): IppValue | undefined {
  const length = (at: number) => ((value[at] ?? 0x80) << 8) | (value[at + 1] ?? 0);
  const language = length(0);
  if (language > value.length - 4) return undefined;
  const rest = length(2 + language);
  if (rest !== value.length - 4 - language) return undefined;
  return { tag, language: text(value.subarray(2, 2 + language)), value: text(value.subarray(4 + language)) };
}

function text(bytes: Uint8Array): string {
  try {
    // Kept as it came: a byte order mark is a character like any other.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fromLatin1(bytes);
  }
}
