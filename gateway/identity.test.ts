import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { connect } from "node:tls";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SimulatedClock } from "../base/clock.ts";
import { systemClock } from "../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../base/node/tls.ts";
import { type GatewayKit, KIOSK, KioskClient, startGatewayKit } from "../tests/support/gateway-kit.ts";

const YEAR = 365 * 24 * 60 * 60 * 1000;
let kit: GatewayKit;
const clients: KioskClient[] = [];

beforeAll(async () => {
  kit = await startGatewayKit();
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

afterAll(() => kit.stop());

function clientWith(pair: { readonly certificate: string; readonly key: string } | undefined): KioskClient {
  const client = new KioskClient(kit.url, kit.pki.ca.certificate, pair);
  clients.push(client);
  return client;
}

test("a kiosk with its own certificate is let in", async () => {
  expect(await kit.kiosk.send("GET", "/v1/health")).toMatchObject({ status: 200 });
});

test("no certificate is refused on every kiosk address, and told so", async () => {
  for (const [method, path] of [
    ["GET", "/v1/health"],
    ["POST", "/v1/queries/fonasa.prestaciones"],
    ["PUT", "/v1/submissions/a"],
    ["GET", "/v1/submissions/a"],
    ["GET", "/v1/nothing-here"],
  ] as const) {
    expect(await kit.phone.send(method, path, method === "GET" ? undefined : {}), path).toEqual({
      status: 401,
      body: {
        outcome: "error",
        error: { code: "gateway.certificate-missing", message: expect.any(String), who: "technician" },
      },
    });
  }
});

test("a certificate from another CA is refused", async () => {
  const stranger = await ensureDevelopmentPki({
    directory: mkdtempSync(`${tmpdir()}/stranger-`),
    kiosks: [KIOSK],
    clock: systemClock,
  });
  expect(await clientWith(stranger.kiosks.get(KIOSK)).send("GET", "/v1/health")).toMatchObject({
    status: 403,
    body: { error: { code: "gateway.certificate-refused", message: expect.stringContaining("UNABLE_TO") } },
  });
});

test("an expired certificate is refused", async () => {
  const directory = mkdtempSync(`${tmpdir()}/expired-`);
  const longAgo = new SimulatedClock(systemClock.now() - 2 * YEAR);
  const old = await ensureDevelopmentPki({ directory, kiosks: [KIOSK], clock: longAgo });
  const renewed = await ensureDevelopmentPki({ directory, kiosks: [KIOSK], clock: systemClock });
  expect(renewed.ca).toEqual(old.ca);
  const gateway = await startGatewayKit({}, renewed);
  const client = new KioskClient(gateway.url, renewed.ca.certificate, old.kiosks.get(KIOSK));
  clients.push(client);
  expect(await client.send("GET", "/v1/health")).toMatchObject({
    status: 403,
    body: { error: { code: "gateway.certificate-refused", message: expect.stringContaining("EXPIRED") } },
  });
  await gateway.stop();
});

test("a TLS session that is resumed keeps its verdict", async () => {
  const visit = async (pair: { certificate: string; key: string } | undefined, session: Buffer | undefined) => {
    const { hostname, port } = new URL(kit.url);
    const socket = connect({
      host: hostname,
      port: Number(port),
      ca: kit.pki.ca.certificate,
      ...(pair === undefined ? {} : { cert: pair.certificate, key: pair.key }),
      ...(session === undefined ? {} : { session }),
    });
    const tickets: Buffer[] = [];
    let reused: boolean | undefined;
    socket.on("secureConnect", () => {
      reused = socket.isSessionReused();
    });
    socket.on("session", (ticket: Buffer) => tickets.push(ticket));
    socket.end("GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let answer = "";
    for await (const chunk of socket as AsyncIterable<Buffer>) answer += chunk.toString();
    return { status: answer.split(" ")[1], reused, ticket: tickets.at(-1) };
  };
  const kiosk = await visit(kit.pki.kiosks.get(KIOSK), undefined);
  expect(await visit(kit.pki.kiosks.get(KIOSK), kiosk.ticket)).toMatchObject({ status: "200", reused: true });
  const nobody = await visit(undefined, undefined);
  expect(await visit(undefined, nobody.ticket)).toMatchObject({ status: "401", reused: true });
  const server = await visit(kit.pki.server, undefined);
  expect(await visit(kit.pki.server, server.ticket)).toMatchObject({ status: "403" });
});

test("a server's certificate is not a kiosk's, though the same CA signed it", async () => {
  expect(await clientWith(kit.pki.server).send("GET", "/v1/health")).toMatchObject({
    status: 403,
    body: { error: { code: "gateway.certificate-refused" } },
  });
});

test("an address that does not exist is told to a kiosk as data, to a phone as a page", async () => {
  expect(await kit.kiosk.send("GET", "/v1/nothing-here")).toMatchObject({
    status: 404,
    body: { error: { code: "gateway.no-such-address" } },
  });
  const page = await kit.phone.text("GET", "/nothing-here");
  expect(page.status).toBe(404);
  expect(page.body).toContain("<h1>No existe esta página</h1>");
});

test("refused callers are in the log, without what they sent", async () => {
  await kit.phone.send("POST", "/v1/queries/fonasa.affiliation", { input: { run: "12345678-5" } });
  expect(kit.logged).toContainEqual(
    expect.objectContaining({
      event: "gateway.client-refused",
      fields: expect.objectContaining({ code: "gateway.certificate-missing" }),
    }),
  );
  expect(JSON.stringify(kit.logged)).not.toContain("12345678");
});
