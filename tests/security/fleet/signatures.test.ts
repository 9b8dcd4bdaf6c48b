import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createSigner, httpbis } from "http-message-signatures";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deviceFailureSchema } from "../../../base/contracts/fleet/identity.ts";
import { ERRORS } from "../../../base/registry/errors.ts";
import { type Fleet, nonce, sha256, startFleet } from "./kit.ts";
import { type Change, Machine, type Reply } from "./machine.ts";

let fleet: Fleet;
let kiosk: Machine;
let other: Machine;
const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });

beforeAll(async () => {
  fleet = await startFleet();
  kiosk = await Machine.enrolled(fleet, "kiosk-1");
  other = await Machine.enrolled(fleet, "kiosk-2");
});
afterAll(() => fleet.stop());

/** A refusal is a `DeviceFailure` with a registered code, counted, and leaves no row. */
async function expectRefused(code: string, ask: () => Promise<Reply>): Promise<Reply> {
  const [rows, count] = [await fleet.rows(), await fleet.refused(code)];
  const reply = await ask();
  const failure = deviceFailureSchema.parse(reply.json);
  expect(failure.code).toBe(code);
  expect(Object.keys(ERRORS)).toContain(failure.code);
  expect(Math.abs(failure.now - fleet.clock.now())).toBeLessThan(5_000);
  expect(reply.status).toBeGreaterThanOrEqual(400);
  expect(await fleet.refused(code)).toBe(count + 1);
  expect(await fleet.rows()).toEqual(rows);
  return reply;
}

const report = { hour: 0 };
const ROUTES = [
  { method: "GET", path: "/device/v1/desired", good: 200, body: () => undefined },
  { method: "POST", path: "/device/v1/reports", good: 200, body: () => kiosk.batch() },
  { method: "POST", path: "/device/v1/certificate", good: 200, body: async () => ({ csr: await kiosk.csr() }) },
  {
    ...{ method: "POST", path: `/device/v1/logs/${randomUUID()}`, good: 404 },
    body: () => ({ part: "agent", records: [], takenAt: 1 }),
  },
  {
    ...{ method: "POST", path: "/device/v1/readiness", good: 400 },
    body: () => report,
  },
] as const;

const DAY = 86_400;
const FORGERIES: readonly (readonly [string, string, () => Change])[] = [
  [
    "a key that nobody knows",
    "identity.certificate-unknown",
    () => ({ keyid: "a".repeat(64), key: stranger.privateKey }),
  ],
  ["this kiosk's name over another key", "identity.signature-wrong", () => ({ key: stranger.privateKey })],
  ["another kiosk's name over this kiosk's key", "identity.signature-wrong", () => ({ keyid: other.keyid })],
  ["another tag", "identity.signature-malformed", () => ({ tag: "other" })],
  ["another algorithm", "identity.signature-malformed", () => ({ alg: "hmac-sha256" })],
  ["no algorithm", "identity.signature-malformed", () => ({ alg: "" })],
  ["another label", "identity.signature-malformed", () => ({ label: "sig1" })],
  ["an old signature", "identity.signature-stale", () => ({ created: kiosk.now - 301 })],
  ["a signature of tomorrow", "identity.signature-stale", () => ({ created: kiosk.now + DAY })],
  ["an end of its own", "identity.signature-malformed", () => ({ more: `;expires=${kiosk.now + DAY}` })],
  ["a short nonce", "identity.signature-malformed", () => ({ nonce: "a" })],
  ["fewer components", "identity.signature-malformed", () => ({ components: ["@method", "@path"] })],
  ["a method that was changed", "identity.signature-wrong", () => ({ signed: { method: "PUT" } })],
  ["a path that was changed", "identity.signature-wrong", () => ({ signed: { target: "/device/v1/other" } })],
  ["another server's authority", "identity.signature-wrong", () => ({ signed: { authority: "evil.example" } })],
];

test.each(ROUTES)("$method $path takes no forged request", async ({ method, path, body, good }) => {
  const plain = { "content-type": "application/json" };
  const content = await body();
  const bytes = content === undefined ? undefined : Buffer.from(JSON.stringify(content));
  const unsigned = () => kiosk.exchange(method, path, plain, bytes);
  await expectRefused("identity.signature-missing", unsigned);
  for (const [, code, change] of FORGERIES) await expectRefused(code, () => kiosk.ask(method, path, content, change()));
  if (bytes !== undefined) {
    const altered = Buffer.from(`${bytes.toString().slice(0, -1)} }`);
    const headers = kiosk.headers(method, path, bytes);
    await expectRefused("identity.digest-wrong", () => kiosk.exchange(method, path, headers, altered));
    const lying = { ...kiosk.headers(method, path, altered), "content-digest": headers["content-digest"] ?? "" };
    await expectRefused("identity.signature-wrong", () => kiosk.exchange(method, path, lying, bytes));
    const { "content-digest": _none, ...without } = headers;
    await expectRefused("identity.signature-malformed", () => kiosk.exchange(method, path, without, bytes));
  }
  expect((await kiosk.ask(method, path, content)).status).toBe(good);
});

test("a request is taken once, however often it comes, also at the same instant", async () => {
  const path = "/device/v1/desired?look=1";
  const headers = kiosk.headers("GET", path, undefined);
  const replies = await Promise.all([1, 2, 3, 4].map(() => kiosk.exchange("GET", path, headers, undefined)));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  await expectRefused("identity.signature-repeated", () => kiosk.exchange("GET", path, headers, undefined));
  const query = kiosk.headers("GET", path, undefined);
  await expectRefused("identity.signature-wrong", () =>
    kiosk.exchange("GET", "/device/v1/desired?look=2", query, undefined),
  );
  await expectRefused("identity.signature-wrong", () => kiosk.exchange("GET", "/device/v1/desired", query, undefined));
});

test("duplicate headers are refused, and another signature beside ours counts for nothing", async () => {
  const path = "/device/v1/desired";
  for (const name of ["signature", "signature-input"] as const) {
    const headers = kiosk.headers("GET", path, undefined);
    const own = headers[name] ?? "";
    const twice = { ...headers, [name]: [own, own] };
    await expectRefused("identity.signature-malformed", () => kiosk.exchange("GET", path, twice, undefined));
    const beside = { ...headers, [name]: [own.replace(/^device=/, "evil="), own] };
    expect(await kiosk.exchange("GET", path, beside, undefined)).toMatchObject({ status: 200 });
  }
});

test("a client certificate that is not the signing key's is refused, and shows in the kiosk's history", async () => {
  const tls = { cert: other.certificate, key: other.keys.privateKey.export({ type: "pkcs8", format: "pem" }) };
  await expectRefused("identity.client-certificate-differs", () =>
    kiosk.ask("GET", "/device/v1/desired", undefined, {}, tls),
  );
  const own = { cert: kiosk.certificate, key: kiosk.keys.privateKey.export({ type: "pkcs8", format: "pem" }) };
  expect((await kiosk.ask("GET", "/device/v1/desired", undefined, {}, own)).status).toBe(200);
  const seen = await fleet.db
    .selectFrom("event")
    .select(["kiosk", "fields"])
    .where("event", "=", "identity.refused")
    .execute();
  expect(seen.filter((event) => event.fields.code === "identity.client-certificate-differs")).toMatchObject([
    { kiosk: "kiosk-1" },
  ]);
});

test("the package http-message-signatures, which knows nothing of this server, signs what it takes", async () => {
  const content = Buffer.from(JSON.stringify(kiosk.batch()));
  const url = `${fleet.server.devices}/device/v1/reports`;
  const signer = createSigner(kiosk.keys.privateKey, "ecdsa-p256-sha256", kiosk.keyid);
  const message = await httpbis.signMessage(
    {
      key: signer,
      name: "device",
      fields: ["@method", "@authority", "@path", "content-digest", "content-type"],
      params: ["created", "nonce", "keyid", "alg", "tag"],
      paramValues: { created: new Date(fleet.clock.now()), nonce: nonce(), tag: "ventanilla-device" },
    },
    {
      ...{ method: "POST", url },
      headers: {
        host: kiosk.authority,
        "content-type": "application/json",
        "content-digest": `sha-256=:${sha256(content).digest("base64")}:`,
      },
    },
  );
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  expect(await kiosk.exchange("POST", "/device/v1/reports", headers, content)).toMatchObject({ status: 200 });
});

test("a kiosk whose certificate is over, or was revoked, is refused, and knocking is an alert", async () => {
  const expired = await Machine.enrolled(fleet, "kiosk-expired");
  const past = fleet.clock.now() - 1;
  await fleet.db.updateTable("certificate").set({ expires_at: past }).where("kiosk", "=", "kiosk-expired").execute();
  await expectRefused("identity.certificate-expired", () => expired.ask("GET", "/device/v1/desired"));
  const lost = await Machine.enrolled(fleet, "kiosk-lost");
  expect((await lost.ask("GET", "/device/v1/desired")).status).toBe(200);
  await fleet.administrator.send("POST", "/kiosks/kiosk-lost/revocation", { reason: "stolen" });
  for (const { method, path, body } of ROUTES) {
    const reply = await lost.ask(method, path, await body());
    expect(reply).toMatchObject({ status: 401, json: { code: "identity.certificate-revoked" } });
  }
  const alerts = await fleet.db.selectFrom("alert").select("code").where("kiosk", "=", "kiosk-lost").execute();
  expect(alerts.map(({ code }) => code)).toContain("identity-knocking");
});
