import { err, ok, type Result } from "../../../base/result.ts";
import { decodeOid, encodeOid } from "../access/security-infos.ts";
import { find, inside, readTlvs, type TlvFault, tlv } from "../tlv.ts";

/** Hash algorithms of Doc 9303-12 §4.4, by their identifier, with the names that `node:crypto` knows. */
export const HASHES: { readonly [oid: string]: string } = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.4": "sha224",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

/** Content type of the signed data in EF.SOD. */
export const SECURITY_OBJECT = "2.23.136.1.1.1";

/** LDSSecurityObject (Doc 9303-10 §4.6.2.3): the hash of every data group. */
export type SecurityObject = {
  readonly hashOid: string;
  /** By number of the data group. */
  readonly hashes: ReadonlyMap<number, Uint8Array>;
};

export function readSecurityObject(der: Uint8Array): Result<SecurityObject, TlvFault> {
  const members = inside(der, 0x30);
  if (!members.ok) return members;
  const [, algorithm, list] = members.value;
  const names = algorithm?.tag === 0x30 ? readTlvs(algorithm.value) : err<TlvFault>("tag-form");
  if (!names.ok) return names;
  const hashOid = decodeOid(find(names.value, 0x06) ?? new Uint8Array());
  const entries = list?.tag === 0x30 ? readTlvs(list.value) : err<TlvFault>("tag-form");
  if (!entries.ok) return entries;
  const hashes = new Map<number, Uint8Array>();
  for (const { value } of entries.value) {
    const pair = readTlvs(value);
    if (!pair.ok) return pair;
    const number = find(pair.value, 0x02);
    const hash = find(pair.value, 0x04);
    if (number?.length !== 1 || hash === undefined) return err("tag-form");
    hashes.set(number[0] ?? 0, hash);
  }
  return hashOid === undefined ? err("tag-form") : ok({ hashOid, hashes });
}

export function writeSecurityObject({ hashOid, hashes }: SecurityObject): Uint8Array {
  const entries = [...hashes].toSorted(([a], [b]) => a - b);
  return tlv(
    0x30,
    tlv(0x02, Uint8Array.of(0)),
    tlv(0x30, tlv(0x06, encodeOid(hashOid))),
    tlv(0x30, ...entries.map(([group, hash]) => tlv(0x30, tlv(0x02, Uint8Array.of(group)), tlv(0x04, hash)))),
  );
}
