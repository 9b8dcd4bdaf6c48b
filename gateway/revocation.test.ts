import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "../base/node/reflect-metadata.ts";
import { X509CrlGenerator } from "@peculiar/x509";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../base/node/system-clock.ts";
import { type DevelopmentPki, ensureDevelopmentPki, type KeyPair } from "../base/node/tls.ts";
import { Revocations } from "./revocation.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
let directory: string;
let pki: DevelopmentPki;
const file = () => join(directory, "kiosks.crl");

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "crl-"));
  pki = await ensureDevelopmentPki({ directory, kiosks: ["kiosk-1"], clock: systemClock });
});
afterEach(() => rmSync(directory, { recursive: true }));

async function writeList(ca: KeyPair, serials: readonly string[]): Promise<void> {
  const der = createPrivateKey(ca.key).export({ type: "pkcs8", format: "der" });
  const signingKey = await crypto.subtle.importKey("pkcs8", new Uint8Array(der), ALGORITHM, false, ["sign"]);
  const crl = await X509CrlGenerator.create({
    issuer: new X509Certificate(ca.certificate).subject,
    thisUpdate: new Date(systemClock.now()),
    nextUpdate: new Date(systemClock.now() + 86_400_000),
    entries: serials.map((serialNumber) => ({ serialNumber, revocationDate: new Date(systemClock.now()) })),
    signingAlgorithm: ALGORITHM,
    signingKey,
  });
  writeFileSync(`${file()}.new`, crl.toString("pem"));
  renameSync(`${file()}.new`, file());
}

const serial = () => new X509Certificate(pki.kiosks.get("kiosk-1")?.certificate ?? "").serialNumber;

test("a kiosk that is revoked while the gateway runs is refused from then on", async () => {
  await writeList(pki.ca, []);
  const revocations = await Revocations.open(file(), pki.ca.certificate);
  expect(await revocations.has(serial())).toBe(false);
  await writeList(pki.ca, [serial()]);
  expect(await revocations.has(serial())).toBe(true);
});

test("a list of another authority, or one cut short, leaves the list before it in force", async () => {
  await writeList(pki.ca, [serial()]);
  const revocations = await Revocations.open(file(), pki.ca.certificate);
  const other = join(directory, "other");
  const stranger = await ensureDevelopmentPki({ directory: other, kiosks: [], clock: systemClock });
  await writeList(stranger.ca, []);
  expect(await revocations.has(serial())).toBe(true);
  writeFileSync(file(), "-----BEGIN X509 CRL-----\nAAAA");
  expect(await revocations.has(serial())).toBe(true);
});

test("a gateway does not start with a list that it cannot trust", async () => {
  const stranger = await ensureDevelopmentPki({ directory: join(directory, "o"), kiosks: [], clock: systemClock });
  await writeList(stranger.ca, []);
  await expect(Revocations.open(file(), pki.ca.certificate)).rejects.toThrow(/revocation list/);
});
