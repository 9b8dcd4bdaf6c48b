import { execFileSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompactSign } from "jose";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { newPrivateKey } from "../../base/node/certificates.ts";
import { isFresh, readSignature, verifySignature } from "../../base/node/http-signatures.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { makeCertificateRequest } from "./certificate-request.ts";
import { enrol } from "./enrol.ts";
import { openIdentity } from "./identity.ts";
import type { KioskIdentity } from "./interface.ts";
import { type FakeServer, startFakeServer } from "./testing.ts";

const DAY = 24 * 60 * 60 * 1000;
const MINUTE = 60_000;
let server: FakeServer;
let enrolled: string;
let directory: string;
let clock: SimulatedClock;
let identity: KioskIdentity;

beforeAll(async () => {
  server = await startFakeServer(systemClock.now());
  enrolled = mkdtempSync(join(tmpdir(), "identity-"));
  const trust = { kind: "authority", pem: server.ca } as const;
  const machine = { hostname: "box", platform: "linux" };
  const code = "ABCD-EFGH-JKMN";
  const result = await enrol({ directory: enrolled, server: server.url, code, trust, machine, clock: systemClock });
  expect(result).toMatchObject({ ok: true });
});
afterAll(() => server.close());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "identity-"));
  writeFileSync(path(), readFileSync(join(enrolled, "identity.json")));
  clock = new SimulatedClock(systemClock.now());
  identity = open();
});

const path = () => join(directory, "identity.json");
function open(): KioskIdentity {
  const result = openIdentity(directory, clock);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
const fault = () => {
  const result = openIdentity(directory, clock);
  return result.ok ? "ok" : result.error.code;
};
const publicKey = (of: KioskIdentity) => createPublicKey(of.credentials.value.certificate);

test("requests are signed with the certificate's key, by the server's clock", async () => {
  const url = new URL("https://fleet.example/device/v1/report?x=1");
  const body = new TextEncoder().encode("{}");
  const contentType = "application/json";
  const headers = await identity.sign({ method: "POST", url, body, contentType }, 10 * MINUTE);
  const request = { method: "POST", target: "/device/v1/report?x=1", authority: "fleet.example", body };
  const signature = readSignature({ ...request, headers: { ...headers, "content-type": contentType } });
  if (!signature.ok) throw new Error(signature.error.message);
  expect(verifySignature(signature.value, publicKey(identity))).toBe(true);
  expect(isFresh(signature.value, clock.now() + 10 * MINUTE)).toBe(true);
  expect(isFresh(signature.value, clock.now())).toBe(false);
  const again = await identity.sign({ method: "GET", url }, 0);
  expect(again.signature).not.toBe(headers.signature);
});

test("openssl accepts the certificate request", async () => {
  const file = join(directory, "csr.pem");
  writeFileSync(file, await makeCertificateRequest(await newPrivateKey()));
  const options = ["req", "-verify", "-noout", "-text", "-in", file];
  const text = execFileSync("openssl", options, { stdio: ["ignore", "pipe", "pipe"], encoding: "utf8" });
  expect(text).toContain("NIST CURVE: P-256");
});

test("an identity that is absent, cut short or mixed is told apart", async () => {
  const whole = JSON.parse(readFileSync(path(), "utf8"));
  writeFileSync(path(), JSON.stringify({ ...whole, key: await newPrivateKey() }));
  expect(fault()).toBe("identity.damaged");
  writeFileSync(path(), JSON.stringify({ ...whole, kiosk: "kiosk-2" }));
  expect(fault()).toBe("identity.damaged");
  truncateSync(path(), 100);
  expect(fault()).toBe("identity.damaged");
  rmSync(path());
  expect(fault()).toBe("identity.absent");
});

test("a renewal is due at two thirds of the certificate's life", () => {
  const now = systemClock.now();
  expect(identity.renewalDue(now + 59 * DAY)).toBe(false);
  expect(identity.renewalDue(now + 61 * DAY)).toBe(true);
});

test("a renewal takes a new key, is on disk when it is used, and tells listeners", async () => {
  const before = identity.credentials.value;
  const told: string[] = [];
  identity.credentials.subscribe(({ certificate }) => told.push(certificate));
  const later = clock.now() + 60 * DAY;
  const { csr, install } = await identity.prepareRenewal();
  const certificate = await server.issue(csr, "kiosk-1", later);
  expect(open().credentials.value).toEqual(before);
  expect(install(certificate)).toEqual({ ok: true, value: undefined });
  expect(identity.credentials.value.key).not.toBe(before.key);
  expect(open().credentials.value).toEqual(identity.credentials.value);
  expect(told).toEqual([certificate]);
  expect(identity.expires.value).toBe(new X509Certificate(certificate).validToDate.getTime());
  expect(identity.renewalDue(later)).toBe(false);
});

test("a certificate that does not fit is not installed", async () => {
  const before = readFileSync(path(), "utf8");
  const { csr, install } = await identity.prepareRenewal();
  const other = await startFakeServer(systemClock.now());
  try {
    const codeOf = (certificate: string) => {
      const result = install(certificate);
      return result.ok ? "ok" : result.error.code;
    };
    expect(codeOf(await other.issue(csr, "kiosk-1", clock.now()))).toBe("identity.answer-wrong");
    expect(codeOf(await server.issue(csr, "kiosk-2", clock.now()))).toBe("identity.answer-wrong");
    const foreign = await makeCertificateRequest(await newPrivateKey());
    expect(codeOf(await server.issue(foreign, "kiosk-1", clock.now()))).toBe("identity.answer-wrong");
    expect(codeOf("-----BEGIN CERTIFICATE-----")).toBe("identity.answer-wrong");
    expect(readFileSync(path(), "utf8")).toBe(before);
  } finally {
    await other.close();
  }
});

const TYPE = "ventanilla-desired+jwt";
const jws = (key: KeyObject, header: { alg?: string; kid?: string; typ?: string } = {}, payload = '{"a":1}') =>
  new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: "EdDSA", kid: "d1", typ: TYPE, ...header })
    .sign(key);

test("the director's word is taken", async () =>
  expect(await identity.verifyDirector(await jws(server.directorKey), TYPE)).toEqual({ ok: true, value: { a: 1 } }));

test("nobody else's word is taken, nor one of another type, key or form", async () => {
  const key = server.directorKey;
  const stranger = generateKeyPairSync("ed25519").privateKey;
  const [header = "", , signature = ""] = (await jws(key)).split(".");
  const none = Buffer.from(JSON.stringify({ alg: "none", kid: "d1", typ: TYPE })).toString("base64url");
  const refused = await Promise.all(
    [
      await jws(stranger),
      await jws(key, { typ: "ventanilla-command+jwt" }),
      await jws(key, { kid: "d2" }),
      await jws(key, {}, "no json"),
      `${header}.${Buffer.from('{"a":2}').toString("base64url")}.${signature}`,
      `${none}.e30.`,
      "",
    ].map((word) => identity.verifyDirector(word, TYPE)),
  );
  expect(refused.map((result) => (result.ok ? "ok" : result.error.code))).toEqual(
    Array(7).fill("identity.director-refused"),
  );
});
