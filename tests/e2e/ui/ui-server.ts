import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import { PAPERS_PATH, type SessionView } from "../../../base/contracts/view.ts";
import {
  type ClientMessage,
  clientMessageSchema,
  RENEW_PATH,
  serverMessageSchema,
  VIEW_PATH,
  VIEW_PROTOCOL,
} from "../../../kiosk/contract/messages.ts";
import { UI_FOLDER } from "../../../scripts/build-ui.ts";
import { PAGE_PICTURE } from "./page-picture.ts";

/** The policy that the runtime and the shells serve the page with. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self' ws://127.0.0.1:*";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".woff2": "font/woff2",
};

/** Serves `out/ui` and plays the runtime's side of the view contract. */
export type UiServer = {
  readonly url: string;
  readonly intents: ClientMessage[];
  /** Called for every intent, after it was recorded. */
  onIntent: (message: ClientMessage) => void;
  /** Publishes a state to every page, now and when a page connects later; returns its version. */
  publish(view: SessionView, screenWidth: number): number;
  refuse(id: string): void;
  /** Sends text that nobody checked to every page. */
  sendRaw(text: string): void;
  /** How many links were accepted, ever. */
  connections: number;
  /** Cuts every link. While `accepting` is `false` new ones are refused. */
  drop(): void;
  accepting: boolean;
  close(): Promise<void>;
};

export async function startUiServer(): Promise<UiServer> {
  const http = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    if (path === RENEW_PATH) {
      // The page stays: what is measured here is one page in many states.
      response.writeHead(204).end();
      return;
    }
    if (path.startsWith(PAPERS_PATH)) {
      response.writeHead(200, { "content-type": "image/svg+xml" }).end(PAGE_PICTURE);
      return;
    }
    const file = join(UI_FOLDER, normalize(path === "/" ? "/index.html" : path));
    readFile(file).then(
      (content) => {
        response.writeHead(200, {
          "content-type": TYPES[extname(file)] ?? "application/octet-stream",
          "content-security-policy": CSP,
        });
        response.end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  const sockets = new WebSocketServer({
    server: http,
    path: VIEW_PATH,
    handleProtocols: (offered) => offered.has(VIEW_PROTOCOL) && VIEW_PROTOCOL,
  });
  let version = 0;
  let last: string | undefined;
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const server: UiServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    intents: [],
    onIntent: () => {},
    accepting: true,
    connections: 0,
    refuse(id) {
      server.sendRaw(JSON.stringify({ type: "refused", id, reason: "stale" }));
    },
    sendRaw(text) {
      for (const socket of sockets.clients) socket.send(text);
    },
    publish(view, screenWidth) {
      version += 1;
      const message = serverMessageSchema.parse({
        type: "view",
        view: { ...view, version, screenWidth, kiosk: { id: "valdivia-01", place: "ChileAtiende Valdivia" } },
      });
      last = JSON.stringify(message);
      for (const socket of sockets.clients) socket.send(last);
      return version;
    },
    drop() {
      for (const socket of sockets.clients) socket.terminate();
    },
    async close() {
      server.drop();
      sockets.close();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  sockets.on("connection", (socket: WebSocket) => {
    if (!server.accepting) return socket.terminate();
    server.connections += 1;
    if (last !== undefined) socket.send(last);
    socket.on("message", (data) => {
      const text = String(data);
      // What a page writes over its traces after a citizen; the runtime ignores it too.
      if (/^ +$/.test(text)) return;
      const message = clientMessageSchema.parse(JSON.parse(text));
      server.intents.push(message);
      server.onIntent(message);
    });
  });
  return server;
}
