import { concat } from "../../../base/bytes/bytes.ts";
import { fromInt16, fromInt32 } from "./bytes.ts";
import {
  END_OF_ATTRIBUTES,
  FIRST_VALUE_TAG,
  type IppAttribute,
  type IppMessage,
  type IppValue,
  MAX_LENGTH,
  NUMBERS,
  OUT_OF_BAND,
  TAG,
  TEXTS,
  TEXTS_WITH_LANGUAGE,
} from "./message.ts";

const NOTHING = new Uint8Array(0);

/**
 * The bytes of a message (RFC 8010, 3.1), to which a document may be appended.
 *
 * @throws RangeError when a value has no place in IPP (too long, out of range, an attribute without values, a name that is
 * no US-ASCII): what people type is checked before it comes here.
 */
export function encodeMessage(message: IppMessage): Uint8Array {
  const [major, minor] = message.version;
  for (const part of [major, minor]) within(part, 0, 0x7f, "version");
  within(message.code, 0, 0x7fff, "code");
  const parts: Uint8Array[] = [Uint8Array.of(major, minor), fromInt16(message.code), fromInt32(message.requestId)];
  for (const { tag, attributes } of message.groups) {
    within(tag, 0, FIRST_VALUE_TAG - 1, "group tag");
    if (tag === END_OF_ATTRIBUTES) throw new RangeError("the end of attributes is no group");
    parts.push(Uint8Array.of(tag));
    for (const attribute of attributes) putAttribute(parts, attribute);
  }
  parts.push(Uint8Array.of(END_OF_ATTRIBUTES));
  return concat(parts);
}

function putAttribute(parts: Uint8Array[], { name, values }: IppAttribute): void {
  if (values.length === 0) throw new RangeError(`${name} has no value`);
  let written = asciiName(name);
  for (const value of values) {
    putValue(parts, written, value);
    // A further value of a set has no name (RFC 8010, 3.1.5).
    written = NOTHING;
  }
}

function putValue(parts: Uint8Array[], name: Uint8Array, value: IppValue): void {
  if (value.tag === "collection") {
    put(parts, TAG.begCollection, name, NOTHING);
    for (const member of value.members) {
      if (member.values.length === 0) throw new RangeError(`${member.name} has no value`);
      put(parts, TAG.memberAttrName, NOTHING, asciiName(member.name));
      for (const inner of member.values) putValue(parts, NOTHING, inner);
    }
    put(parts, TAG.endCollection, NOTHING, NOTHING);
    return;
  }
  const [tag, bytes] = valueBytes(value);
  put(parts, tag, name, bytes);
}

function put(parts: Uint8Array[], tag: number, name: Uint8Array, value: Uint8Array): void {
  within(value.length, 0, MAX_LENGTH, "length of a value");
  parts.push(Uint8Array.of(tag), fromInt16(name.length), name, fromInt16(value.length), value);
}

function valueBytes(value: Exclude<IppValue, { tag: "collection" }>): [tag: number, bytes: Uint8Array] {
  switch (value.tag) {
    case "integer":
    case "enum":
      return [NUMBERS[value.tag], fromInt32(value.value)];
    case "boolean":
      return [TAG.boolean, Uint8Array.of(value.value ? 1 : 0)];
    case "octetString":
      return [TAG.octetString, value.value];
    case "dateTime":
      within(value.value.length, 11, 11, "length of a dateTime");
      return [TAG.dateTime, value.value];
    case "resolution":
      within(value.units, 0, 0x7f, "units of a resolution");
      return [TAG.resolution, concat([fromInt32(value.cross, value.feed), Uint8Array.of(value.units)])];
    case "rangeOfInteger":
      return [TAG.rangeOfInteger, fromInt32(value.from, value.to)];
    case "textWithLanguage":
    case "nameWithLanguage": {
      const [language, text] = [utf8(value.language), utf8(value.value)];
      within(language.length + text.length, 0, MAX_LENGTH - 4, "length of a text");
      return [
        TEXTS_WITH_LANGUAGE[value.tag],
        concat([fromInt16(language.length), language, fromInt16(text.length), text]),
      ];
    }
    case "other":
      within(value.code, FIRST_VALUE_TAG, 0xff, "tag");
      return [value.code, value.value];
    default:
      return "value" in value ? [TEXTS[value.tag], utf8(value.value)] : [OUT_OF_BAND[value.tag], NOTHING];
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function asciiName(name: string): Uint8Array {
  if (!/^[\x21-\x7e]+$/.test(name)) throw new RangeError(`"${name}" is no attribute name`);
  within(name.length, 1, MAX_LENGTH, "length of a name");
  return utf8(name);
}

function within(value: number, min: number, max: number, what: string): void {
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RangeError(`${what} is from ${min} to ${max}, not ${value}`);
}
