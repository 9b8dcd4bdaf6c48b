import { createPrivateKey } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newPrivateKey } from "../../base/node/certificates.ts";
import { openAuthority } from "./authority.ts";
import { createIdentity } from "./identity.ts";
import type { DeviceIdentity, DeviceRequest } from "./interface.ts";
import { makeContext, makeCsr, signedRequest, type TestContext, thumbprintOf } from "./testing.ts";

const DAY = 24 * 60 * 60 * 1000;
let context: TestContext;
let identity: ReturnType<typeof createIdentity>;
let kiosk: string;
let number = 0;

beforeAll(async () => {
  context = await makeContext();
  identity = createIdentity(context, await openAuthority(context.settings.keys, context.clock, context.log));
});
afterAll(async () => {
  identity.close();
  await context.close();
});
beforeEach(() => {
  kiosk = `kiosk-${++number}`;
  context.audited.length = 0;
  context.published.length = 0;
});

const newCode = (expiresIn = 600) =>
  context.db
    .transaction()
    .execute((within) =>
      identity.newCode({ kiosk, place: "Oficina", site: "Santiago", ring: "general", by: "ana", expiresIn }, within),
    );
const revoke = () => context.db.transaction().execute((within) => identity.revoke(kiosk, "stolen", "ana", within));
const machine = { hostname: "box", platform: "linux" };
const enrolWith = async (code: string, key: string) => identity.enrol({ code, csr: await makeCsr(key), machine });

async function enrolled(): Promise<{ key: string; certificate: string }> {
  const key = await newPrivateKey();
  const result = await enrolWith((await newCode()).code, key);
  if (!result.ok) throw new Error(result.error.message);
  return { key, certificate: result.value.certificate };
}

type Machine = { readonly key: string; readonly certificate: string };
const request = (of: Machine, clientCertificate?: string, now = context.clock.now()): DeviceRequest =>
  signedRequest(of.certificate, createPrivateKey(of.key), now, clientCertificate);
const verdict = async (of: DeviceRequest) => {
  const result = await identity.authenticate(of);
  return result.ok ? "ok" : result.error.code;
};
const asIdentity = (of: Machine): DeviceIdentity => ({
  ...{ kiosk, thumbprint: thumbprintOf(of.certificate), mutualTls: false },
});

test("a one-time code and a certificate request make a kiosk, and its signature is known from then on", async () => {
  const { code } = await newCode();
  const key = await newPrivateKey();
  const result = await enrolWith(code, key);
  expect(result).toMatchObject({ ok: true, value: { kiosk, place: "Oficina" } });
  const certificate = result.ok ? result.value.certificate : "";
  expect(await identity.authenticate(request({ key, certificate }))).toEqual({
    ...{ ok: true, value: { kiosk, thumbprint: thumbprintOf(certificate), mutualTls: false } },
  });
  const row = await context.db.selectFrom("kiosk").selectAll().where("id", "=", kiosk).executeTakeFirstOrThrow();
  expect(row).toMatchObject({ place: "Oficina", site: "Santiago", ring: "general", enrolled_at: context.clock.now() });
  expect(context.audited.map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
    ["ana", "enrolment.code-made", kiosk],
    [kiosk, "kiosk.enrolled", kiosk],
  ]);
  expect(context.published.map(({ topic }) => topic)).toEqual(["enrolments", "enrolments", "kiosks"]);
});

test("the database holds the code's hash and nowhere the code", async () => {
  const { code } = await newCode();
  const rows = await context.db.selectFrom("enrolment").selectAll().execute();
  expect(JSON.stringify([rows, context.audited])).not.toContain(code);
});

test("every code that does not work gets the same answer", async () => {
  const used = await newCode();
  await enrolWith(used.code, await newPrivateKey());
  const cancelled = await newCode();
  const cancel = () => context.db.transaction().execute((within) => identity.cancelCode(cancelled.id, "ana", within));
  expect([await cancel(), await cancel()]).toEqual([true, false]);
  const expired = await newCode(60);
  await context.clock.advance(60_000);
  const answers = await Promise.all(
    [used.code, cancelled.code, expired.code, "0000-0000-0000"].map(async (code) =>
      enrolWith(code, await newPrivateKey()),
    ),
  );
  expect(answers[0]).toMatchObject({ ok: false, error: { code: "identity.code-refused" } });
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test("of many machines with one code at the same time one gets in", async () => {
  const { code } = await newCode();
  const results = await Promise.all(Array.from({ length: 5 }, async () => enrolWith(code, await newPrivateKey())));
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  const certificates = await context.db.selectFrom("certificate").where("kiosk", "=", kiosk).selectAll().execute();
  expect(certificates).toHaveLength(1);
});

test("a machine whose answer was lost gets the same certificate again, within the code's life", async () => {
  const { code } = await newCode();
  const key = await newPrivateKey();
  const first = await enrolWith(code, key);
  expect(await enrolWith(code, key)).toEqual(first);
  await context.clock.advance(600_000);
  expect(await enrolWith(code, key)).toMatchObject({ ok: false, error: { code: "identity.code-refused" } });
});

test("a machine that takes another's place ends the other's certificate", async () => {
  const before = await enrolled();
  expect(await verdict(request(before))).toBe("ok");
  const after = await enrolled();
  expect(await verdict(request(before))).toBe("identity.certificate-revoked");
  expect(await verdict(request(after))).toBe("ok");
  expect(context.published).toContainEqual({ topic: "revoked", kiosk });
});

test("a revoked kiosk is refused at once, also one that was just served, and its code does not work again", async () => {
  const { code } = await newCode();
  const key = await newPrivateKey();
  const result = await enrolWith(code, key);
  const of = { key, certificate: result.ok ? result.value.certificate : "" };
  expect(await verdict(request(of))).toBe("ok");
  await revoke();
  expect(await verdict(request(of))).toBe("identity.certificate-revoked");
  expect(await enrolWith(code, key)).toMatchObject({ ok: false, error: { code: "identity.code-refused" } });
  expect(await identity.renew(asIdentity(of), { csr: await makeCsr(key) })).toMatchObject({
    error: { code: "identity.certificate-revoked" },
  });
  expect(context.audited.at(-1)).toMatchObject({ actor: "ana", action: "kiosk.revoked", subject: kiosk });
});

test("a revocation rolled back does not count", async () => {
  const of = await enrolled();
  const failing = context.db.transaction().execute(async (within) => {
    await identity.revoke(kiosk, "mistake", "ana", within);
    throw new Error("rolled back");
  });
  await expect(failing).rejects.toThrow("rolled back");
  expect(await verdict(request(of))).toBe("ok");
});

test("a revocation elsewhere counts within five seconds though its message is lost", async () => {
  const of = await enrolled();
  expect(await verdict(request(of))).toBe("ok");
  await context.db
    .updateTable("certificate")
    .set({ revoked_at: context.clock.now(), reason: "elsewhere" })
    .where("kiosk", "=", kiosk)
    .execute();
  await context.clock.advance(5_000);
  expect(await verdict(request(of))).toBe("identity.certificate-revoked");
});

test("a revocation elsewhere counts with its message", async () => {
  const of = await enrolled();
  expect(await verdict(request(of))).toBe("ok");
  await context.db.updateTable("certificate").set({ revoked_at: 1 }).where("kiosk", "=", kiosk).execute();
  await context.bus.publish({ topic: "revoked", kiosk });
  expect(await verdict(request(of))).toBe("identity.certificate-revoked");
});

test("unknown, expired, forged, stale and repeated requests each have their code", async () => {
  const of = await enrolled();
  const stranger = { key: await newPrivateKey(), certificate: identity.ca };
  expect(await verdict(request(stranger))).toBe("identity.certificate-unknown");
  expect(await verdict(request({ ...of, key: stranger.key }))).toBe("identity.signature-wrong");
  expect(await verdict(request(of, undefined, context.clock.now() - 301_000))).toBe("identity.signature-stale");
  expect(await verdict(request(of, undefined, context.clock.now() + 302_000))).toBe("identity.signature-stale");
  const once = request(of);
  expect([await verdict(once), await verdict(once)]).toEqual(["ok", "identity.signature-repeated"]);
  await context.clock.advance(90 * DAY);
  expect(await verdict(request(of))).toBe("identity.certificate-expired");
});

test("a client certificate must be the one whose key signed; without one the settings decide", async () => {
  const of = await enrolled();
  expect(await identity.authenticate(request(of, thumbprintOf(of.certificate)))).toMatchObject({
    value: { mutualTls: true },
  });
  expect(await verdict(request(of, "ab".repeat(32)))).toBe("identity.client-certificate-differs");
  const devices = { ...context.settings.devices, requireClientCertificate: true };
  const strict = createIdentity(
    { ...context, settings: { ...context.settings, devices } },
    await openAuthority(context.settings.keys, context.clock, context.log),
  );
  expect(await strict.authenticate(request(of))).toMatchObject({
    error: { code: "identity.client-certificate-missing" },
  });
  strict.close();
});

test("a revoked kiosk that still speaks is seen in its history, once an hour, and in the figures", async () => {
  const of = await enrolled();
  await revoke();
  const before = identity.refusals.get("identity.certificate-revoked") ?? 0;
  const history = () => context.db.selectFrom("event").select(["event", "fields"]).where("kiosk", "=", kiosk).execute();
  for (let time = 0; time < 3; time++) await verdict(request(of));
  const fields = { thumbprint: thumbprintOf(of.certificate), code: "identity.certificate-revoked" };
  expect(await history()).toEqual([{ event: "identity.refused", fields }]);
  await context.clock.advance(60 * 60 * 1000);
  await verdict(request(of));
  expect(await history()).toHaveLength(2);
  expect(identity.refusals.get("identity.certificate-revoked")).toBe(before + 4);
});

test("whoever has not the kiosk's key leaves no trace in its history", async () => {
  const of = await enrolled();
  expect(await verdict(request({ ...of, key: await newPrivateKey() }))).toBe("identity.signature-wrong");
  expect(await context.db.selectFrom("event").selectAll().where("kiosk", "=", kiosk).execute()).toEqual([]);
  expect(identity.refusals.get("identity.signature-wrong")).toBeGreaterThan(0);
});

test("a renewal gives a certificate for the next key; the present one stays, and a repeat gives the same", async () => {
  const of = await enrolled();
  await context.clock.advance(60 * DAY);
  const key = await newPrivateKey();
  const renew = async () => identity.renew(asIdentity(of), { csr: await makeCsr(key) });
  const first = await renew();
  const next = { key, certificate: first.ok ? first.value.certificate : "" };
  expect(await renew()).toEqual(first);
  expect([await verdict(request(of)), await verdict(request(next))]).toEqual(["ok", "ok"]);
  await context.clock.advance(31 * DAY);
  expect([await verdict(request(of)), await verdict(request(next))]).toEqual(["identity.certificate-expired", "ok"]);
});

test("renewals whose answers were never used leave one certificate beside the present one", async () => {
  const of = await enrolled();
  for (let time = 0; time < 3; time++) {
    await context.clock.advance(1_000);
    await identity.renew(asIdentity(of), { csr: await makeCsr(await newPrivateKey()) });
  }
  const living = await context.db
    .selectFrom("certificate")
    .where("kiosk", "=", kiosk)
    .where("revoked_at", "is", null)
    .selectAll()
    .execute();
  expect(living).toHaveLength(2);
});

test("what is no enrolment request is refused before the code is looked at", async () => {
  const { code } = await newCode();
  const csr = await makeCsr(await newPrivateKey());
  expect(await identity.enrol({ code: "no", csr, machine })).toMatchObject({ error: { code: "common.bad-input" } });
  expect(await identity.enrol(undefined)).toMatchObject({ error: { code: "common.bad-input" } });
  const wrong = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----";
  expect(await identity.enrol({ code, csr: wrong, machine })).toMatchObject({
    error: { code: "identity.request-refused" },
  });
  expect(await identity.enrol({ code, csr, machine })).toMatchObject({ ok: true });
});
