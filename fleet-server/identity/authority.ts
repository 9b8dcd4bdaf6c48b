import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import {
  type CertificateOrder,
  type Issuer,
  issueCertificate,
  makeCaCertificate,
  newPrivateKey,
  publicKeyOf,
} from "../../base/node/certificates.ts";
import { makeFile } from "../../base/node/replace-file.ts";

const DAY = 24 * 60 * 60 * 1000;
const CA_LIFE = 3_650 * DAY;
const SERVER_LIFE = 825 * DAY;

/** The fleet's certification authority: its certificate and key, PEM. */
export type Authority = Issuer & {
  /** SHA-256 of the certificate's DER, upper-case hex in pairs joined by colons. */
  readonly fingerprint: string;
};

/**
 * The fleet's CA from `ca.key` and `ca.crt` in `directory`; what is missing is made, once, also when several instances start at
 * the same time.
 *
 * @throws Error when the files are damaged or do not belong together. Nothing is made anew then: every kiosk would be lost.
 */
export async function openAuthority(directory: string, clock: Clock, log: Logger): Promise<Authority> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const keyPath = join(directory, "ca.key");
  const certificatePath = join(directory, "ca.crt");
  if (existsSync(certificatePath) && !existsSync(keyPath))
    throw new Error(`${keyPath} is missing: bring back the key of the fleet's CA from its safe copy.`);
  if (!existsSync(keyPath)) makeFile(keyPath, await newPrivateKey(), 0o600);
  const key = readFileSync(keyPath, "utf8");
  const made =
    !existsSync(certificatePath) &&
    makeFile(
      certificatePath,
      await makeCaCertificate({
        // The random part keeps two fleets' CAs apart: certificates name their issuer by this text.
        name: `Ventanilla fleet CA ${randomBytes(4).toString("hex")}`,
        ...{ key, now: clock.now(), life: CA_LIFE },
      }),
      0o644,
    );
  const certificate = readFileSync(certificatePath, "utf8");
  const fingerprint = checkPair(certificate, key, certificatePath);
  if (made) log("identity.keys-made", { key: "ca", fingerprint });
  return { certificate, key, fingerprint };
}

function checkPair(certificate: string, key: string, path: string): string {
  try {
    const parsed = new X509Certificate(certificate);
    if (parsed.ca && parsed.checkPrivateKey(createPrivateKey(key))) return parsed.fingerprint256;
  } catch (error) {
    throw new Error(`The fleet's CA in ${path} cannot be read: bring it back from its safe copy.`, { cause: error });
  }
  throw new Error(
    `The fleet's CA in ${path} and its key do not belong together: bring them back from their safe copy.`,
  );
}

/**
 * A TLS server certificate from the fleet's CA, for the device listener when none is configured. The chain ends with the CA's
 * own certificate, because technicians compare its fingerprint.
 *
 * @param names DNS names and addresses that kiosks reach the server by.
 */
export async function makeServerCertificate(
  authority: Authority,
  names: Extract<CertificateOrder["purpose"], { readonly server: unknown }>["server"],
  now: number,
): Promise<{ readonly chain: string; readonly key: string }> {
  const key = await newPrivateKey();
  const leaf = await issueCertificate({
    ...{ issuer: authority, commonName: names[0]?.value ?? "localhost", publicKey: publicKeyOf(key) },
    ...{ purpose: { server: names }, now, life: SERVER_LIFE },
  });
  return { chain: `${leaf}${authority.certificate}`, key };
}
