import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import { assertOk } from "../../../base/result.ts";
import { createHttpLink } from "./http-link.ts";

let server: Server | TcpServer | undefined;
afterEach(async () => {
  if (server !== undefined && "closeAllConnections" in server) server.closeAllConnections();
  const { promise, resolve } = Promise.withResolvers<void>();
  if (server === undefined) resolve();
  else server.close(() => resolve());
  await promise;
  server = undefined;
});

async function listen(made: Server | TcpServer) {
  server = made;
  const { promise, resolve } = Promise.withResolvers<void>();
  made.listen(0, "127.0.0.1", resolve);
  await promise;
  const clock = new SimulatedClock();
  const { port } = made.address() as AddressInfo;
  return { clock, link: assertOk(createHttpLink(`http://127.0.0.1:${port}/eSCL`, { clock }), "link") };
}

const overHttp = (answer: RequestListener) => listen(createServer(answer));
/** Answers the first bytes of a connection with `reply` and hangs up. */
const overTcp = (reply: string) =>
  listen(createTcpServer((socket) => socket.once("data", () => socket.end(reply)).on("error", () => {})));

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

const GET = { method: "GET", path: "/eSCL/ScannerStatus", most: 1_000 } as const;
const ask = { within: 5_000 };

test("a document goes with its type and its length in bytes, and its answer's place comes back", async () => {
  const seen: unknown[] = [];
  const { link } = await overHttp(async (request, response) => {
    const { method, url, headers } = request;
    seen.push(method, url, headers["content-type"], headers["content-length"], await textOf(request));
    response.writeHead(201, { location: "/eSCL/ScanJobs/7" }).end("made");
  });
  const made = await link.exchange({ method: "POST", path: "/eSCL/ScanJobs", body: "<ñ/>", most: 10 }, ask);
  expect(made).toEqual({ ok: true, value: { status: 201, location: "/eSCL/ScanJobs/7", body: new Uint8Array() } });
  expect(seen).toEqual(["POST", "/eSCL/ScanJobs", "text/xml; charset=utf-8", "5", "<ñ/>"]);
});

test("a body comes whole up to what is allowed, and no byte more", async () => {
  let length = 1_000;
  const { link } = await overHttp((_, response) => void response.end(new Uint8Array(length)));
  expect(await link.exchange(GET, ask)).toMatchObject({
    ok: true,
    value: { status: 200, body: new Uint8Array(1_000) },
  });
  length = 1_001;
  expect(await link.exchange(GET, ask)).toMatchObject({ ok: false, error: { code: "document-scanner.too-large" } });
});

test("what else than a success says is for people, and a redirection is not followed", async () => {
  const { link } = await overHttp((_, response) => void response.writeHead(302, { location: "/x" }).end("go away"));
  expect(await link.exchange(GET, ask)).toMatchObject({ ok: true, value: { status: 302, body: new Uint8Array() } });
});

test("an answer without end is cut off at the limit", async () => {
  const { link } = await overHttp((_, response) => {
    const chunk = new Uint8Array(300);
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", pour).on("error", () => {});
    pour();
  });
  expect(await link.exchange(GET, ask)).toMatchObject({ error: { code: "document-scanner.too-large" } });
});

test.each([
  ["the connection ends without an answer", "", "link.lost"],
  ["bytes that are no HTTP", "\x16\x03\x01 nonsense\r\n\r\n", "document-scanner.bad-answer"],
  ["an answer that is cut short", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc", "link.lost"],
  ["an endless header", `HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n\r\n`, "document-scanner.bad-answer"],
])("%s", async (_name, reply, code) => {
  const { link } = await overTcp(reply);
  expect(await link.exchange(GET, ask)).toMatchObject({ ok: false, error: { code } });
});

test("nobody listens at the address", async () => {
  const { link } = await overHttp(() => {});
  const { promise, resolve } = Promise.withResolvers<void>();
  server?.close(() => resolve());
  await promise;
  expect(await link.exchange(GET, ask)).toMatchObject({ error: { code: "link.refused" } });
});

describe("given up", () => {
  test("before it began", async () => {
    const { link } = await overHttp(() => {});
    const answer = await link.exchange(GET, { ...ask, signal: AbortSignal.abort() });
    expect(answer).toMatchObject({ error: { code: "common.cancelled" } });
  });

  test.each(["the deadline passes", "the caller gives up"])("%s while the scanner thinks", async (how) => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const { link, clock } = await overHttp(() => resolve());
    const caller = new AbortController();
    const answer = link.exchange(GET, { ...ask, signal: caller.signal });
    await asked;
    if (how === "the deadline passes") await clock.advance(5_000);
    else caller.abort();
    expect(await answer).toMatchObject({
      error: { code: how === "the deadline passes" ? "common.deadline" : "common.cancelled" },
    });
    expect(clock.pending).toBe(0);
  });
});

test.each(["127.0.0.1:80", "ipp://127.0.0.1/eSCL", "http://", "http://user@127.0.0.1/eSCL", "http://a/eSCL?x", "lp"])(
  "%s is no address of a scanner",
  (address) =>
    expect(createHttpLink(address, { clock: new SimulatedClock() })).toMatchObject({
      ok: false,
      error: { code: "common.bad-input" },
    }),
);
