import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Role, StaffSession } from "../../fleet-server/api/contract/access.ts";
import { sessionSchema, signInSchema } from "../../fleet-server/api/contract/access.ts";
import { type LiveEvent, liveEventSchema } from "../../fleet-server/api/contract/live.ts";
import { OPERATIONS, type Operation } from "../../fleet-server/api/contract/operations.ts";
import { CONSOLE_FOLDER } from "../../scripts/build-console.ts";
import { type Answer, HANDLERS, refuse } from "./console-handlers.ts";
import { type ConsoleState, consoleState, STAFF } from "./console-state.ts";

/** The policy that the fleet server serves the console with. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".woff2": "font/woff2",
};

/** Serves `out/console` and plays the fleet server's side of the contract from memory. */
export type ConsoleApi = {
  readonly url: string;
  readonly state: ConsoleState;
  /** What was asked with an effect: operation and body. */
  readonly effects: { readonly operation: Operation; readonly body: unknown }[];
  /** Tells every page that something changed. */
  tell(event: LiveEvent): void;
  /** Cuts the streams; while `live` is false new ones are refused. */
  dropLive(): void;
  live: boolean;
  /** The next call of an operation is refused thus. */
  failNext(operation: Operation, status: number, code: string): void;
  /** Ends every session, as a restart of the server with a new key would. */
  endSessions(): void;
  close(): Promise<void>;
};

const CSRF = "csrf-of-the-test";

export async function startConsoleApi(state: ConsoleState = consoleState(Date.now())): Promise<ConsoleApi> {
  const streams = new Set<ServerResponse>();
  const failures = new Map<Operation, Answer>();
  const sessions = new Map<string, StaffSession>();

  const http = createServer((request, response) => {
    void handle(request, response);
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    if (!url.pathname.startsWith("/api/v1")) return serveFile(url.pathname, response);
    const { status, body, cookie } = await answer(request, url, response);
    if (response.headersSent) return;
    response.writeHead(status, { "content-type": "application/json", ...(cookie && { "set-cookie": cookie }) });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  async function answer(
    request: IncomingMessage,
    url: URL,
    response: ServerResponse,
  ): Promise<Answer & { readonly cookie?: string }> {
    const found = operationOf(request.method ?? "", url.pathname.slice("/api/v1".length));
    if (!found) return refuse(404, "console.not-found");
    const { operation, params } = found;
    const body = await bodyOf(request);
    const failure = failures.get(operation);
    failures.delete(operation);
    if (failure) return failure;
    if (operation === "signIn") return signIn(body);
    const { roles } = OPERATIONS[operation];
    const key = /session=([^;]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
    const session = sessions.get(key);
    if (roles !== "public") {
      if (!session) return refuse(401, "access.no-session");
      if (!session.operations.includes(operation)) return refuse(403, "access.not-allowed");
      if (request.method !== "GET" && request.headers["x-csrf-token"] !== CSRF)
        return refuse(403, "access.forged-request");
    }
    if (operation === "session") return { status: 200, body: session };
    if (operation === "signOut") sessions.delete(key);
    if (operation === "live") return openStream(response);
    if (request.method !== "GET") api.effects.push({ operation, body });
    const handler = HANDLERS[operation];
    return handler
      ? handler({ state, params, query: url.searchParams, body, staff: session?.name ?? "" })
      : { status: 204, body: undefined };
  }

  function signIn(body: unknown): Answer & { readonly cookie?: string } {
    const asked = signInSchema.safeParse(body);
    const staff = state.staff.find(({ name, disabled }) => name === asked.data?.name && !disabled);
    if (!staff || asked.data?.password !== STAFF.password) return refuse(401, "access.sign-in-refused");
    const key = `${staff.name}-${sessions.size}`;
    const session = sessionOf(staff.name, staff.roles);
    sessions.set(key, session);
    return { status: 200, body: session, cookie: `session=${key}; HttpOnly; SameSite=Strict; Path=/` };
  }

  function openStream(response: ServerResponse): Answer {
    if (!api.live) return refuse(503, "console.too-many-streams");
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": open\n\n");
    streams.add(response);
    response.on("close", () => streams.delete(response));
    return { status: 200, body: undefined };
  }

  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const api: ConsoleApi = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    state,
    effects: [],
    live: true,
    tell(event) {
      const data = JSON.stringify(liveEventSchema.parse(event));
      for (const stream of streams) stream.write(`data: ${data}\n\n`);
    },
    dropLive() {
      for (const stream of streams) stream.destroy();
    },
    failNext: (operation, status, code) => void failures.set(operation, refuse(status, code)),
    endSessions: () => sessions.clear(),
    async close() {
      api.dropLive();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return api;
}

function sessionOf(name: string, roles: readonly Role[]): StaffSession {
  const operations = Object.entries(OPERATIONS)
    .filter(([, { roles: may }]) => may === "public" || may.some((role) => roles.includes(role)))
    .map(([operation]) => operation);
  return sessionSchema.parse({ staff: name, name, roles, operations, csrf: CSRF, demo: true });
}

function operationOf(method: string, path: string) {
  const parts = path.split("/");
  for (const [operation, { method: its, path: pattern }] of Object.entries(OPERATIONS)) {
    const wanted = pattern.split("/");
    if (its !== method || wanted.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = wanted.every((part, index) => {
      const given = decodeURIComponent(parts[index] ?? "");
      if (!part.startsWith(":")) return part === given;
      params[part.slice(1)] = given;
      return true;
    });
    if (fits) return { operation: operation as Operation, params };
  }
  return undefined;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? undefined : JSON.parse(text);
}

/** What is no file is the console's own address: the page itself. */
async function serveFile(path: string, response: ServerResponse): Promise<void> {
  const name = path.startsWith("/assets/") ? normalize(path) : "/index.html";
  const content = await readFile(join(CONSOLE_FOLDER, name)).catch(() => undefined);
  if (content === undefined) return void response.writeHead(404).end();
  response.writeHead(200, { "content-type": TYPES[extname(name)] ?? "", "content-security-policy": CSP });
  response.end(content);
}
