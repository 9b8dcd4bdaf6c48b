import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../../../base/node/tls.ts";
import type { RunningServer } from "../../../fleet-server/server.ts";
import { KIOSK_HEADER, REVOKED } from "./fakes.ts";
import { addKiosks, FakeKiosk, startFleet } from "./kit.ts";

type Pki = Awaited<ReturnType<typeof ensureDevelopmentPki>>;
let fleet: RunningServer;
let pki: Pki;

beforeAll(async () => {
  const directory = mkdtempSync(join(tmpdir(), "fleet-pki-"));
  pki = await ensureDevelopmentPki({ directory, kiosks: ["k-1"], clock: systemClock });
  fleet = await startFleet({ tls: { certificate: pki.server.certificatePath, key: pki.server.keyPath } });
  await addKiosks(fleet, ["k-1"]);
});
afterAll(() => fleet?.stop());

async function post(path: string, body: unknown, headers: Record<string, string>, client = false) {
  const pair = client ? pki.kiosks.get("k-1") : undefined;
  const { certificate: ca } = pki.ca;
  const dispatcher = new Agent({
    connect: { ca, ...(pair === undefined ? {} : { cert: pair.certificate, key: pair.key }) },
  });
  const answer = await request(fleet.devices + path, {
    ...{ dispatcher, method: "POST", headers: { "content-type": "application/json", ...headers } },
    body: JSON.stringify(body),
  });
  const result = { status: answer.statusCode, json: (await answer.body.json()) as Record<string, unknown> };
  await dispatcher.close();
  return result;
}

test("a client certificate is seen where it is shown, and not asked of who has none", async () => {
  const kiosk = new FakeKiosk("k-1", fleet.devices);
  const heartbeat = { stream: kiosk.stream, session: 1, reports: [] };
  const shown = async () =>
    (await fleet.context.db.selectFrom("kiosk_live").select("mutual_tls").executeTakeFirstOrThrow()).mutual_tls;
  expect((await post("/device/v1/reports", heartbeat, { [KIOSK_HEADER]: "k-1" })).status).toBe(200);
  expect(await shown()).toBe(false);
  const reports = kiosk.next({ type: "event", event: "device.link", fields: {} });
  await post("/device/v1/reports", { ...heartbeat, reports }, { [KIOSK_HEADER]: "k-1" }, true);
  expect(await shown()).toBe(true);
});

test("a revoked machine that knocks is refused, seen and audited once", async () => {
  const { db, clock } = fleet.context;
  const thumbprint = "ab".repeat(32);
  await db
    .insertInto("certificate")
    .values({
      ...{ thumbprint, kiosk: "k-1", serial: "1", pem: "", issued_at: clock.now() - 10, expires_at: clock.now() + 10 },
      ...{ revoked_at: clock.now(), reason: "lost" },
    })
    .execute();
  const headers = { [KIOSK_HEADER]: REVOKED, "signature-input": `device=("@method");keyid="${thumbprint}"` };
  for (let knock = 0; knock < 3; knock++)
    expect(await post("/device/v1/reports", {}, headers)).toMatchObject({
      ...{ status: 401, json: { code: "identity.revoked", now: expect.any(Number) } },
    });
  const alerts = await db.selectFrom("alert").select("code").where("axis", "=", "security").execute();
  expect(alerts).toContainEqual({ code: "identity-knocking" });
  const audit = await db.selectFrom("audit").select(["action", "subject"]).execute();
  expect(audit).toEqual([{ action: "identity.knocking", subject: "k-1" }]);
});

test("one-time codes cannot be tried at will", async () => {
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 12; attempt++)
    statuses.push((await post("/device/v1/enrolment", { code: "x" }, {})).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 400), 429, 429]);
});
