import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { assertOk } from "../../base/result.ts";
import { createHttpLink } from "./http-link.ts";
import { DEFAULT_LIMITS } from "./ipp/message.ts";

const HEAD = Uint8Array.of(2, 0, 0, 11, 0, 0, 0, 1, 3);
const IPP = { "content-type": "application/ipp" };

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
  const link = assertOk(createHttpLink(`ipp://127.0.0.1:${port}/ipp/print`, { clock }), "link");
  return { clock, link };
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const overHttp = (answer: RequestListener) => listen(createServer(answer));
/** Answers the first bytes of a connection with `reply` and hangs up. */
const overTcp = (reply: string) =>
  listen(createTcpServer((socket) => socket.once("data", () => socket.end(reply)).on("error", () => {})));
const ask = { within: 5_000 };

test("a question goes with its length, to the printer's path", async () => {
  const seen: unknown[] = [];
  const { link } = await overHttp(async (request, response) => {
    const { method, url, headers } = request;
    seen.push(method, url, headers["content-type"], headers["content-length"], [...(await body(request))]);
    response.writeHead(200, IPP).end(Uint8Array.of(1, 2, 3));
  });
  expect(await link.exchange({ head: HEAD }, ask)).toMatchObject({ ok: true, value: Uint8Array.of(1, 2, 3) });
  expect(seen).toEqual(["POST", "/ipp/print", "application/ipp", "9", [...HEAD]]);
});

test("a document follows in chunks", async () => {
  const document = new Uint8Array(300_000).fill(7);
  let seen: unknown;
  const { link } = await overHttp(async (request, response) => {
    const whole = await body(request);
    seen = [request.headers["transfer-encoding"], whole.length, whole.subarray(9).equals(document)];
    response.writeHead(200, IPP).end();
  });
  expect(await link.exchange({ head: HEAD, document }, ask)).toMatchObject({ ok: true });
  expect(seen).toEqual(["chunked", 300_009, true]);
});

describe("certain that the printer did nothing", () => {
  test("nobody listens at the address", async () => {
    const { link } = await overHttp(() => {});
    const { promise, resolve } = Promise.withResolvers<void>();
    server?.close(() => resolve());
    await promise;
    expect(await link.exchange({ head: HEAD }, ask)).toMatchObject({
      error: { error: { code: "link.refused" }, maybeDone: false },
    });
  });

  test("a refusal by HTTP", async () => {
    const { link } = await overHttp((_, response) => response.writeHead(401).end());
    expect(await link.exchange({ head: HEAD }, ask)).toMatchObject({
      error: { error: { code: "page-printer.not-authorised" }, maybeDone: false },
    });
  });

  test("cancelled before it began", async () => {
    const { link } = await overHttp(() => {});
    expect(await link.exchange({ head: HEAD }, { ...ask, signal: AbortSignal.abort() })).toMatchObject({
      error: { error: { code: "common.cancelled" }, maybeDone: false },
    });
  });
});

describe("the printer may have acted", () => {
  test.each([
    ["the connection ends without an answer", "", "link.lost"],
    ["bytes that are no HTTP", "\x16\x03\x01 nonsense\r\n\r\n", "page-printer.bad-answer"],
    ["an answer that is cut short", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc", "link.lost"],
    ["a server's fault", "HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n", "page-printer.bad-answer"],
    [
      "a web page",
      "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nhi",
      "page-printer.bad-answer",
    ],
    ["an endless header", `HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n\r\n`, "page-printer.bad-answer"],
  ])("%s", async (_name, reply, code) => {
    const { link } = await overTcp(reply);
    expect(await link.exchange({ head: HEAD }, ask)).toMatchObject({ error: { error: { code }, maybeDone: true } });
  });

  test("an answer without end is cut off at the limit", async () => {
    const { link } = await overHttp((_, response) => {
      response.writeHead(200, IPP);
      const chunk = new Uint8Array(65_536);
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", pour).on("error", () => {});
      pour();
    });
    expect(DEFAULT_LIMITS.bytes).toBe(1_048_576);
    expect(await link.exchange({ head: HEAD }, ask)).toMatchObject({
      error: { error: { code: "page-printer.bad-answer" }, maybeDone: true },
    });
  });

  test("so is one that comes byte by byte, each in a chunk of its own, and it takes no more memory than its bytes", async () => {
    const piece = "1\r\nx\r\n".repeat(20_000);
    const { link } = await listen(
      createTcpServer((socket) => {
        const pour = () => {
          while (!socket.destroyed && socket.write(piece));
        };
        socket.on("error", () => {}).on("drain", pour);
        socket.once("data", () => {
          socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/ipp\r\ntransfer-encoding: chunked\r\n\r\n");
          pour();
        });
      }),
    );
    expect(await link.exchange({ head: HEAD }, { within: 60_000 })).toMatchObject({
      error: {
        error: { code: "page-printer.bad-answer", message: expect.stringContaining("too long") },
        maybeDone: true,
      },
    });
  });

  test.each([
    ["a header", "HTTP/1.1 200 OK\r\nx: ", "y"],
    ["interim answers", "", "HTTP/1.1 102 Processing\r\n\r\n"],
    ["a body", "HTTP/1.1 200 OK\r\ncontent-type: application/ipp\r\ncontent-length: 1000000\r\n\r\n", "z"],
  ])("the deadline passes while %s drips in, a little at a time and without end", async (_name, start, drop) => {
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const { link, clock } = await listen(
      createTcpServer((socket) => {
        const drip = () => {
          if (!socket.destroyed) socket.write(drop, () => setImmediate(drip));
        };
        socket.on("error", () => {});
        socket.once("data", () => {
          if (start !== "") socket.write(start);
          drip();
          resolve();
        });
      }),
    );
    const exchange = link.exchange({ head: HEAD }, ask);
    await begun;
    await clock.advance(5_000);
    expect(await exchange).toMatchObject({ error: { maybeDone: true } });
  });

  test.each(["the deadline passes", "the caller gives up"])("%s while the printer thinks", async (how) => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const { link, clock } = await overHttp(() => resolve());
    const caller = new AbortController();
    const answer = link.exchange({ head: HEAD }, { within: 5_000, signal: caller.signal });
    await asked;
    if (how === "the deadline passes") await clock.advance(5_000);
    else caller.abort();
    expect(await answer).toMatchObject({
      error: {
        error: { code: how === "the deadline passes" ? "common.deadline" : "common.cancelled" },
        maybeDone: true,
      },
    });
    expect(clock.pending).toBe(0);
  });
});

test.each(["127.0.0.1:631", "http://127.0.0.1/ipp/print", "ipp://", "ipp://user@127.0.0.1/", "lp"])(
  "%s is no address of a printer",
  (address) =>
    expect(createHttpLink(address, { clock: new SimulatedClock() })).toMatchObject({
      ok: false,
      error: { code: "common.bad-input" },
    }),
);
