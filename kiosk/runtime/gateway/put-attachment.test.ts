import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ok } from "../../../base/result.ts";
import { attachmentOf, markedPaper } from "../../../tests/support/papers.ts";
import { createGatewayClient, type GatewayClient } from "./client.ts";

const PAPER = markedPaper("first page ", 100_000);
const { sha256 } = attachmentOf(PAPER);
const KEPT = { outcome: "ok", result: { sha256 } };
const REFUSED = { code: "gateway.attachments-full", message: "RUN 12345678-5", who: "supplier" };

let server: Server;
let client: GatewayClient;
let handle: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;
let calls: number;

beforeEach(async () => {
  calls = 0;
  server = createServer(async (request, response) => {
    calls++;
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    handle(request, response, Buffer.concat(chunks));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  client = createGatewayClient({ url: `http://127.0.0.1:${port}`, clock: systemClock, random: () => 0.5 });
});

afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

const json = (response: ServerResponse, value: unknown, status = 200) => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
};

test("a paper is put under its hash, byte for byte", async () => {
  handle = (request, response, body) => {
    expect([request.method, request.url]).toEqual(["PUT", `/v1/attachments/${sha256}`]);
    expect(request.headers["content-type"]).toBe("image/jpeg");
    expect(body.equals(PAPER)).toBe(true);
    json(response, KEPT);
  };
  expect(await client.putAttachment(sha256, PAPER)).toEqual(ok());
});

test("one whose connection breaks is put once more", async () => {
  handle = (request, response) => (calls === 1 ? request.socket.destroy() : json(response, KEPT));
  expect(await client.putAttachment(sha256, PAPER)).toEqual(ok());
  expect(calls).toBe(2);
});

test("a refusal is told by its code alone, and not repeated", async () => {
  handle = (_request, response) => json(response, { outcome: "error", error: REFUSED }, 429);
  const put = await client.putAttachment(sha256, PAPER);
  expect(put).toMatchObject({ ok: false, error: { code: "gateway.attachments-full" } });
  expect(JSON.stringify(put)).not.toContain("12345678");
  expect(calls).toBe(1);
});

test.each<[string, unknown, number]>([
  ["of another form", "<html>", 502],
  ["about another paper", { outcome: "ok", result: { sha256: "b".repeat(64) } }, 200],
])("an answer %s is none", async (_name, answer, status) => {
  handle = (_request, response) => json(response, answer, status);
  expect(await client.putAttachment(sha256, PAPER)).toMatchObject({
    ok: false,
    error: { code: "runtime.gateway-answer" },
  });
});

test("no error holds the hash, by which a paper could be recognised", async () => {
  handle = (request) => request.socket.destroy();
  const broken = await client.putAttachment(sha256, PAPER);
  const leaving = new AbortController();
  handle = () => leaving.abort();
  const left = await client.putAttachment(sha256, PAPER, leaving.signal);
  expect([broken.ok, left.ok]).toEqual([false, false]);
  expect(JSON.stringify([broken, left])).not.toContain(sha256);
});
