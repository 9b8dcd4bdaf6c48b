import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { kioskIdSchema } from "../contracts/gateway.ts";
import {
  type CertificateOrder,
  issueCertificate,
  makeCaCertificate,
  newPrivateKey,
  publicKeyOf,
} from "./certificates.ts";
import { replaceFile } from "./replace-file.ts";

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

/** Names of the loopback interface, for a server's certificate. */
export const THIS_MACHINE = [
  { type: "dns", value: "localhost" },
  { type: "ip", value: "127.0.0.1" },
  { type: "ip", value: "::1" },
] as const;

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
    (await makeLeaf(directory, "server", "localhost", ca, clock, { server: THIS_MACHINE }));
  const kiosks = new Map<string, KeyPair>();
  for (const id of options.kiosks) {
    if (!kioskIdSchema.safeParse(id).success)
      throw new Error(`The kiosk id ${JSON.stringify(id)} cannot be the name of a certificate.`);
    const file = `kiosk-${id}`;
    const pair =
      readPair(directory, file, clock, ca) ?? (await makeLeaf(directory, file, id, ca, clock, { client: true }));
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
  const key = await newPrivateKey();
  // The random part keeps two CAs made one after the other apart: their certificates name the issuer by this text.
  const name = `Ventanilla development CA ${randomBytes(4).toString("hex")}`;
  const certificate = await makeCaCertificate({ name, key, now: clock.now(), life: CA_LIFE });
  return writePair(directory, "ca", certificate, key);
}

async function makeLeaf(
  directory: string,
  file: string,
  commonName: string,
  issuer: KeyPair,
  clock: Clock,
  purpose: CertificateOrder["purpose"],
): Promise<KeyPair> {
  const key = await newPrivateKey();
  const publicKey = publicKeyOf(key);
  const certificate = await issueCertificate({
    ...{ issuer, commonName, publicKey, purpose, now: clock.now(), life: LEAF_LIFE },
  });
  return writePair(directory, file, certificate, key);
}

function writePair(directory: string, name: string, certificate: string, key: string): KeyPair {
  const where = paths(directory, name);
  replaceFile(where.keyPath, key, 0o600);
  replaceFile(where.certificatePath, certificate, 0o644);
  return { ...where, certificate, key };
}
