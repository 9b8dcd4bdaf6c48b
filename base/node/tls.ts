import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import "./reflect-metadata.ts";
import * as x509 from "@peculiar/x509";
import type { Clock } from "../clock.ts";
import { kioskIdSchema } from "../contracts/gateway.ts";

/** A certificate and its private key, PEM text and where it lies. */
export type KeyPair = {
  readonly certificate: string;
  readonly key: string;
  readonly certificatePath: string;
  readonly keyPath: string;
};

export type DevelopmentPki = {
  readonly ca: KeyPair;
  /** For servers on this machine: 127.0.0.1, ::1 and localhost. */
  readonly server: KeyPair;
  /** Client certificates by kiosk id, which is their common name. */
  readonly kiosks: ReadonlyMap<string, KeyPair>;
};

export type DevelopmentPkiOptions = {
  /** Made when it is missing, with mode 0700; keys get mode 0600. */
  readonly directory: string;
  /** Ids of the kiosks that get a client certificate. */
  readonly kiosks: readonly string[];
  readonly clock: Clock;
};

const DAY = 24 * 60 * 60 * 1000;
const CA_LIFE = 3650 * DAY;
const LEAF_LIFE = 365 * DAY;
/** A certificate that ends sooner than this is made anew. */
const RENEW_BEFORE = 30 * DAY;
/** Clocks of kiosks without a battery start some minutes late. */
const CLOCK_SKEW = 60 * 60 * 1000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * The certificates of a development machine: a CA of its own, a server certificate and one client certificate per
 * kiosk. Files that are there and good stay as they are; what is missing, near its end or not from this CA is made.
 * A production network brings certificates from its own CA instead.
 *
 * @throws Error when a kiosk id is not of the required form or the directory cannot be written.
 */
export async function ensureDevelopmentPki(options: DevelopmentPkiOptions): Promise<DevelopmentPki> {
  const { directory, clock } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const ca = readPair(directory, "ca", clock, undefined) ?? (await makeCa(directory, clock));
  const server =
    readPair(directory, "server", clock, ca) ??
    (await makeLeaf(directory, "server", "localhost", ca, clock, [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
        { type: "ip", value: "::1" },
      ]),
    ]));
  const kiosks = new Map<string, KeyPair>();
  for (const id of options.kiosks) {
    if (!kioskIdSchema.safeParse(id).success)
      throw new Error(`The kiosk id ${JSON.stringify(id)} cannot be the name of a certificate.`);
    const file = `kiosk-${id}`;
    const pair =
      readPair(directory, file, clock, ca) ??
      (await makeLeaf(directory, file, id, ca, clock, [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
      ]));
    kiosks.set(id, pair);
  }
  return { ca, server, kiosks };
}

function paths(directory: string, name: string): { certificatePath: string; keyPath: string } {
  return { certificatePath: join(directory, `${name}.crt`), keyPath: join(directory, `${name}.key`) };
}

/** The pair on disk, when both files are there, belong together, come from `issuer` and last long enough. */
function readPair(directory: string, name: string, clock: Clock, issuer: KeyPair | undefined): KeyPair | undefined {
  const where = paths(directory, name);
  if (!existsSync(where.certificatePath) || !existsSync(where.keyPath)) return undefined;
  const pair = {
    ...where,
    certificate: readFileSync(where.certificatePath, "utf8"),
    key: readFileSync(where.keyPath, "utf8"),
  };
  try {
    const certificate = new X509Certificate(pair.certificate);
    const issuerKey = issuer === undefined ? certificate.publicKey : new X509Certificate(issuer.certificate).publicKey;
    const good =
      certificate.checkPrivateKey(createPrivateKey(pair.key)) &&
      certificate.verify(issuerKey) &&
      certificate.validToDate.getTime() - clock.now() > RENEW_BEFORE &&
      certificate.validFromDate.getTime() <= clock.now();
    return good ? pair : undefined;
  } catch {
    // A file cut short by a full disk or a power cut: made anew like one that is missing.
    return undefined;
  }
}

async function makeCa(directory: string, clock: Clock): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    // The random part keeps two CAs made one after the other apart: their certificates name the issuer by this text.
    name: `CN=Ventanilla development CA ${randomBytes(4).toString("hex")}`,
    notBefore: new Date(clock.now() - CLOCK_SKEW),
    notAfter: new Date(clock.now() + CA_LIFE),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return await writePair(directory, "ca", certificate, keys.privateKey);
}

async function makeLeaf(
  directory: string,
  file: string,
  commonName: string,
  ca: KeyPair,
  clock: Clock,
  extensions: readonly x509.Extension[],
): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const issuer = new x509.X509Certificate(ca.certificate);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${commonName}`,
    issuer: issuer.subject,
    notBefore: new Date(clock.now() - CLOCK_SKEW),
    notAfter: new Date(Math.min(clock.now() + LEAF_LIFE, issuer.notAfter.getTime())),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await importSigningKey(ca.key),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...extensions,
    ],
  });
  return await writePair(directory, file, certificate, keys.privateKey);
}

async function importSigningKey(pem: string) {
  const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  return await crypto.subtle.importKey("pkcs8", new Uint8Array(der), ALGORITHM, false, ["sign"]);
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

async function writePair(
  directory: string,
  name: string,
  certificate: x509.X509Certificate,
  privateKey: Parameters<typeof crypto.subtle.exportKey>[1],
): Promise<KeyPair> {
  const where = paths(directory, name);
  const der = await crypto.subtle.exportKey("pkcs8", privateKey);
  const key = createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" })
    .export({ type: "pkcs8", format: "pem" })
    .toString();
  const text = `${certificate.toString("pem")}\n`;
  replaceFile(where.keyPath, key, 0o600);
  replaceFile(where.certificatePath, text, 0o644);
  return { ...where, certificate: text, key };
}

/** A reader sees the old file or the new one, never half of it. */
function replaceFile(path: string, content: string, mode: number): void {
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, path);
}
