import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { TLSSocket } from "node:tls";
import { Agent, request } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { DESIRED_TYPE } from "../../base/contracts/fleet/desired.ts";
import { renewalAnswerSchema } from "../../base/contracts/fleet/identity.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { THIS_MACHINE } from "../../base/node/tls.ts";
import { enrol } from "../../fleet-agent/identity/enrol.ts";
import { openIdentity } from "../../fleet-agent/identity/identity.ts";
import type { KioskIdentity } from "../../fleet-agent/identity/interface.ts";
import { createDirector } from "../../fleet-server/director/director.ts";
import { openDirectorKey } from "../../fleet-server/director/director-key.ts";
import type { Director } from "../../fleet-server/director/interface.ts";
import { makeServerCertificate, openAuthority } from "../../fleet-server/identity/authority.ts";
import { createIdentity } from "../../fleet-server/identity/identity.ts";
import { makeContext, type TestContext } from "../../fleet-server/identity/testing.ts";

let context: TestContext;
let identity: ReturnType<typeof createIdentity>;
let director: Director;
let listener: Server;
let server: string;

/** The smallest device listener: enrolment, renewal, desired state. */
async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const body = await buffer(request);
  const json = () => JSON.parse(body.toString());
  if (request.url === "/device/v1/enrolment") {
    const result = await identity.enrol(json());
    if (!result.ok) return { status: 401, body: { ...result.error, now: 0 } };
    const rest = { ca: identity.ca, director: director.keys, root: {}, updates: "/updates/" };
    return { status: 200, body: { ...result.value, ...rest } };
  }
  const raw: unknown = (request.socket as TLSSocket).getPeerCertificate().raw;
  const who = await identity.authenticate({
    ...{ method: request.method ?? "", target: request.url ?? "", authority: request.headers.host ?? "", body },
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, value?.toString()])),
    clientCertificate: raw instanceof Buffer ? createHash("sha256").update(raw).digest("hex") : undefined,
  });
  if (!who.ok) return { status: 401, body: { code: who.error.code } };
  if (request.url?.startsWith("/device/v1/desired"))
    return { status: 200, body: { jws: (await director.desired(who.value.kiosk)).jws, who: who.value } };
  const renewed = await identity.renew(who.value, json());
  return { status: renewed.ok ? 200 : 401, body: renewed.ok ? { ...renewed.value, ca: identity.ca } : renewed.error };
}

beforeAll(async () => {
  context = await makeContext(new SimulatedClock(systemClock.now()));
  const authority = await openAuthority(context.settings.keys, context.clock, context.log);
  identity = createIdentity(context, authority);
  director = createDirector(context, await openDirectorKey(context.settings.keys, context.log));
  const { chain, key } = await makeServerCertificate(authority, THIS_MACHINE, context.clock.now());
  const tls = { cert: chain, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false };
  listener = createServer(tls, (request, response) => {
    void answer(request).then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  server = `https://127.0.0.1:${(listener.address() as AddressInfo).port}`;
});
afterAll(async () => {
  listener.closeAllConnections();
  await new Promise((resolve) => listener.close(resolve));
  identity.close();
  await context.close();
});

async function call(kiosk: KioskIdentity, method: "GET" | "POST", path: string, content?: unknown) {
  const url = new URL(path, server);
  const { ca, certificate, key } = kiosk.credentials.value;
  const dispatcher = new Agent({ connect: { ca, cert: certificate, key } });
  const contentType = "application/json";
  const body = content === undefined ? undefined : new TextEncoder().encode(JSON.stringify(content));
  const signed = await kiosk.sign({ method, url, ...(body === undefined ? {} : { contentType, body }) }, 0);
  try {
    const headers = { ...signed, ...(body === undefined ? {} : { "content-type": contentType }) };
    const response = await request(url, { dispatcher, method, headers, ...(body === undefined ? {} : { body }) });
    return (await response.body.json()) as Record<string, unknown>;
  } finally {
    await dispatcher.close();
  }
}

test("a kiosk enrols, speaks, renews and is revoked, over real TLS with its own certificate", async () => {
  const { code } = await context.db
    .transaction()
    .execute((within) =>
      identity.newCode(
        { kiosk: "kiosk-1", place: "Oficina", site: "Santiago", ring: "general", by: "ana", expiresIn: 600 },
        within,
      ),
    );
  const directory = mkdtempSync(join(tmpdir(), "identity-"));
  const trust = { kind: "fingerprint", sha256: identity.caFingerprint } as const;
  const machine = { hostname: "box", platform: "linux" };
  expect(await enrol({ directory, server, code, trust, machine, clock: systemClock })).toMatchObject({ ok: true });
  const opened = openIdentity(directory, context.clock);
  if (!opened.ok) throw new Error(opened.error.message);
  const kiosk = opened.value;

  const first = await call(kiosk, "GET", "/device/v1/desired?now=1");
  expect(first).toMatchObject({ who: { kiosk: "kiosk-1", mutualTls: true } });
  const desired = await kiosk.verifyDirector(String(first.jws), DESIRED_TYPE);
  expect(desired).toMatchObject({ ok: true, value: { kiosk: "kiosk-1", revision: 1 } });

  await context.clock.advance(61 * 24 * 60 * 60 * 1000);
  expect(kiosk.renewalDue(context.clock.now())).toBe(true);
  const { csr, install } = await kiosk.prepareRenewal();
  const { certificate } = renewalAnswerSchema.parse(await call(kiosk, "POST", "/device/v1/certificate", { csr }));
  expect(install(certificate).ok).toBe(true);
  expect(kiosk.renewalDue(context.clock.now())).toBe(false);
  const second = await call(kiosk, "GET", "/device/v1/desired");
  expect(second).toMatchObject({ who: { mutualTls: true } });

  await context.db.transaction().execute((within) => identity.revoke("kiosk-1", "stolen", "ana", within));
  expect(await call(kiosk, "GET", "/device/v1/desired")).toEqual({ code: "identity.certificate-revoked" });
});
