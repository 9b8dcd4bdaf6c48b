import "../../base/node/reflect-metadata.ts";
import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { X509Certificate as PeculiarCertificate, X509Crl } from "@peculiar/x509";
import { beforeEach, expect, test } from "vitest";
import { silentLogger } from "../../base/log.ts";
import { issueCertificate, newPrivateKey, publicKeyOf } from "../../base/node/certificates.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { type Authority, makeServerCertificate, openAuthority } from "./authority.ts";
import { readCertificateRequest } from "./certificate-request.ts";
import { makeRevocationList } from "./revocation-list.ts";
import { makeCsr } from "./testing.ts";

const DAY = 24 * 60 * 60 * 1000;
let directory: string;

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), "ca-")), "keys");
});

const open = () => openAuthority(directory, systemClock, silentLogger);
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
};
const openssl = (...options: string[]) =>
  execFileSync("openssl", options, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

async function issue(authority: Authority, kiosk: string): Promise<string> {
  const publicKey = publicKeyOf(await newPrivateKey());
  const purpose = { client: true } as const;
  return await issueCertificate({
    ...{ issuer: authority, commonName: kiosk, publicKey, purpose, now: systemClock.now(), life: 90 * DAY },
  });
}

test("several instances that start at the same time have one CA, whose key only its owner reads", async () => {
  const [first, ...others] = await Promise.all([open(), open(), open()]);
  expect(others).toEqual([first, first]);
  expect(await open()).toEqual(first);
  expect(statSync(join(directory, "ca.key")).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
});

test("a damaged or half missing CA is an error, never a new CA", async () => {
  await open();
  truncateSync(join(directory, "ca.crt"), 50);
  await expect(open()).rejects.toThrow("cannot be read");
  rmSync(join(directory, "ca.key"));
  await expect(open()).rejects.toThrow("ca.key is missing");
  file("ca.key", await newPrivateKey());
  rmSync(join(directory, "ca.crt"));
  await open();
  file("ca.key", await newPrivateKey());
  await expect(open()).rejects.toThrow("do not belong together");
});

test("openssl accepts a kiosk's certificate as a client's, and no longer once the revocation list has it", async () => {
  const authority = await open();
  const [good, revoked] = [await issue(authority, "kiosk-1"), await issue(authority, "kiosk-2")];
  const { serialNumber } = new X509Certificate(revoked);
  const serial = serialNumber.toLowerCase();
  const now = systemClock.now();
  const list = await makeRevocationList(
    authority,
    [
      { serial, at: now, superseded: true },
      { serial: "4a01", at: now, superseded: false },
    ],
    now,
  );
  const crl = file("list.pem", list.pem);
  const ca = join(directory, "ca.crt");
  const verify = (certificate: string, ...options: string[]) =>
    openssl("verify", "-x509_strict", "-CAfile", ca, ...options, file("leaf.pem", certificate));
  expect(verify(good, "-purpose", "sslclient")).toContain("OK");
  expect(() => verify(good, "-purpose", "sslserver")).toThrow();
  expect(verify(good, "-crl_check", "-CRLfile", crl)).toContain("OK");
  expect(() => verify(revoked, "-crl_check", "-CRLfile", crl)).toThrow("certificate revoked");
  expect(await new X509Crl(list.pem).verify(new PeculiarCertificate(authority.certificate))).toBe(true);
  const text = openssl("crl", "-in", file("list.der", list.der), "-inform", "DER", "-text", "-CAfile", ca, "-noout");
  expect(text).toContain(serialNumber);
  expect(text).toContain("CRL Number");
  expect([text.match(/Superseded/g), text.match(/Privilege Withdrawn/g)]).toMatchObject([
    ["Superseded"],
    ["Privilege Withdrawn"],
  ]);
});

test("an empty revocation list is one too", async () => {
  const authority = await open();
  const list = await makeRevocationList(authority, [], systemClock.now());
  const leaf = file("leaf.pem", await issue(authority, "kiosk-1"));
  expect(
    openssl("verify", "-CAfile", join(directory, "ca.crt"), "-crl_check", "-CRLfile", file("l.pem", list.pem), leaf),
  ).toContain("OK");
});

test("the server certificate for loopback comes with the CA whose fingerprint technicians compare", async () => {
  const authority = await open();
  const names = [{ type: "dns", value: "localhost" } as const, { type: "ip", value: "127.0.0.1" } as const];
  const { chain, key } = await makeServerCertificate(authority, names, systemClock.now());
  const [leaf = "", ca = ""] = chain.split(/(?<=-----END CERTIFICATE-----\n)/);
  expect(new X509Certificate(leaf).checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(new X509Certificate(leaf).checkIP("127.0.0.1")).toBe("127.0.0.1");
  expect(new X509Certificate(ca).fingerprint256).toBe(authority.fingerprint);
  expect(
    openssl("verify", "-purpose", "sslserver", "-CAfile", join(directory, "ca.crt"), file("s.pem", leaf)),
  ).toContain("OK");
});

test("a request made by openssl is taken, one for another kind of key or with a foreign signature is not", async () => {
  await open();
  const csr = (...options: string[]) =>
    openssl("req", "-new", "-newkey", ...options, "-nodes", "-subj", "/CN=x", "-keyout", join(directory, "k.pem"));
  expect(await readCertificateRequest(csr("ec", "-pkeyopt", "ec_paramgen_curve:P-256"))).toMatchObject({ ok: true });
  const message = (pem: string) =>
    readCertificateRequest(pem).then((result) => (result.ok ? "ok" : result.error.message));
  expect(await message(csr("ec", "-pkeyopt", "ec_paramgen_curve:P-384"))).toContain("not P-256");
  expect(await message(csr("rsa:2048"))).toContain("not P-256");
  const lines = (await makeCsr(await newPrivateKey())).trim().split("\n");
  const other = (await makeCsr(await newPrivateKey())).trim().split("\n");
  expect(await message([...lines.slice(0, -2), ...other.slice(-2)].join("\n"))).not.toBe("ok");
});
