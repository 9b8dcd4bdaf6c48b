import { once } from "node:events";
import { mkdtempSync, statSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Intent, SessionView } from "../../../base/contracts/view.ts";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { Subject } from "../../../base/observable.ts";
import { assertOk } from "../../../base/result.ts";
import { MAX_MESSAGE_BYTES, type ServerMessage, serverMessageSchema, VIEW_PROTOCOL } from "../../contract/messages.ts";
import type { BundleFile } from "./bundle.ts";
import { startViewServer, type ViewServer } from "./http-server.ts";
import { ViewHub } from "./hub.ts";
import { startPapersServer } from "./papers-server.ts";
import { startUnixServer } from "./unix-server.ts";

const TOKEN = "t".repeat(43);
const VIEW: SessionView = {
  screen: { kind: "attract", title: { id: "t", text: "Bienvenido" }, call: { id: "c", text: "Toque la pantalla" } },
  intents: ["START"],
  locale: "es",
  locales: [{ id: "es", name: "Español" }],
  audio: [],
};
const BUNDLE = new Map<string, BundleFile>([
  ["/index.html", { type: "text/html; charset=utf-8", body: Buffer.from("<!doctype html>") }],
  ["/app.js", { type: "text/javascript; charset=utf-8", body: Buffer.from("0") }],
]);

let view: Subject<SessionView>;
let received: Intent[];
let enabled: boolean;
let hub: ViewHub;
let server: ViewServer;
let papers: Map<string, Uint8Array>;
const cleanUp: (() => unknown)[] = [];

beforeEach(async () => {
  view = new Subject(VIEW);
  received = [];
  enabled = true;
  hub = new ViewHub({
    view,
    send: (intent) => {
      if (enabled) received.push(intent);
      return enabled;
    },
    kiosk: { id: "demo-1", place: "Santiago" },
    screenWidth: 337,
    clock: systemClock,
    log: silentLogger,
  });
  papers = new Map();
  server = await startServer();
});

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function startServer(openPage = true): Promise<ViewServer> {
  const started = assertOk(
    await startViewServer({
      hub,
      bundle: BUNDLE,
      port: 0,
      token: TOKEN,
      openPage,
      paper: (sha256) => papers.get(sha256),
      health: () => ({ part: "runtime" }),
      clock: systemClock,
      log: silentLogger,
    }),
    "server",
  );
  cleanUp.push(() => started.stop());
  return started;
}

type Client = {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[];
  readonly closed: Promise<number>;
  readonly versions: () => number[];
};

type ConnectOptions = { token?: string; origin?: string; host?: string; cookie?: string; path?: string };

/** Opens a WebSocket; rejects with the HTTP status when it is turned away. */
function open(options: ConnectOptions): Promise<Client> {
  const { token, origin, host, cookie, path = "/view" } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Client>();
  const socket = new WebSocket(
    `ws://127.0.0.1:${server.port}${path}`,
    [VIEW_PROTOCOL, ...(token === undefined ? [] : [`token.${token}`])],
    {
      headers: {
        ...(origin === undefined ? {} : { origin }),
        ...(host === undefined ? {} : { host }),
        ...(cookie === undefined ? {} : { cookie }),
      },
    },
  );
  const messages: ServerMessage[] = [];
  const closed = new Promise<number>((end) => socket.on("close", end));
  socket.on("message", (data) => messages.push(serverMessageSchema.parse(JSON.parse(String(data)))));
  socket.on("open", () =>
    resolve({
      socket,
      messages,
      closed,
      versions: () => messages.flatMap((message) => (message.type === "view" ? [message.view.version] : [])),
    }),
  );
  socket.on("unexpected-response", (_request, response) => {
    response.resume();
    reject(response.statusCode);
    socket.terminate();
  });
  socket.on("error", () => undefined);
  cleanUp.push(() => socket.terminate());
  return promise;
}

const own = () => `http://127.0.0.1:${server.port}`;

function intent(type: string, version = 1, id = crypto.randomUUID() as string): string {
  return JSON.stringify({ type: "intent", id, view: version, intent: { type } });
}

function get(path: string, headers: Record<string, string> = {}, method = "GET") {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number | undefined;
    headers: Record<string, unknown>;
    body: string;
  }>();
  const call = request({ host: "127.0.0.1", port: server.port, path, headers, method }, (response) => {
    let body = "";
    response.setEncoding("utf8").on("data", (chunk) => {
      body += chunk;
    });
    response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, body }));
  });
  call.on("error", reject).end();
  return promise;
}

test("a client with the token gets the current view, and every later one, in order", async () => {
  const client = await open({ token: TOKEN });
  expect(client.socket.protocol).toBe(VIEW_PROTOCOL);
  await expect.poll(() => client.messages).toHaveLength(1);
  expect(client.messages[0]).toMatchObject({
    type: "view",
    view: { version: 1, kiosk: { id: "demo-1" }, screenWidth: 337, screen: { kind: "attract" } },
  });
  view.set({ ...VIEW, locale: "en" });
  await expect.poll(client.versions).toEqual([1, 2]);
});

test("a browser is let in by its cookie from our own page", async () => {
  const page = await get("/");
  const cookie = String(page.headers["set-cookie"]);
  expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
  await expect(open({ origin: own(), cookie: cookie.split(";")[0] ?? "" })).resolves.toBeDefined();
});

test.each<[string, () => ConnectOptions]>([
  ["no token", () => ({})],
  ["no token from our own page", () => ({ origin: own() })],
  ["a wrong token", () => ({ token: "x".repeat(43) })],
  ["a wrong cookie", () => ({ origin: own(), cookie: `ventanilla-token=${"x".repeat(43)}` })],
  ["a cookie but no Origin", () => ({ cookie: `ventanilla-token=${TOKEN}` })],
  ["another site's Origin", () => ({ token: TOKEN, origin: "http://evil.example" })],
  ["another local port's Origin", () => ({ token: TOKEN, origin: "http://127.0.0.1:1" })],
  ["an opaque Origin", () => ({ token: TOKEN, origin: "null" })],
  ["a Host that was rebound to loopback", () => ({ token: TOKEN, host: "evil.example" })],
  ["a Host without the port", () => ({ token: TOKEN, host: "127.0.0.1" })],
])("%s is refused", async (_name, options) => {
  await expect(open(options())).rejects.toBe(403);
});

describe("a page that the citizen scanned", () => {
  const HASH = "a".repeat(64);
  const cookie = `ventanilla-token=${TOKEN}`;

  beforeEach(() => papers.set(HASH, Buffer.from("picture")));

  test("is shown to the page that holds the token, by a policy that allows it, and kept nowhere", async () => {
    const answered = await get(`/papers/${HASH}`, { cookie });
    expect(answered).toMatchObject({ status: 200, body: "picture" });
    expect(answered.headers).toMatchObject({
      "content-type": "image/jpeg",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
    });
    const page = await get("/");
    expect(page.headers["content-security-policy"]).toMatch(/img-src 'self'/);
  });

  test.each<[string, Record<string, string>]>([
    ["no token", {}],
    ["a wrong token", { cookie: `ventanilla-token=${"x".repeat(43)}` }],
    ["a Host that was rebound to loopback", { cookie, host: "evil.example" }],
  ])("is not shown with %s", async (_name, headers) => {
    const answered = await get(`/papers/${HASH}`, headers);
    expect(answered.status).toBe(403);
    expect(answered.body).not.toContain("picture");
  });

  test("is gone with the session, and another one was never there", async () => {
    expect((await get(`/papers/${"b".repeat(64)}`, { cookie })).status).toBe(404);
    papers.clear();
    expect((await get(`/papers/${HASH}`, { cookie })).status).toBe(404);
  });
});

test("another path is not found", async () => {
  await expect(open({ token: TOKEN, path: "/other" })).rejects.toBe(404);
});

test("an accepted intent reaches the session once", async () => {
  const client = await open({ token: TOKEN });
  const message = intent("START");
  client.socket.send(message);
  client.socket.send(message);
  await expect.poll(() => client.messages.at(-1)).toMatchObject({ type: "refused", reason: "replayed" });
  expect(received).toEqual([{ type: "START" }]);
});

test("a message of spaces alone is answered by nothing", async () => {
  const client = await open({ token: TOKEN });
  client.socket.send(" ".repeat(2_048));
  client.socket.send("{");
  await expect.poll(() => client.messages.length).toBe(2);
  expect(client.messages[1]).toEqual({ type: "refused", reason: "malformed" });
});

test.each([
  ["malformed JSON", "{"],
  ["an unknown intent", intent("FORMAT_DISK")],
  ["an extra field", JSON.stringify({ ...JSON.parse(intent("START")), more: 1 })],
  ["an id that is no UUID", intent("START", 1, "1")],
  ["an empty message", ""],
])("%s is refused as malformed", async (_name, message) => {
  const client = await open({ token: TOKEN });
  client.socket.send(message);
  await expect.poll(() => client.messages.at(-1)).toEqual({ type: "refused", reason: "malformed" });
  expect(received).toEqual([]);
});

test("an intent that answers an older or a future view is stale", async () => {
  const client = await open({ token: TOKEN });
  view.set({ ...VIEW, locale: "en" });
  for (const version of [1, 3]) client.socket.send(intent("START", version));
  await expect.poll(() => client.messages.filter(({ type }) => type === "refused")).toHaveLength(2);
  expect(client.messages.filter(({ type }) => type === "refused")).toMatchObject([
    { reason: "stale" },
    { reason: "stale" },
  ]);
  expect(received).toEqual([]);
});

test("an intent that is not enabled is refused, by the view and by the session", async () => {
  const client = await open({ token: TOKEN });
  client.socket.send(intent("CONFIRM"));
  await expect.poll(() => client.messages.at(-1)).toMatchObject({ reason: "not-enabled" });
  enabled = false;
  const id = crypto.randomUUID();
  client.socket.send(intent("START", 1, id));
  await expect.poll(() => client.messages.at(-1)).toEqual({ type: "refused", id, reason: "not-enabled" });
});

test("an oversize message closes the connection", async () => {
  const client = await open({ token: TOKEN });
  client.socket.send("x".repeat(MAX_MESSAGE_BYTES + 1));
  expect(await client.closed).toBe(1009);
  expect(received).toEqual([]);
});

test("a binary message closes the connection", async () => {
  const client = await open({ token: TOKEN });
  client.socket.send(Buffer.from(intent("START")));
  expect(await client.closed).toBe(1003);
});

test("a client that sends too fast is closed", async () => {
  const client = await open({ token: TOKEN });
  for (let count = 0; count < 100; count++) client.socket.send("{");
  expect(await client.closed).toBe(1008);
});

test("two clients see the same versions, and one's intent is stale for the other", async () => {
  const first = await open({ token: TOKEN });
  const second = await open({ token: TOKEN });
  await expect.poll(() => [first.versions(), second.versions()]).toEqual([[1], [1]]);
  view.set({ ...VIEW, locale: "en" });
  await expect
    .poll(() => [first.versions(), second.versions()])
    .toEqual([
      [1, 2],
      [1, 2],
    ]);
  second.socket.send(intent("START", 2));
  await expect.poll(() => received).toHaveLength(1);
});

test("a slow client skips to the latest view and holds up nobody", async () => {
  const slow = await open({ token: TOKEN });
  const quick = await open({ token: TOKEN });
  await expect.poll(slow.versions).toEqual([1]);
  slow.socket.pause();
  const padding = Array.from({ length: 400 }, (_, index) => ({ id: `p${index}`, text: "x".repeat(100) }));
  const last = 1_000;
  for (let count = 2; count <= last; count++) {
    view.set({ ...VIEW, audio: padding });
    await new Promise((resolve) => setImmediate(resolve));
  }
  await expect.poll(() => quick.versions().at(-1)).toBe(last);
  slow.socket.resume();
  await expect.poll(() => slow.versions().at(-1)).toBe(last);
  expect(slow.versions().length).toBeLessThan(last);
  expect(slow.versions()).toEqual([...slow.versions()].sort((a, b) => a - b));
});

test("a client that connects late is told what is left of the deadline", async () => {
  view.set({ ...VIEW, deadlineIn: 60_000 });
  const published = performance.now();
  await expect.poll(() => performance.now() - published).toBeGreaterThan(20);
  const client = await open({ token: TOKEN });
  await expect.poll(() => client.messages).toHaveLength(1);
  const [first] = client.messages;
  expect(first?.type === "view" && first.view.deadlineIn).toBeLessThan(59_990);
});

test("pages come with the policy headers and the right type; what is not in the map does not exist", async () => {
  const script = await get("/app.js");
  expect(script).toMatchObject({
    status: 200,
    headers: {
      "content-type": "text/javascript; charset=utf-8",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "content-security-policy": expect.stringContaining("default-src 'none'; script-src 'self'"),
    },
  });
  expect(await get("/../package.json")).toMatchObject({ status: 404 });
  expect(await get("/%2e%2e/package.json")).toMatchObject({ status: 404 });
  expect(await get("//")).toMatchObject({ status: 404 });
  expect(await get("/", {}, "POST")).toMatchObject({ status: 405 });
  expect(await get("/", { host: "evil.example" })).toMatchObject({ status: 403 });
});

test("with a closed page the token is asked for, taken from the address and put into the cookie", async () => {
  server = await startServer(false);
  const page = await get("/");
  expect(page.status).toBe(403);
  expect(page.headers["set-cookie"]).toBeUndefined();
  expect(await get("/?token=wrong")).toMatchObject({ status: 403 });
  const entered = await get(`/?token=${TOKEN}`);
  expect(entered).toMatchObject({ status: 303, headers: { location: "/" } });
  const cookie = String(entered.headers["set-cookie"]).split(";")[0] ?? "";
  expect(await get("/", { cookie })).toMatchObject({ status: 200 });
});

test("a page is renewed at the other address, there and back, and only with the token", async () => {
  server = await startServer(false);
  expect(await get("/renew")).toMatchObject({ status: 403 });
  const cookie = `ventanilla-token=${TOKEN}`;
  const [one, other] = ["127.0.0.1", "127.0.0.2"].map((name) => `${name}:${server.port}`);
  const there = await get("/renew", { cookie, host: one ?? "" });
  expect(there).toMatchObject({ status: 303, headers: { location: `http://${other}/?token=${TOKEN}` } });
  const back = await get("/renew", { cookie, host: other ?? "" });
  expect(back).toMatchObject({ status: 303, headers: { location: `http://${one}/?token=${TOKEN}` } });
  const page = await fetch(`http://${other}/`, { headers: { cookie } });
  expect(page.status).toBe(200);
});

test("health is plain JSON", async () => {
  const answer = await get("/health");
  expect(JSON.parse(answer.body)).toEqual({ part: "runtime" });
});

test("a port that is taken is an error that names it", async () => {
  const again = await startViewServer({
    hub,
    bundle: BUNDLE,
    port: server.port,
    token: TOKEN,
    openPage: true,
    health: () => null,
    clock: systemClock,
    log: silentLogger,
  });
  expect(again).toMatchObject({
    ok: false,
    error: { code: "runtime.port-refused", message: expect.stringContaining(String(server.port)) },
  });
});

async function unix(): Promise<{ socket: Socket; messages: ServerMessage[]; closed: Promise<void>; path: string }> {
  const path = join(mkdtempSync(join(tmpdir(), "view-")), "view.sock");
  const started = assertOk(await startUnixServer({ hub, path, clock: systemClock, log: silentLogger }), "socket");
  cleanUp.push(() => started.stop());
  const socket = connect(path);
  const messages: ServerMessage[] = [];
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) messages.push(serverMessageSchema.parse(JSON.parse(line)));
  });
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  await expect.poll(() => messages).toHaveLength(1);
  return { socket, messages, closed, path };
}

test("the unix socket speaks the same contract as JSON lines, however they are cut, for its owner only", async () => {
  const { socket, messages, path } = await unix();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const line = `${intent("START")}\n`;
  socket.write(line.slice(0, 10));
  socket.write(`${line.slice(10)}{\n${intent("CONFIRM")}\n`);
  await expect.poll(() => messages.length).toBe(3);
  expect(messages.slice(1)).toMatchObject([{ reason: "malformed" }, { reason: "not-enabled" }]);
  expect(received).toEqual([{ type: "START" }]);
});

test("bytes that are no UTF-8 are refused as one malformed line", async () => {
  const { socket, messages } = await unix();
  socket.write(Uint8Array.of(0xff, 0xfe, 0x0a));
  socket.write(`${intent("START")}\n`);
  await expect.poll(() => received).toEqual([{ type: "START" }]);
  expect(messages[1]).toMatchObject({ reason: "malformed" });
});

test("a line without end closes the unix socket", async () => {
  const { socket, messages, closed } = await unix();
  socket.write("x".repeat(MAX_MESSAGE_BYTES + 10));
  await closed;
  expect(messages.at(-1)).toMatchObject({ type: "refused", reason: "oversize" });
});

describe("the socket of scanned pages", () => {
  const PAPER = "c".repeat(64);
  let path: string;

  beforeEach(async () => {
    papers.set(PAPER, Buffer.from("picture"));
    path = join(mkdtempSync(join(tmpdir(), "papers-")), "view.sock.papers");
    const started = await startPapersServer({ path, paper: (sha256) => papers.get(sha256) });
    cleanUp.push(() => assertOk(started, "socket").stop());
  });

  const ask = async (url: string, method = "GET") => {
    const asking = request({ socketPath: path, path: url, method }).end();
    const [answer] = (await once(asking, "response")) as [IncomingMessage];
    return { status: answer.statusCode, type: answer.headers["content-type"], body: await text(answer) };
  };

  test("gives out the page of the citizen who stands there, to its owner only", async () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await ask(`/papers/${PAPER}`)).toEqual({ status: 200, type: "image/jpeg", body: "picture" });
  });

  test.each([
    ["GET", "/papers/"],
    ["GET", `/${PAPER}`],
    ["GET", "/health"],
    ["POST", `/papers/${PAPER}`],
  ])("has nothing else: %s %s", async (method, url) => expect((await ask(url, method)).status).toBe(404));
});

test("a socket file that a killed process left does not stop the next one", async () => {
  const { path } = await unix();
  const again = assertOk(await startUnixServer({ hub, path, clock: systemClock, log: silentLogger }), "socket");
  await again.stop();
});
