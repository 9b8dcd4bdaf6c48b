import { createHash, type X509Certificate } from "node:crypto";
import { equalBytes } from "../../../base/bytes/bytes.ts";
import { sameState } from "../../../base/icao/states.ts";
import type { Authenticity, Proof, ProofFailure } from "../interface.ts";
import { type DataGroup, groupNumber } from "../lds/files.ts";
import { HASHES, readSecurityObject, SECURITY_OBJECT, type SecurityObject } from "../lds/security-object.ts";
import { readTlv } from "../tlv.ts";
import { readSignedData, type SignedData, signerCertificate, verifySignedData } from "./signed-data.ts";
import { countryOf, type TrustStore } from "./trust-store.ts";

export type PassiveParts = Pick<Authenticity, "hashes" | "signature" | "chain" | "validity">;

export const PROVED: Proof = { proof: "proved" };
export const NOT_OFFERED: Proof = { proof: "not-offered" };
export const failed = (code: ProofFailure): Proof => ({ proof: "failed", code });

/** EF.SOD, taken apart. */
export type Sod = { readonly signed: SignedData; readonly object: SecurityObject };

/** `undefined` when it is not of the standard's form. */
export function readSod(bytes: Uint8Array): Sod | undefined {
  const outer = readTlv(bytes);
  if (!outer.ok || outer.value.tlv.tag !== 0x77) return undefined;
  const signed = readSignedData(outer.value.tlv.value);
  if (!signed.ok || signed.value.contentType !== SECURITY_OBJECT) return undefined;
  const object = readSecurityObject(signed.value.content);
  return object.ok ? { signed: signed.value, object: object.value } : undefined;
}

/**
 * Passive authentication (ICAO Doc 9303-11 §5.1, 9303-12 §7). Each part is judged for itself; the validity is that of signer and
 * authority on this day.
 *
 * @param files the data groups that were read, whole.
 * @param issuer three letters of the issuing State, out of DG1.
 * @param now milliseconds since the Unix epoch.
 */
export function verifyPassively(
  sod: Sod | undefined,
  files: ReadonlyMap<DataGroup, Uint8Array>,
  surroundings: { readonly trust: TrustStore; readonly issuer: string; readonly now: number },
): PassiveParts {
  if (sod === undefined) {
    const broken = failed("chip-card.malformed");
    return { hashes: broken, signature: broken, chain: NOT_OFFERED, validity: NOT_OFFERED };
  }
  const { trust, issuer, now } = surroundings;
  const signer = signerCertificate(sod.signed);
  const authority = signer === undefined ? undefined : trust.issuerOf(signer);
  return {
    hashes: compareHashes(sod.object, files),
    signature: signer === undefined ? failed("chip-card.malformed") : signatureOf(sod.signed, signer),
    chain: chainOf(signer, authority, trust, issuer),
    validity:
      signer === undefined ? NOT_OFFERED : validityOf([signer, ...(authority === undefined ? [] : [authority])], now),
  };
}

function compareHashes(object: SecurityObject, files: ReadonlyMap<DataGroup, Uint8Array>): Proof {
  const algorithm = HASHES[object.hashOid];
  if (algorithm === undefined) return failed("chip-card.unsupported");
  const all = [...files].every(([group, bytes]) => {
    const signed = object.hashes.get(groupNumber(group));
    return signed !== undefined && equalBytes(signed, new Uint8Array(createHash(algorithm).update(bytes).digest()));
  });
  return all ? PROVED : failed("chip-card.hash-mismatch");
}

function signatureOf(signed: SignedData, signer: X509Certificate): Proof {
  const verified = verifySignedData(signed, signer);
  if (verified.ok) return PROVED;
  return failed(verified.error === "wrong" ? "chip-card.signature-wrong" : "chip-card.unsupported");
}

function chainOf(
  signer: X509Certificate | undefined,
  authority: X509Certificate | undefined,
  trust: TrustStore,
  issuer: string,
): Proof {
  if (trust.size === 0) return failed("chip-card.no-trust");
  if (signer === undefined || authority === undefined) return failed("chip-card.signer-unknown");
  // An authority answers for its own State only; else any State could sign another one's documents.
  const country = countryOf(authority.subject);
  const own = country !== undefined && country === countryOf(signer.subject) && sameState(issuer, country);
  return own ? PROVED : failed("chip-card.signer-unknown");
}

function validityOf(certificates: readonly X509Certificate[], now: number): Proof {
  const valid = certificates.every(
    ({ validFromDate, validToDate }) => validFromDate.getTime() <= now && now <= validToDate.getTime(),
  );
  return valid ? PROVED : failed("chip-card.signer-expired");
}
