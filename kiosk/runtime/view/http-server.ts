import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Clock } from "../../../base/clock.ts";
import { ATTACHMENT_TYPE } from "../../../base/contracts/attachment.ts";
import { PAPERS_PATH } from "../../../base/contracts/view.ts";
import type { Logger } from "../../../base/log.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { MAX_MESSAGE_BYTES, RENEW_PATH, TOKEN_COOKIE, VIEW_PATH } from "../../contract/messages.ts";
import { ADDRESSES, allowedHosts, chooseProtocol, cookieToken, denyUpgrade, sameToken } from "./access.ts";
import type { BundleFile } from "./bundle.ts";
import type { ViewHub } from "./hub.ts";
import { serveWebSocket } from "./websocket.ts";

export type ViewServerOptions = {
  readonly hub: ViewHub;
  readonly bundle: ReadonlyMap<string, BundleFile>;
  /** Loopback port; 0 takes a free one. */
  readonly port: number;
  /** This boot's token. */
  readonly token: string;
  /** Whether `GET /` hands the cookie out by itself; otherwise `/?token=…` is required. */
  readonly openPage: boolean;
  /** Origin of the one page that may show this one within itself; absent: none may. */
  readonly framedBy?: string;
  /** A page that the citizen scanned who stands there now; absent: there are none. */
  readonly paper?: (sha256: string) => Uint8Array | undefined;
  /** What `GET /health` answers; holds no personal data. */
  readonly health: () => unknown;
  readonly clock: Clock;
  readonly log: Logger;
};

export type ViewServer = { readonly port: number; readonly stop: () => Promise<void> };

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors";
const HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
} as const;

/** Shells are few: more connections than this is a fault or an attack. */
const MAX_CLIENTS = 8;

/** Serves the user interface, the view's WebSocket and the health report, on loopback only, at both `ADDRESSES`. */
export async function startViewServer(
  options: ViewServerOptions,
): Promise<Result<ViewServer, CodedError<"runtime.port-refused">>> {
  const make = () =>
    createServer({ headersTimeout: 5_000, requestTimeout: 10_000 }, (request, response) =>
      answer(request, response, port(servers[0]), options),
    );
  const servers = [make(), make()] as const;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: chooseProtocol,
  });
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const denial =
      denyView(request, port(servers[0]), options.token) ?? (sockets.clients.size >= MAX_CLIENTS && "busy");
    if (denial) {
      options.log("view.client", { transport: "websocket", change: "refused", reason: denial });
      turnAway(socket, denial);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => serveWebSocket(client, options));
  };
  const stop = async () => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
    for (const server of servers.filter(({ listening }) => listening)) {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  };
  let at = options.port;
  for (const [index, server] of servers.entries()) {
    server.on("upgrade", upgrade);
    const address = ADDRESSES[index];
    try {
      await listen(server, at, address);
      at = port(server);
    } catch (error) {
      await stop();
      const detail = error instanceof Error ? error.message : String(error);
      return err(coded("runtime.port-refused", `${address}:${at}: ${detail}`));
    }
  }
  return ok({ port: at, stop });
}

function port(server: Server): number {
  return (server.address() as AddressInfo).port;
}

function listen(server: Server, at: number, host: string | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ port: at, host }, () => {
    server.off("error", reject);
    resolve();
  });
  return promise;
}

function denyView(request: IncomingMessage, at: number, token: string): string | undefined {
  if (pathOf(request) !== VIEW_PATH) return "path";
  return denyUpgrade(request, at, token);
}

function turnAway(socket: Duplex, reason: string): void {
  const status = reason === "path" ? "404 Not Found" : reason === "busy" ? "503 Service Unavailable" : "403 Forbidden";
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function answer(request: IncomingMessage, response: ServerResponse, at: number, options: ViewServerOptions): void {
  const send = (status: number, type: string, body: string | Uint8Array, headers: Record<string, string> = {}) => {
    response.writeHead(status, {
      ...HEADERS,
      "content-security-policy": `${POLICY} ${options.framedBy ?? "'none'"}`,
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      ...headers,
    });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  const text = (status: number, message: string) => send(status, "text/plain; charset=utf-8", `${message}\n`);

  const path = pathOf(request);
  const file = options.bundle.get(path);
  if (!allowedHosts(at).has(request.headers.host ?? "")) text(403, "This address is not served here.");
  else if (request.method !== "GET" && request.method !== "HEAD") text(405, "Only GET and HEAD.");
  else if (path === "/health") send(200, "application/json", JSON.stringify(options.health()));
  else if (path === "/" || path === "/index.html") page();
  else if (path === RENEW_PATH) renew();
  else if (path.startsWith(PAPERS_PATH)) paper(path.slice(PAPERS_PATH.length));
  else if (file === undefined) text(404, "Not found.");
  else send(200, file.type, file.body);

  /** Sends whoever holds the token to the other address, with it. */
  function renew(): void {
    const there = request.headers.host === `${ADDRESSES[0]}:${at}` ? ADDRESSES[1] : ADDRESSES[0];
    const location = `http://${there}:${at}/?token=${options.token}`;
    if (options.openPage || sameToken(cookieToken(request), options.token)) send(303, "text/plain", "", { location });
    else text(403, "A token is required.");
  }

  function paper(sha256: string): void {
    const picture = options.paper?.(sha256);
    if (!sameToken(cookieToken(request), options.token)) text(403, "A token is required.");
    else if (picture === undefined) text(404, "Not found.");
    else send(200, ATTACHMENT_TYPE, picture);
  }

  function page(): void {
    const given = new URL(request.url ?? "/", "http://kiosk").searchParams.get("token");
    const cookie = { "set-cookie": `${TOKEN_COOKIE}=${options.token}; HttpOnly; SameSite=Lax; Path=/` };
    const index = options.bundle.get("/index.html");
    // The token leaves the address at once, so that it is in no history and no screenshot.
    if (given !== null && sameToken(given, options.token)) send(303, "text/plain", "", { ...cookie, location: "/" });
    else if (!options.openPage && !sameToken(cookieToken(request), options.token)) text(403, "A token is required.");
    else if (index === undefined) text(503, "The user interface is not built: npm run build:ui.");
    else send(200, index.type, index.body, cookie);
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}
