import { exportJWK, generateKeyPair, type JWK } from "jose";
import { beforeAll, expect, test } from "vitest";
import type { SealedContent, SealingKey } from "../contracts/outbox.ts";
import { assertOk } from "../result.ts";
import { openSubmission, sealSubmission } from "./sealed-submission.ts";

const PLACE = { kiosk: "k-1", key: "journey/request-1" };
const CONTENT: SealedContent = {
  operation: "consent.record",
  input: { run: "12345678-5" },
  reference: "S-k-1-000001-A",
  acceptedAt: "2026-11-23T12:00:00.000Z",
};
let key: SealingKey;
let privateKey: JWK;

beforeAll(async () => {
  const pair = await generateKeyPair("ECDH-ES", { crv: "X25519", extractable: true });
  privateKey = await exportJWK(pair.privateKey);
  const { x = "" } = await exportJWK(pair.publicKey);
  key = { kid: "key-number-1", x, sealUntil: "2026-12-23T12:00:00Z", opensUntil: "2027-01-23T12:00:00Z" };
});

const holder = (kid: string) => (kid === key.kid ? privateKey : undefined);

test("the holder of the private part reads what was sealed", async () => {
  const sealed = await sealSubmission(key, PLACE, CONTENT);
  expect(assertOk(await openSubmission(sealed, PLACE, holder), "the content")).toEqual(CONTENT);
});

test("nothing of the content is readable, nor twice the same", async () => {
  const sealed = await sealSubmission(key, PLACE, CONTENT);
  const readable = sealed
    .split(".")
    .map((part) => Buffer.from(part, "base64url").toString("latin1"))
    .join();
  expect(readable).not.toContain("12345678-5");
  expect(readable).not.toContain("consent");
  expect(await sealSubmission(key, PLACE, CONTENT)).not.toBe(sealed);
});

test.each([
  ["another kiosk", { ...PLACE, kiosk: "k-2" }],
  ["another key", { ...PLACE, key: "journey/request-2" }],
])("moved to %s it does not open", async (_where, place) => {
  const sealed = await sealSubmission(key, PLACE, CONTENT);
  expect(await openSubmission(sealed, place, holder)).toEqual({ ok: false, error: "broken" });
});

test("whoever writes another kiosk into its header does not open it either", async () => {
  const [header = "", ...rest] = (await sealSubmission(key, PLACE, CONTENT)).split(".");
  const forged = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
  forged.apu = Buffer.from("k-2").toString("base64url");
  const sealed = [Buffer.from(JSON.stringify(forged)).toString("base64url"), ...rest].join(".");
  expect(await openSubmission(sealed, { ...PLACE, kiosk: "k-2" }, holder)).toEqual({ ok: false, error: "broken" });
});

test("a key that was destroyed is told apart from a body that was changed", async () => {
  const sealed = await sealSubmission(key, PLACE, CONTENT);
  expect(await openSubmission(sealed, PLACE, () => undefined)).toEqual({ ok: false, error: "unknown-key" });
  expect(await openSubmission(`${sealed.slice(0, -2)}AA`, PLACE, holder)).toEqual({ ok: false, error: "broken" });
  expect(await openSubmission("no.jwe", PLACE, holder)).toEqual({ ok: false, error: "broken" });
});
