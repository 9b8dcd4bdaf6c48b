import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../clock.ts";
import { systemClock } from "./system-clock.ts";
import { type DevelopmentPki, ensureDevelopmentPki } from "./tls.ts";

const DAY = 24 * 60 * 60 * 1000;
let directory: string;

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "pki-")), "pki");
});

function ensure(clock = systemClock): Promise<DevelopmentPki> {
  return ensureDevelopmentPki({ directory, kiosks: ["kiosk-1"], clock });
}

test("openssl accepts the server and the kiosk certificate for their purposes, and for no other", async () => {
  const pki = await ensure();
  const kiosk = pki.kiosks.get("kiosk-1");
  const verify = (purpose: string, path: string | undefined) =>
    execFileSync(
      "openssl",
      ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", pki.ca.certificatePath, path ?? ""],
      {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
  expect(verify("sslserver", pki.server.certificatePath)).toContain("OK");
  expect(verify("sslclient", kiosk?.certificatePath)).toContain("OK");
  expect(() => verify("sslclient", pki.server.certificatePath)).toThrow();
  expect(() => verify("sslserver", kiosk?.certificatePath)).toThrow();
});

test("the server certificate names this machine, the kiosk's names the kiosk", async () => {
  const pki = await ensure();
  const server = new X509Certificate(pki.server.certificate);
  expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(server.checkHost("localhost")).toBe("localhost");
  expect(new X509Certificate(pki.kiosks.get("kiosk-1")?.certificate ?? "").subject).toBe("CN=kiosk-1");
});

test("keys are readable by their owner only", async () => {
  const pki = await ensure();
  for (const pair of [pki.ca, pki.server, ...pki.kiosks.values()]) {
    expect(statSync(pair.keyPath).mode & 0o777).toBe(0o600);
  }
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test("a second start keeps what is there", async () => {
  const first = await ensure();
  expect(await ensure()).toEqual(first);
});

test("a certificate near its end is made anew under the same CA", async () => {
  const clock = new SimulatedClock();
  const first = await ensure(clock);
  await clock.advance(340 * DAY);
  const second = await ensure(clock);
  expect(second.ca).toEqual(first.ca);
  expect(second.server.certificate).not.toBe(first.server.certificate);
  expect(new X509Certificate(second.server.certificate).validToDate.getTime()).toBeGreaterThan(clock.now() + 360 * DAY);
});

test("a key cut short by a power cut is made anew", async () => {
  const first = await ensure();
  truncateSync(first.server.keyPath, 20);
  const second = await ensure();
  expect(second.ca).toEqual(first.ca);
  expect(
    new X509Certificate(second.server.certificate).verify(new X509Certificate(second.ca.certificate).publicKey),
  ).toBe(true);
});

test("a new CA replaces what the old one signed", async () => {
  const first = await ensure();
  truncateSync(first.ca.certificatePath, 20);
  const second = await ensure();
  expect(second.ca.certificate).not.toBe(first.ca.certificate);
  const caKey = new X509Certificate(second.ca.certificate).publicKey;
  expect(new X509Certificate(second.server.certificate).verify(caKey)).toBe(true);
});

test("a kiosk id that would not fit a certificate name is refused", async () => {
  await expect(ensureDevelopmentPki({ directory, kiosks: ["a,O=b"], clock: systemClock })).rejects.toThrow("a,O=b");
});
