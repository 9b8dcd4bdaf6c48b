import type { X509Certificate } from "node:crypto";
import { err, ok, type Result } from "../../../base/result.ts";
import { inside, readTlv } from "../tlv.ts";
import { parseCertificate, readSignedData, signerCertificate, verifySignedData } from "./signed-data.ts";

/** Country signing authorities that this kiosk trusts: the operator put them there, which is what the trust rests on. */
export type TrustStore = {
  readonly size: number;
  /** The authority that issued this certificate: names fit, and the signature is right. */
  readonly issuerOf: (certificate: X509Certificate) => X509Certificate | undefined;
};

/** @param certificates DER. What is no certificate of an authority is left out. */
export function createTrustStore(certificates: readonly Uint8Array[]): TrustStore {
  const authorities = certificates.flatMap((der) => {
    const certificate = parseCertificate(der);
    return certificate?.ca === true ? [certificate] : [];
  });
  const signed = (certificate: X509Certificate, authority: X509Certificate) => {
    try {
      return certificate.verify(authority.publicKey);
    } catch {
      return false;
    }
  };
  return {
    size: authorities.length,
    issuerOf: (certificate) => {
      const named = authorities.filter((authority) => certificate.checkIssued(authority));
      const country = countryOf(certificate.issuer);
      // Some States write the same name in another alphabet or case in the two certificates.
      const others = authorities.filter((each) => !named.includes(each) && countryOf(each.subject) === country);
      return [...named, ...others].find((authority) => signed(certificate, authority));
    },
  };
}

export const EMPTY_TRUST = createTrustStore([]);

/** The two letters of the country in a certificate's subject or issuer, upper case. */
export function countryOf(name: string): string | undefined {
  return /^C=([A-Za-z]{2})$/m.exec(name)?.[1]?.toUpperCase();
}

const MASTER_LIST = "2.23.136.1.1.2";
const PEM = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g;

/**
 * The certificates in one file: PEM (any number), one certificate as DER, or a master list (Doc 9303-12 §9, CMS), whose own
 * signature must be right.
 *
 * @returns DER; an error is a sentence for the technician.
 */
export function certificatesIn(file: Uint8Array): Result<readonly Uint8Array[], string> {
  const text = Buffer.from(file).toString("latin1");
  const pem = Array.from(text.matchAll(PEM), ([, body = ""]) => new Uint8Array(Buffer.from(body, "base64")));
  if (pem.length > 0) return ok(pem);
  if (parseCertificate(file) !== undefined) return ok([file]);
  const list = readSignedData(file);
  if (!list.ok) return err(`neither PEM, nor a certificate, nor a master list (${list.error})`);
  if (list.value.contentType !== MASTER_LIST) return err("signed data that are no master list");
  const signer = signerCertificate(list.value);
  if (signer === undefined) return err("a master list without its signer's certificate");
  const verified = verifySignedData(list.value, signer);
  if (!verified.ok) return err(`a master list whose signature is ${verified.error}`);
  const members = inside(list.value.content, 0x30);
  const set = members.ok ? members.value.find(({ tag }) => tag === 0x31) : undefined;
  const certificates: Uint8Array[] = [];
  for (let rest = set?.value ?? new Uint8Array(); rest.length > 0; ) {
    const next = readTlv(rest);
    if (!next.ok) return err(`a master list that is broken (${next.error})`);
    certificates.push(next.value.whole);
    rest = next.value.rest;
  }
  return ok(certificates);
}
