import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import { createGatewayClient, type GatewayClient } from "./client.ts";

const LINK = { url: "https://g.example/d/1", code: "AB12", expiresAt: "2026-11-23T12:00:00Z" };
const OK = { outcome: "ok", result: LINK };
const submitLink = (client: GatewayClient, signal?: AbortSignal) =>
  client.submit("j1/link", "delivery.link", { document: "B-1" }, signal);

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

let server: Server;
let client: GatewayClient;
let handle: Handler;
let calls: string[];

beforeEach(async () => {
  calls = [];
  server = createServer((request, response) => receive(request, response));
  await listen(server);
  client = makeClient(`http://127.0.0.1:${port()}`);
});

afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

function receive(request: IncomingMessage, response: ServerResponse): void {
  let body = "";
  request.setEncoding("utf8").on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    calls.push(`${request.method} ${request.url}`);
    handle(request, response, body);
  });
}

function makeClient(url: string, attempts = 3): GatewayClient {
  return createGatewayClient({
    url,
    clock: systemClock,
    random: () => 0.5,
    doubt: { first: 5, factor: 1, cap: 5, attempts, jitter: 0 },
  });
}

const listen = (target: Server) => new Promise<void>((resolve) => target.listen(0, "127.0.0.1", () => resolve()));
const port = () => (server.address() as AddressInfo).port;
const json = (response: ServerResponse, value: unknown, status = 200) => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
};

test("a query carries its input and returns the result that the contract allows", async () => {
  handle = (_request, response, body) => {
    expect(JSON.parse(body)).toEqual({ input: {} });
    json(response, { outcome: "ok", result: { prestaciones: [{ code: "0101001", name: "Consulta" }] } });
  };
  expect(await client.query("fonasa.prestaciones", {})).toEqual({
    outcome: "ok",
    value: { prestaciones: [{ code: "0101001", name: "Consulta" }] },
  });
  expect(calls).toEqual(["POST /v1/queries/fonasa.prestaciones"]);
});

test("a query whose connection breaks is tried once more", async () => {
  handle = (request, response) => {
    if (calls.length === 1) request.socket.destroy();
    else json(response, { outcome: "ok", result: { prestaciones: [] } });
  };
  expect((await client.query("fonasa.prestaciones", {})).outcome).toBe("ok");
});

test.each<[string, unknown]>([
  ["a result of another shape", { outcome: "ok", result: { prestaciones: 1 } }],
  ["no JSON at all", "<html>"],
  ["an unknown outcome", { outcome: "maybe" }],
])("a query answered with %s is an error", async (_name, answer) => {
  handle = (_request, response) => json(response, answer, 502);
  expect(await client.query("fonasa.prestaciones", {})).toMatchObject({
    outcome: "error",
    error: { code: "runtime.gateway-answer" },
  });
});

test("the gateway's error keeps its code and loses its text, which could name a person", async () => {
  const error = { code: "link.absent", message: "Maria Perez 12345678-5", who: "technician" };
  handle = (_request, response) => json(response, { outcome: "error", error });
  const known = await submitLink(client);
  expect(known).toMatchObject({ outcome: "error", error: { code: "link.absent" } });
  handle = (_request, response) => json(response, { outcome: "error", error: { ...error, code: "new.code" } });
  const unknown = await submitLink(client);
  expect(unknown).toMatchObject({ outcome: "error", error: { code: "runtime.gateway-error" } });
  expect(JSON.stringify([known, unknown])).not.toContain("12345678");
});

test("a submission is put under its key", async () => {
  handle = (_request, response, body) => {
    expect(JSON.parse(body)).toEqual({ operation: "delivery.link", input: { document: "B-1" } });
    json(response, OK);
  };
  expect(await submitLink(client)).toEqual({ outcome: "ok", value: LINK });
  expect(calls).toEqual(["PUT /v1/submissions/j1%2Flink"]);
});

test("after a lost answer the gateway is asked, and a done submission is not sent again", async () => {
  handle = (request, response) => {
    if (request.method === "PUT") request.socket.destroy();
    else json(response, { state: "done", answer: OK });
  };
  expect(await submitLink(client)).toEqual({ outcome: "ok", value: LINK });
  expect(calls).toEqual(["PUT /v1/submissions/j1%2Flink", "GET /v1/submissions/j1%2Flink"]);
});

test("a submission that never arrived is sent again under the same key", async () => {
  handle = (request, response) => {
    if (request.method === "GET") json(response, { state: "absent" });
    else if (calls.length === 1) request.socket.destroy();
    else json(response, OK);
  };
  expect((await submitLink(client)).outcome).toBe("ok");
  expect(calls.map((call) => call.slice(0, 3))).toEqual(["PUT", "GET", "PUT"]);
});

test("an institution that is still working is waited for; its failure is certain", async () => {
  const error = { code: "link.lost", message: "x", who: "supplier" };
  handle = (request, response) => {
    if (request.method === "PUT") json(response, { outcome: "unknown", error });
    else if (calls.length < 3) json(response, { state: "working" });
    else json(response, { state: "failed", answer: { outcome: "error", error } });
  };
  expect(await submitLink(client)).toMatchObject({ outcome: "error", error: { code: "link.lost" } });
});

test("a doubt that stays is unknown", async () => {
  handle = (request, response) => {
    if (request.method === "PUT") request.socket.destroy();
    else json(response, { state: "unknown" });
  };
  expect((await submitLink(client)).outcome).toBe("unknown");
  expect(calls.filter((call) => call.startsWith("PUT"))).toHaveLength(1);
});

test("a result that does not fit the contract is a doubt, not a success and not a failure", async () => {
  handle = (request, response) =>
    json(
      response,
      request.method === "PUT"
        ? { outcome: "ok", result: {} }
        : { state: "done", answer: { outcome: "ok", result: {} } },
    );
  expect(await submitLink(client)).toMatchObject({ outcome: "unknown", error: { code: "runtime.gateway-answer" } });
});

test("when nobody listens it is certain that nothing was done", async () => {
  const at = port();
  await new Promise((resolve) => server.close(resolve));
  const alone = makeClient(`http://127.0.0.1:${at}`);
  expect(await submitLink(alone)).toMatchObject({
    outcome: "error",
    error: { code: "runtime.gateway-unreachable" },
  });
  await alone.close();
});

test("a caller who leaves is let go at once, and what was sent stays in doubt", async () => {
  const leaving = new AbortController();
  handle = () => leaving.abort();
  expect((await submitLink(client, leaving.signal)).outcome).toBe("unknown");
});

test("an answer without end is cut off", async () => {
  handle = (_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  };
  expect((await client.query("fonasa.prestaciones", {})).outcome).toBe("error");
});

test("the health report names institutions", async () => {
  handle = (_request, response) => json(response, { institutions: { fonasa: "up", srcei: "down" } });
  expect(await client.health()).toEqual({ ok: true, value: { fonasa: "up", srcei: "down" } });
});

test("with certificates both sides prove who they are; a gateway of another authority is refused before a byte is sent", async () => {
  const own = authority();
  const tls = createTlsServer(
    { ca: own.ca, cert: own.server.certificate, key: own.server.key, requestCert: true, rejectUnauthorized: true },
    receive,
  );
  await new Promise<void>((resolve) => tls.listen(0, "127.0.0.1", () => resolve()));
  const url = `https://127.0.0.1:${(tls.address() as AddressInfo).port}`;
  handle = (_request, response) => json(response, OK);
  const connect = (ca: string) =>
    createGatewayClient({
      url,
      tls: () => ({ ca, certificate: own.kiosk.certificate, key: own.kiosk.key }),
      clock: systemClock,
      random: () => 0.5,
    });
  const trusted = connect(own.ca);
  expect((await submitLink(trusted)).outcome).toBe("ok");
  const other = connect(authority().ca);
  expect(await submitLink(other)).toMatchObject({ outcome: "error", error: { code: "runtime.gateway-unreachable" } });
  expect(calls).toHaveLength(1);
  await trusted.close();
  await other.close();
  tls.closeAllConnections();
  tls.close();
});

/** A throw-away authority with one server and one kiosk certificate, made by OpenSSL. */
function authority() {
  const directory = mkdtempSync(join(tmpdir(), "tls-"));
  const openssl = (...parameters: string[]) => execFileSync("openssl", parameters, { cwd: directory, stdio: "pipe" });
  const read = (name: string) => readFileSync(join(directory, name), "utf8");
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...newKey, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA", "-days", "2");
  writeFileSync(join(directory, "server.ext"), "subjectAltName=IP:127.0.0.1");
  writeFileSync(join(directory, "kiosk.ext"), "extendedKeyUsage=clientAuth");
  for (const name of ["server", "kiosk"]) {
    openssl("req", ...newKey, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
    const sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", `${name}.ext`];
    openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.pem`, ...sign);
  }
  const pair = (name: string) => ({ certificate: read(`${name}.pem`), key: read(`${name}.key`) });
  return { ca: read("ca.pem"), server: pair("server"), kiosk: pair("kiosk") };
}

const LATER = { code: "institution.unreachable", message: "RUN 12345678-5", who: "supplier" };

test.each<[string, unknown, number, object]>([
  ["done", { outcome: "done", result: { folio: "1" } }, 200, { kind: "done", result: { folio: "1" } }],
  ["refused for ever", { outcome: "refused", error: LATER }, 200, { kind: "refused" }],
  ["not now", { outcome: "later", error: LATER }, 200, { kind: "later", away: false }],
  ["a proxy's page", "<html>", 502, { kind: "later", away: true }],
  ["a defect of the gateway", { outcome: "error", error: LATER }, 500, { kind: "later", away: false }],
])("what waited is delivered under its key: %s", async (_name, answer, status, expected) => {
  handle = (_request, response, body) => {
    expect(JSON.parse(body)).toEqual({ sealed: "a.b.c" });
    json(response, answer, status);
  };
  const delivery = await client.deliver("j1/request-1", "a.b.c");
  expect(delivery).toMatchObject(expected);
  expect(JSON.stringify(delivery)).not.toContain("12345678");
  expect(calls).toEqual(["PUT /v1/submissions/j1%2Frequest-1"]);
});

test.each([
  ["120", 120_000],
  ["Wed, 21 Oct 2099 07:28:00 GMT", undefined],
  ["-1", undefined],
])("Retry-After: %s is kept in seconds only, for a date needs a clock that is right", async (header, expected) => {
  handle = (_request, response) => {
    response.writeHead(503, { "retry-after": header }).end();
  };
  const delivery = await client.deliver("k", "a.b.c");
  expect(delivery.kind === "later" ? delivery.retryAfter : "none").toBe(expected);
});

test("a delivery whose answer is lost is no more than not now", async () => {
  handle = (request) => request.socket.destroy();
  expect(await client.deliver("k", "a.b.c")).toMatchObject({ kind: "later", away: true });
});

test("keys are taken in the form of the contract only", async () => {
  const key = {
    kid: "key-number-1",
    x: "x".repeat(43),
    sealUntil: "2027-01-01T00:00:00Z",
    opensUntil: "2027-02-01T00:00:00Z",
  };
  const offer = { keys: [key], operations: ["consent.record"] };
  handle = (_request, response) => json(response, offer);
  expect(await client.sealingOffer()).toEqual({ ok: true, value: offer });
  handle = (_request, response) => json(response, { ...offer, keys: [{ ...key, d: "secret" }] });
  expect(await client.sealingOffer()).toMatchObject({ ok: false, error: { code: "runtime.gateway-answer" } });
});
