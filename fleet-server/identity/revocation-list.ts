import "../../base/node/reflect-metadata.ts";
import * as x509 from "@peculiar/x509";
import { importSigningKey, KEY_ALGORITHM } from "../../base/node/certificates.ts";
import type { Authority } from "./authority.ts";

/** Whoever uses a list must fetch the next before this many milliseconds: a server that refuses all kiosks is worse than an old list. */
const LIFE = 7 * 24 * 60 * 60 * 1000;
const CRL_NUMBER = "2.5.29.20";

export type RevokedCertificate = {
  readonly serial: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly superseded: boolean;
};

/** A certificate revocation list (RFC 5280 §5), signed by the fleet's CA, for proxies and the gateway. */
export async function makeRevocationList(
  authority: Authority,
  revoked: readonly RevokedCertificate[],
  now: number,
): Promise<{ readonly der: Uint8Array; readonly pem: string }> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const list = await x509.X509CrlGenerator.create({
    issuer: issuer.subject,
    thisUpdate: new Date(now),
    nextUpdate: new Date(now + LIFE),
    signingAlgorithm: KEY_ALGORITHM,
    signingKey: await importSigningKey(authority.key),
    extensions: [
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      new x509.Extension(CRL_NUMBER, false, derInteger(now)),
    ],
    entries: revoked.map(({ serial, at, superseded }) => ({
      serialNumber: serial,
      revocationDate: new Date(at),
      // Every entry has a reason: without one the package writes an empty list of extensions, which RFC 5280 forbids.
      reason: superseded ? x509.X509CrlReason.superseded : x509.X509CrlReason.privilegeWithdrawn,
    })),
  });
  return { der: new Uint8Array(list.rawData), pem: pemOf(Buffer.from(list.rawData)) };
}

/** RFC 7468 §4; OpenSSL knows no other label. */
function pemOf(der: Buffer): string {
  const lines = der.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN X509 CRL-----\n${lines}\n-----END X509 CRL-----\n`;
}

/** Lists of one CA must carry growing numbers: the time in milliseconds is one. */
function derInteger(value: number): Uint8Array<ArrayBuffer> {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  const content = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
  return new Uint8Array(Buffer.concat([Buffer.of(0x02, content.length), content]));
}
