import { createPrivateKey, createPublicKey, randomBytes } from "node:crypto";
import "./reflect-metadata.ts";
import * as x509 from "@peculiar/x509";

/** Every key of ours that certificates are made for. */
export const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** Clocks of kiosks without a battery start some minutes late: certificates begin this many milliseconds before they are made. */
const CLOCK_SKEW = 60 * 60 * 1000;

/** A certificate and its private key, PEM. */
export type Issuer = { readonly certificate: string; readonly key: string };

/** A new P-256 private key, PKCS #8 PEM. */
export async function newPrivateKey(): Promise<string> {
  const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
  const der = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" })
    .export({ type: "pkcs8", format: "pem" })
    .toString();
}

/** A self-signed CA certificate over `key`, PEM, that may sign end certificates and revocation lists. */
export async function makeCaCertificate(options: {
  readonly name: string;
  readonly key: string;
  /** Milliseconds since the Unix epoch, and from it. */
  readonly now: number;
  readonly life: number;
}): Promise<string> {
  const keys = await importKeyPair(options.key);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${options.name}`,
    notBefore: new Date(options.now - CLOCK_SKEW),
    notAfter: new Date(options.now + options.life),
    signingAlgorithm: KEY_ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

export type CertificateOrder = {
  readonly issuer: Issuer;
  readonly commonName: string;
  /** SPKI, DER. */
  readonly publicKey: Uint8Array;
  /** Milliseconds since the Unix epoch, and from it; the certificate never outlives its issuer. */
  readonly now: number;
  readonly life: number;
  readonly purpose: { readonly client: true } | { readonly server: readonly x509.JsonGeneralName[] };
};

/** A certificate for an end entity, PEM. */
export async function issueCertificate(order: CertificateOrder): Promise<string> {
  const issuer = new x509.X509Certificate(order.issuer.certificate);
  const publicKey = new x509.PublicKey(new Uint8Array(order.publicKey));
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${order.commonName}`,
    issuer: issuer.subject,
    notBefore: new Date(order.now - CLOCK_SKEW),
    notAfter: new Date(Math.min(order.now + order.life, issuer.notAfter.getTime())),
    signingAlgorithm: KEY_ALGORITHM,
    publicKey,
    signingKey: await importSigningKey(order.issuer.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...("client" in order.purpose
        ? [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])]
        : [
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
            new x509.SubjectAlternativeNameExtension([...order.purpose.server]),
          ]),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

/** The public half of a private key or of a certificate (PEM), SPKI DER. */
export function publicKeyOf(pem: string): Uint8Array {
  return new Uint8Array(createPublicKey(pem).export({ type: "spki", format: "der" }));
}

export async function importSigningKey(pem: string) {
  const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  return await crypto.subtle.importKey("pkcs8", new Uint8Array(der), KEY_ALGORITHM, false, ["sign"]);
}

/** A private key (PEM) as the pair that certificates and requests are signed with. */
export async function importKeyPair(pem: string) {
  const privateKey = await importSigningKey(pem);
  const publicKey = await crypto.subtle.importKey("spki", publicKeyOf(pem), KEY_ALGORITHM, true, ["verify"]);
  return { privateKey, publicKey };
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}
