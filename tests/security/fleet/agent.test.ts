import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { type Clock, SimulatedClock } from "../../../base/clock.ts";
import { pause } from "../../../base/deadline.ts";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../../../base/node/tls.ts";
import { Subject } from "../../../base/observable.ts";
import { assertOk, ok } from "../../../base/result.ts";
import { type Agent, startAgent } from "../../../fleet-agent/agent.ts";
import { openIdentity } from "../../../fleet-agent/identity/identity.ts";
import { writeIdentityFile } from "../../../fleet-agent/identity/identity-file.ts";
import type { RuntimeLink } from "../../../fleet-agent/runtime-link/interface.ts";
import { settingsSchema } from "../../../fleet-agent/settings.ts";
import { type OpenedStore, openStore } from "../../../fleet-agent/store/store.ts";
import { GuardStandIn, SoftwareStandIn } from "../../fleet/agent/support/stand-ins.ts";
import { until } from "../../support/until.ts";

const KIOSK = "kiosk-1";
const KID = "director-1";
const DAY = 86_400_000;
/** Of everything that the agent does on the network, milliseconds. */
const DEADLINE = 20_000;

/** What is done instead of an honest answer; returns whether it was done. */
type Hostility = (request: IncomingMessage, response: ServerResponse) => boolean;

let clock: SimulatedClock;
/** Exchanges and connections of the agent, by their deadlines. */
const underWay = new Set<object>();
let server: Server;
let agent: Agent;
let store: OpenedStore;
let hostility: Hostility | undefined;
let jws: () => string;
let revision = 10;
let pumping = true;
const director = generateKeyPairSync("ed25519");
const stranger = generateKeyPairSync("ed25519");
const software = new SoftwareStandIn();
const modes: string[] = [];
const sockets = new Set<WebSocket>();
const asked: string[] = [];
/** Bytes that went out of the hostile answers. */
let poured = 0;

const part = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

function signed(payload: unknown, header: object = {}, key: KeyObject = director.privateKey): string {
  const input = `${part({ alg: "EdDSA", kid: KID, typ: "ventanilla-desired+jwt", ...header })}.${part(payload)}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString("base64url")}`;
}

function mac(payload: unknown, key: string | Buffer, header: object = {}): string {
  const input = `${part({ alg: "HS256", kid: KID, typ: "ventanilla-desired+jwt", ...header })}.${part(payload)}`;
  return `${input}.${createHmac("sha256", key).update(input).digest("base64url")}`;
}

const wanted = (change: object = {}) => ({
  ...{ kiosk: KIOSK, revision, issuedAt: clock.now(), services: {}, commands: [] as string[] },
  intervals: { desired: 5, heartbeat: 5, machine: 900 },
  ...change,
});

function command(change: object = {}, header: object = {}, key?: KeyObject): string {
  const now = Math.floor(clock.now() / 1_000);
  const claims = { jti: randomUUID(), aud: KIOSK, iat: now, exp: now + 600, by: "staff", reason: "" };
  return signed(
    { ...claims, command: { name: "drain" }, ...change },
    { typ: "ventanilla-command+jwt", ...header },
    key,
  );
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request).catch(() => "");
  asked.push(request.url ?? "");
  response.on("error", () => {});
  if (hostility?.(request, response)) return;
  const json = (value: unknown) =>
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
  if (request.url === "/device/v1/desired")
    return void response.writeHead(200, { "content-type": "application/jose", etag: `"${Math.random()}"` }).end(jws());
  // A clock of 2099 makes the agent ask for a new certificate; this centre gives none.
  if (request.url !== "/device/v1/reports") return void response.writeHead(404).end();
  const { reports } = JSON.parse(body) as { reports: { sequence: number }[] };
  json({ acknowledged: reports.at(-1)?.sequence ?? 0, now: clock.now(), desired: `"${Math.random()}"`, resend: false });
}

beforeAll(async () => {
  clock = new SimulatedClock(systemClock.now());
  const directory = mkdtempSync(join(tmpdir(), "agent-adversary-"));
  const pki = await ensureDevelopmentPki({ directory: join(directory, "pki"), kiosks: [KIOSK], clock: systemClock });
  const own = pki.kiosks.get(KIOSK);
  if (own === undefined) throw new Error("no certificate");
  server = createServer(
    { cert: pki.server.certificate, key: pki.server.key },
    (request, response) => void answer(request, response),
  );
  const upgrades = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) =>
    upgrades.handleUpgrade(request, socket, head, (client) => {
      sockets.add(client);
      client.on("close", () => sockets.delete(client));
    }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const data = join(directory, "data");
  mkdirSync(data);
  writeIdentityFile(directory, {
    ...{ kiosk: KIOSK, place: "Oficina", certificate: own.certificate, key: own.key, ca: pki.ca.certificate },
    ...{ root: {}, updates: "/updates/", director: [{ ...director.publicKey.export({ format: "jwk" }), kid: KID }] },
  });
  const watched: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    setTimeout: (callback, milliseconds) => {
      const timer = clock.setTimeout(() => {
        underWay.delete(timer);
        callback();
      }, milliseconds);
      if (milliseconds === DEADLINE) underWay.add(timer);
      return {
        cancel: () => {
          underWay.delete(timer);
          timer.cancel();
        },
      };
    },
  };
  const settings = settingsSchema.parse({
    ...{ server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, identity: directory, data },
    ...{ runtimeSocket: join(directory, "none.sock"), builtInServices: directory },
    guard: { requests: directory, state: join(directory, "state.json") },
    intervals: { desired: 5, heartbeat: 5, machine: 900 },
  });
  store = assertOk(openStore({ directory: data, clock }), "store");
  const never = async () => ok({}) as never;
  const link: RuntimeLink = {
    status: new Subject(undefined),
    setMode: async (mode) => {
      modes.push(mode);
      return ok({}) as never;
    },
    ...{ testDevice: never, resetDevice: never, loadServices: never },
    journeys: async () => ok({ journal: randomUUID(), entries: [], next: 0 }) as never,
  };
  jws = () => signed(wanted());
  agent = startAgent({
    ...{ settings, version: "1.0.0", serverCa: undefined, store, link, software, guard: new GuardStandIn() },
    ...{
      identity: assertOk(openIdentity(directory, clock), "identity"),
      clock: watched,
      random: Math.random,
      log: silentLogger,
    },
  });
  void (async () => {
    // Back-offs last up to an hour: time flies while nothing is under way on the network, and only then.
    while (pumping && (await pause(systemClock, 5))) {
      if (underWay.size > 0) await clock.advance(400);
      for (let second = 0; second < 120 && underWay.size === 0; second++) await clock.advance(1_000);
    }
  })();
});
afterAll(async () => {
  await agent.stop();
  pumping = false;
  store.close();
  for (const socket of sockets) socket.terminate();
  server.closeAllConnections();
  server.close();
});

/** Lets the hostile server have its way until it was asked some times, then an honest one: nothing was done, and all goes on. */
async function withstands(path: string, hostile: Hostility): Promise<void> {
  const done = () => ({ pursued: software.pursued.length, modes: modes.length });
  let before: ReturnType<typeof done> | undefined;
  hostility = (request, response) => {
    if (request.url !== path) return false;
    // Of what was asked before, everything has been answered by now.
    before ??= done();
    return hostile(request, response);
  };
  await until("it was asked", () => before !== undefined);
  await pause(systemClock, 60);
  expect(done().modes).toBe(before?.modes);
  if (path === "/device/v1/desired") expect(done().pursued).toBe(before?.pursued);
  hostility = undefined;
  revision++;
  await until("an honest word counts again", () => software.pursued.at(-1)?.revision === revision);
}

const say =
  (status: number, headers: Record<string, string>, body: string): Hostility =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };
const word =
  (make: () => string): Hostility =>
  (request, response) =>
    say(200, { "content-type": "application/jose", etag: `"${Math.random()}"` }, make())(request, response);

function writeTo(response: ServerResponse): number {
  response.write(Buffer.alloc(65_536, 97));
  return 65_536;
}

const publicPem = director.publicKey.export({ type: "spki", format: "pem" }).toString();
const publicRaw = Buffer.from(String(director.publicKey.export({ format: "jwk" }).x), "base64url");
const evil = () => wanted({ revision: revision + 1 });

test.each<[string, () => string]>([
  ["no signature", () => `${part({ alg: "none", kid: KID, typ: "ventanilla-desired+jwt" })}.${part(evil())}.`],
  ["the public key as a secret, PEM", () => mac(evil(), publicPem)],
  ["the public key as a secret, raw", () => mac(evil(), publicRaw)],
  ["another signer", () => signed(evil(), {}, stranger.privateKey)],
  ["another signer under its own name", () => signed(evil(), { kid: "other" }, stranger.privateKey)],
  [
    "a key that it brings along",
    () => signed(evil(), { jwk: stranger.publicKey.export({ format: "jwk" }) }, stranger.privateKey),
  ],
  ["an extension that must be understood", () => signed(evil(), { crit: ["x"], x: 1 })],
  ["another type", () => signed(evil(), { typ: "JWT" })],
  ["a command's type", () => signed(evil(), { typ: "ventanilla-command+jwt" })],
  ["an older revision", () => signed(wanted({ revision: 1 }))],
  ["another kiosk", () => signed({ ...evil(), kiosk: "kiosk-2" })],
  ["a member that is not known", () => signed({ ...evil(), run: "rm -rf /" })],
  ["two megabytes", () => signed({ ...evil(), commands: ["x".repeat(2_000_000)] })],
  ["a hundred thousand commands", () => signed({ ...evil(), commands: Array.from({ length: 100_000 }, () => "x") })],
  ["an etag and nothing else", () => ""],
])("a desired state with %s is not pursued", async (_what, make) => {
  await withstands("/device/v1/desired", word(make));
});

test.each<[string, Hostility]>([
  ["a redirection", say(302, { location: "https://127.0.0.1:1/" }, "")],
  ["a permanent redirection", say(308, { location: "http://169.254.169.254/" }, "{}")],
  ["a captive portal", say(200, { "content-type": "text/html" }, "<html>Sign in to the network</html>")],
  ["Retry-After of a thousand years", say(503, { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" }, "")],
  ["a clock of 1970", say(401, {}, JSON.stringify({ code: "x.y", message: "x", now: 0 }))],
  ["a clock at the end of days", say(401, {}, JSON.stringify({ code: "x.y", message: "x", now: 8.64e15 }))],
  ["a clock of 2099", say(401, {}, JSON.stringify({ code: "x.y", message: "x", now: Date.UTC(2099, 1) }))],
  ["silence", () => true],
  ["a cut connection", (request) => request.socket.destroy() !== undefined],
  [
    "a body cut short",
    (request, response) => {
      response.writeHead(200, { "content-length": "900" }).write("{");
      setImmediate(() => request.socket.destroy());
      return true;
    },
  ],
])("%s for every question is withstood", async (_what, hostile) => {
  for (const path of ["/device/v1/desired", "/device/v1/reports"]) await withstands(path, hostile);
});

test("an answer without end is cut off after what an answer may have", async () => {
  await withstands("/device/v1/desired", (_request, response) => {
    const pour = () => {
      for (let chunk = 0; chunk < 16; chunk++) if (!response.destroyed) poured += writeTo(response);
      if (!response.destroyed) response.once("drain", pour);
    };
    response.writeHead(200, { "content-type": "application/jose" });
    pour();
    return true;
  });
  // Two answers, with what the sockets' buffers took beyond the limit.
  expect(poured).toBeLessThan(64 * 1024 * 1024);
});

/** The newest one that both sides hold open: a dying one takes with it what is sent. */
function openSocket(): WebSocket | undefined {
  return [...sockets].findLast((socket) => socket.readyState === socket.OPEN);
}

test("commands that are forged, expired, for another kiosk or repeated are not carried out", async () => {
  const socket = await until("a socket", openSocket);
  const push = (text: string) => socket.send(JSON.stringify({ type: "command", jws: text }));
  const now = Math.floor(clock.now() / 1_000);
  const before = modes.length;
  push(command({}, { alg: "none" }));
  push(command({}, {}, stranger.privateKey));
  push(command({}, { typ: "ventanilla-desired+jwt" }));
  push(command({ aud: "kiosk-2" }));
  push(command({ exp: now - 1 }));
  push(command({ exp: now + 0.5 }));
  push(command({ command: { name: "drain", shell: "id" } }));
  push(command({ command: { name: "exec", line: "id" } }));
  push(
    mac(
      { jti: randomUUID(), aud: KIOSK, iat: now, exp: now + 600, command: { name: "drain" }, by: "x", reason: "" },
      publicPem,
      { typ: "ventanilla-command+jwt" },
    ),
  );
  socket.send("{");
  socket.send(Buffer.alloc(1_000));
  const good = command();
  for (let again = 0; again < 20; again++) push(good);
  await until("the good one was carried out", () => modes.length > before);
  const after = command({ command: { name: "resume" } });
  push(after);
  await until("the next one too", () => modes.at(-1) === "in-service");
  expect(modes.slice(before)).toEqual(["draining", "in-service"]);

  // A server that tells another time, and then the right one again, does not make an old command new.
  for (const told of [clock.now() + 400 * DAY, clock.now()]) {
    hostility = (request, response) =>
      request.url === "/device/v1/reports" &&
      say(503, {}, JSON.stringify({ code: "x.y", message: "x", now: Math.round(told) }))(request, response);
    asked.length = 0;
    await until("it was told", () => asked.filter((path) => path === "/device/v1/reports").length >= 2);
    hostility = undefined;
    asked.length = 0;
    await until("the server is back", () => asked.filter((path) => path === "/device/v1/reports").length >= 2);
    const open = await until("a socket", openSocket);
    open.send(JSON.stringify({ type: "command", jws: good }));
    const marker = command({ command: { name: "maintenance" }, exp: now + 2_000_000_000 });
    const count = modes.length;
    open.send(JSON.stringify({ type: "command", jws: marker }));
    await until("what came after it was done", () => modes.length > count);
    expect(modes.slice(count)).toEqual(["maintenance"]);
  }
});
