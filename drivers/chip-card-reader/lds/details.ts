import { fromLatin1, toHex, toLatin1 } from "../../../base/bytes/bytes.ts";
import { isCalendarDate } from "../../../base/icao/dates.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { find, inside, type Tlv, type TlvFault, tlv } from "../tlv.ts";

/** DG11: what the issuer says of the holder beyond the machine-readable zone (Doc 9303-10 §4.7.11). All optional. */
export type PersonalDetails = {
  /** As the issuer writes it, with all letters. */
  readonly surname?: string;
  readonly givenNames?: string;
  readonly personalNumber?: string;
  /** ISO date with its century. */
  readonly birthDate?: string;
  readonly birthPlace?: string;
  readonly address?: string;
  readonly telephone?: string;
  readonly profession?: string;
};

/** DG12: what the issuer says of the document (Doc 9303-10 §4.7.12). */
export type DocumentDetails = {
  readonly authority?: string;
  /** ISO date. */
  readonly issueDate?: string;
  readonly observations?: string;
};

const PERSONAL = {
  personalNumber: 0x5f10,
  birthPlace: 0x5f11,
  address: 0x5f42,
  telephone: 0x5f12,
  profession: 0x5f13,
} as const;
const NAME = 0x5f0e;
const BIRTH = 0x5f2b;
const AUTHORITY = 0x5f19;
const ISSUE = 0x5f26;
const OBSERVATIONS = 0x5f1b;

export function readDg11(bytes: Uint8Array): Result<PersonalDetails, TlvFault> {
  const members = inside(bytes, 0x6b);
  if (!members.ok) return members;
  const details: { -readonly [K in keyof PersonalDetails]: string } = {};
  const name = text(members.value, NAME);
  if (name !== undefined) {
    const [surname = "", ...given] = name.split("<<");
    details.surname = words(surname);
    if (given.length > 0) details.givenNames = words(given.join("<"));
  }
  const birth = date(members.value, BIRTH);
  if (birth === "wrong") return err("length-form");
  if (birth !== undefined) details.birthDate = birth;
  for (const [field, tag] of Object.entries(PERSONAL)) {
    const value = text(members.value, tag);
    if (value !== undefined) details[field as keyof typeof PERSONAL] = parts(value);
  }
  return ok(details);
}

export function writeDg11(details: PersonalDetails): Uint8Array {
  const { surname, givenNames, birthDate } = details;
  const name = [surname, givenNames]
    .flatMap((each) => (each === undefined ? [] : [each.replaceAll(" ", "<")]))
    .join("<<");
  return withTagList(0x6b, [
    [NAME, name === "" ? undefined : utf8(name)],
    [BIRTH, birthDate === undefined ? undefined : toLatin1(birthDate.replaceAll("-", ""))],
    ...Object.entries(PERSONAL).map(([field, tag]): [number, Uint8Array | undefined] => {
      const value = details[field as keyof typeof PERSONAL];
      return [tag, value === undefined ? undefined : utf8(value.replaceAll(", ", "<"))];
    }),
  ]);
}

export function readDg12(bytes: Uint8Array): Result<DocumentDetails, TlvFault> {
  const members = inside(bytes, 0x6c);
  if (!members.ok) return members;
  const authority = text(members.value, AUTHORITY);
  const issueDate = date(members.value, ISSUE);
  const observations = text(members.value, OBSERVATIONS);
  if (issueDate === "wrong") return err("length-form");
  return ok({
    ...(authority === undefined ? {} : { authority }),
    ...(issueDate === undefined ? {} : { issueDate }),
    ...(observations === undefined ? {} : { observations }),
  });
}

export function writeDg12({ authority, issueDate, observations }: DocumentDetails): Uint8Array {
  return withTagList(0x6c, [
    [AUTHORITY, authority === undefined ? undefined : utf8(authority)],
    [ISSUE, issueDate === undefined ? undefined : toLatin1(issueDate.replaceAll("-", ""))],
    [OBSERVATIONS, observations === undefined ? undefined : utf8(observations)],
  ]);
}

/** Both groups begin with the list of tags that follow. */
function withTagList(tag: number, members: readonly (readonly [number, Uint8Array | undefined])[]): Uint8Array {
  const present = members.flatMap(([each, value]) => (value === undefined ? [] : [{ tag: each, value }]));
  const list = present.flatMap(({ tag: each }) => [each >> 8, each & 0xff]);
  return tlv(tag, tlv(0x5c, Uint8Array.from(list)), ...present.map(({ tag: each, value }) => tlv(each, value)));
}

const utf8 = (value: string) => new TextEncoder().encode(value);

/** UTF-8 by the standard; older cards write ISO 8859-1. */
function text(members: readonly Tlv[], tag: number): string | undefined {
  const value = find(members, tag);
  if (value === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(value);
  } catch {
    return fromLatin1(value);
  }
}

/** Eight digits, or four bytes of two digits each as older versions of the standard allow. */
function date(members: readonly Tlv[], tag: number): string | undefined {
  const value = find(members, tag);
  if (value === undefined) return undefined;
  const digits = value.length === 4 ? toHex(value) : fromLatin1(value);
  const iso = digits.replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
  return iso.length === 10 && isCalendarDate(iso) ? iso : "wrong";
}

function words(name: string): string {
  return name.replace(/<+/g, " ").trim();
}

function parts(value: string): string {
  return value
    .split("<")
    .filter((part) => part !== "")
    .join(", ");
}
