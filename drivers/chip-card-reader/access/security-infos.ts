import { concat } from "../../../base/bytes/bytes.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { Cipher } from "../crypto/cipher.ts";
import { inside, readTlvs, type Tlv, type TlvFault, tlv } from "../tlv.ts";

/**
 * The list of security protocols that a chip offers: EF.CardAccess and DG14 (Doc 9303-11 §9.2, BSI TR-03110-3 A.1).
 * Protocols that are not known here are kept by their identifier.
 */
export type SecurityInfo =
  | {
      readonly kind: "pace";
      readonly oid: string;
      readonly cipher: Cipher;
      readonly mapping: Mapping;
      readonly parameterId?: number;
    }
  | {
      readonly kind: "chip-authentication";
      readonly oid: string;
      readonly cipher: Cipher;
      readonly agreement: "dh" | "ecdh";
      readonly keyId?: number;
    }
  | {
      readonly kind: "chip-authentication-key";
      readonly oid: string /** SPKI, DER. */;
      readonly publicKey: Uint8Array;
      readonly keyId?: number;
    }
  | { readonly kind: "active-authentication"; readonly oid: string; readonly signatureOid: string }
  | { readonly kind: "other"; readonly oid: string };

/** `generic` with ECDH is what this reader does; the others are named so that a message can say what the card wanted. */
export type Mapping = "generic" | "generic-dh" | "integrated" | "integrated-dh" | "chip-authentication";

const BSI = "0.4.0.127.0.7.2.2";
const CIPHERS: readonly (Cipher | undefined)[] = [undefined, "3des", "aes128", "aes192", "aes256"];
const MAPPINGS: { readonly [arc: string]: Mapping } = {
  1: "generic-dh",
  2: "generic",
  3: "integrated-dh",
  4: "integrated",
  6: "chip-authentication",
};
const ACTIVE_AUTHENTICATION = "2.23.136.1.1.5";
const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const OID = 0x06;

export function paceOid(cipher: Cipher): string {
  return `${BSI}.4.2.${CIPHERS.indexOf(cipher)}`;
}

export function chipAuthenticationOid(cipher: Cipher): string {
  return `${BSI}.3.2.${CIPHERS.indexOf(cipher)}`;
}

/** Reads a DER SET of SecurityInfo. What stands in the set twice or in another order is no fault. */
export function readSecurityInfos(der: Uint8Array): Result<readonly SecurityInfo[], TlvFault> {
  const set = inside(der, SET);
  if (!set.ok) return set;
  const infos: SecurityInfo[] = [];
  for (const { tag, value } of set.value) {
    const members = tag === SEQUENCE ? readTlvs(value) : err<TlvFault>("tag-form");
    if (!members.ok) return members;
    const [first, ...rest] = members.value;
    const oid = first?.tag === OID ? decodeOid(first.value) : undefined;
    if (oid === undefined) return err("tag-form");
    infos.push(interpret(oid, rest));
  }
  return ok(infos);
}

function interpret(oid: string, members: readonly Tlv[]): SecurityInfo {
  const integers = members.filter(({ tag }) => tag === INTEGER).map(({ value }) => smallInteger(value));
  const [, area, first, second] =
    new RegExp(`^${BSI.replaceAll(".", "\\.")}\\.(\\d+)\\.(\\d+)(?:\\.(\\d+))?$`).exec(oid) ?? [];
  const cipher = CIPHERS[Number(second)];
  const mapping = MAPPINGS[first ?? ""];
  if (area === "4" && mapping !== undefined && cipher !== undefined)
    return { kind: "pace", oid, cipher, mapping, ...optional("parameterId", integers[1]) };
  if (area === "3" && cipher !== undefined && (first === "1" || first === "2")) {
    const agreement = first === "1" ? "dh" : "ecdh";
    return { kind: "chip-authentication", oid, cipher, agreement, ...optional("keyId", integers[1]) };
  }
  const [key] = members;
  if (area === "1" && key?.tag === SEQUENCE)
    return {
      kind: "chip-authentication-key",
      oid,
      publicKey: tlv(SEQUENCE, key.value),
      ...optional("keyId", integers[0]),
    };
  const signature = members.find(({ tag }) => tag === OID);
  const signatureOid = signature === undefined ? undefined : decodeOid(signature.value);
  if (oid === ACTIVE_AUTHENTICATION && signatureOid !== undefined)
    return { kind: "active-authentication", oid, signatureOid };
  return { kind: "other", oid };
}

function optional<N extends string>(name: N, value: number | undefined): { readonly [K in N]?: number } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [K in N]?: number };
}

/** Writes the set; the inverse of `readSecurityInfos` for all kinds but `other`. */
export function writeSecurityInfos(infos: readonly Exclude<SecurityInfo, { kind: "other" }>[]): Uint8Array {
  return tlv(SET, ...infos.map((info) => tlv(SEQUENCE, tlv(OID, encodeOid(info.oid)), ...members(info))));
}

function members(info: Exclude<SecurityInfo, { kind: "other" }>): readonly Uint8Array[] {
  const integer = (value: number | undefined) => (value === undefined ? [] : [tlv(INTEGER, Uint8Array.of(value))]);
  switch (info.kind) {
    case "pace":
      return [...integer(2), ...integer(info.parameterId)];
    case "chip-authentication":
      return [...integer(1), ...integer(info.keyId)];
    case "chip-authentication-key":
      return [info.publicKey, ...integer(info.keyId)];
    case "active-authentication":
      return [...integer(1), tlv(OID, encodeOid(info.signatureOid))];
  }
}

/** `undefined` for what is not a small whole number: no identifier in use is above 255. */
function smallInteger(value: Uint8Array): number | undefined {
  return value.length === 1 ? value[0] : undefined;
}

/** The bytes of an object identifier, without tag and length. */
export function encodeOid(oid: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = oid.split(".").map(Number);
  return concat([first * 40 + second, ...rest].map(base128));
}

function base128(arc: number): Uint8Array {
  const digits = [arc % 0x80];
  for (let rest = Math.floor(arc / 0x80); rest > 0; rest = Math.floor(rest / 0x80))
    digits.unshift(0x80 | (rest % 0x80));
  return Uint8Array.from(digits);
}

/** `undefined` when the bytes are no object identifier, or one with an arc beyond what numbers can hold. */
export function decodeOid(bytes: Uint8Array): string | undefined {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of bytes) {
    arc = arc * 0x80 + (byte & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER) return undefined;
    if ((byte & 0x80) !== 0) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [head, ...rest] = arcs;
  if (head === undefined || ((bytes.at(-1) ?? 0) & 0x80) !== 0) return undefined;
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - first * 40, ...rest].join(".");
}
