import { randomUUID, X509Certificate } from "node:crypto";
import { Agent } from "node:https";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { deviceFailureSchema } from "../../../base/contracts/fleet/identity.ts";
import { MAX_BODY } from "../../../base/contracts/fleet/report.ts";
import { ERRORS } from "../../../base/registry/errors.ts";
import { until } from "../../support/until.ts";
import { type Fleet, startFleet } from "./kit.ts";
import { Machine, type Reply } from "./machine.ts";

let fleet: Fleet;
let kiosk: Machine;
let other: Machine;

beforeAll(async () => {
  fleet = await startFleet();
  kiosk = await Machine.enrolled(fleet, "kiosk-1");
  other = await Machine.enrolled(fleet, "kiosk-2");
});
afterAll(() => fleet.stop());

function expectFailure(reply: Pick<Reply, "json" | "status">, status: number, code: string): void {
  const failure = deviceFailureSchema.parse(reply.json);
  expect({ status: reply.status, code: failure.code }).toEqual({ status, code });
  expect(Object.keys(ERRORS)).toContain(failure.code);
}

const deep = (levels: number) => Buffer.from(`${"[".repeat(levels)}${"]".repeat(levels)}`);

test.each([
  ["a body that is too long", Buffer.alloc(MAX_BODY + 1, 32), "common.bad-input"],
  ["a body that nests deep", deep(500_000), "common.bad-input"],
  ["a body that is no JSON", Buffer.from("<html>"), "common.bad-input"],
  ["bytes that are no UTF-8", Buffer.from([0xff, 0xfe, 0x00]), "common.bad-input"],
  [
    "members that nobody knows",
    Buffer.from('{"__proto__":{"admin":true},"reports":[],"constructor":1}'),
    "common.bad-input",
  ],
  ["a number beyond any", Buffer.from(`{"stream":"${randomUUID()}","session":1e999,"reports":[]}`), "common.bad-input"],
])("%s, well signed, is refused and leaves nothing", async (_what, body, code) => {
  const rows = await fleet.rows();
  for (const path of ["/device/v1/reports", "/device/v1/readiness", `/device/v1/logs/${randomUUID()}`]) {
    const reply = await kiosk.ask("POST", path, undefined, { body });
    expectFailure(reply, 400, code);
  }
  expect(await fleet.rows()).toEqual(rows);
});

test("what is no HTTP, and addresses that are none, are refused like anything else", async () => {
  const count = await fleet.refused("common.bad-input");
  for (const bytes of [
    "EXPLODE\r\n\r\n",
    "GET /device/v1/desired HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
    "GET /device/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(40_000)}\r\n\r\n`,
    "POST /device/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ]) {
    const [head, body] = (await kiosk.raw(bytes)).split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 400 /);
    expectFailure({ status: 400, json: JSON.parse(body ?? "") }, 400, "common.bad-input");
  }
  expect(await fleet.refused("common.bad-input")).toBe(count + 5);
  for (const path of ["/device/v1//desired", "/device/v1/%64esired/", "/DEVICE/V1/DESIRED", "/device/v1/../v1/x", "/"])
    expectFailure(await kiosk.ask("GET", path), 404, "fleet-server.no-such-address");
  for (const path of [
    "/updates/metadata/..%2f..%2fca.key",
    "/updates/targets/%2e%2e/%2e%2e/ca.key",
    "/updates/metadata/",
  ])
    expect((await kiosk.exchange("GET", path, {}, undefined)).status).toBeGreaterThanOrEqual(400);
});

test("a connection goes on after a refusal, and requests in one packet are judged one by one", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  const path = "/device/v1/desired";
  expectFailure(await kiosk.exchange("GET", path, {}, undefined, { agent }), 401, "identity.signature-missing");
  expect((await kiosk.ask("GET", path, undefined, {}, { agent })).status).toBe(200);
  agent.destroy();
  const line = (headers: Record<string, string>) =>
    `GET ${path} HTTP/1.1\r\nHost: ${kiosk.authority}\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("")}\r\n`;
  const good = kiosk.headers("GET", path, undefined);
  const received = await kiosk.raw(
    line({}) + line(good) + line(good) + line(other.headers("GET", path, undefined)),
    (text) => (text.match(/HTTP\/1\.1 /g) ?? []).length === 4,
  );
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual([401, 200, 401, 200].map((status) => `HTTP/1.1 ${status}`));
});

test("a body that comes drop by drop holds up nobody else", async () => {
  const { hostname, port } = new URL(fleet.server.devices);
  const slow = Array.from({ length: 20 }, () =>
    connect({ host: hostname, port: Number(port), rejectUnauthorized: false }).on("error", () => {}),
  );
  for (const socket of slow)
    socket.write("POST /device/v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n{");
  expect((await kiosk.ask("POST", "/device/v1/reports", kiosk.batch())).status).toBe(200);
  for (const socket of slow) socket.destroy();
});

test("texts that no database takes are kept without what it refuses", async () => {
  const fields = { part: "a\u0000b\ud800", "\u0000": "x" };
  const batch = kiosk.batch({ event: "process.started\u0000", fields });
  expect((await kiosk.ask("POST", "/device/v1/reports", batch)).status).toBe(200);
  const rows = await fleet.db.selectFrom("event").select(["event", "fields"]).where("kiosk", "=", "kiosk-1").execute();
  expect(rows.at(-1)).toMatchObject({ event: "process.started", fields: { part: "ab\ufffd" } });
});

test("a kiosk cannot say what only the server says of it, nor set dates that nothing can show", async () => {
  for (const event of ["fleet.identity-cloned", "fleet.identity-knocking", "fleet.update", "identity.refused"])
    expect((await kiosk.ask("POST", "/device/v1/reports", kiosk.batch({ event, fields: {} }))).status).toBe(200);
  const forged = await fleet.db.selectFrom("event").select("event").where("kiosk", "=", "kiosk-1").execute();
  expect(forged.map(({ event }) => event).filter((event) => event.startsWith("fleet."))).toEqual([]);
  const machine = { agent: "1", os: "x", platform: "x", diskFreePercent: 1, memoryFreePercent: 1, temperature: null };
  const state = { machine: { ...machine, memory: {}, bootedAt: Number.MAX_SAFE_INTEGER } };
  const wrong = kiosk.batch({ type: "state", state });
  expectFailure(await kiosk.ask("POST", "/device/v1/reports", wrong), 400, "common.bad-input");
  kiosk.sequence--;
});

test("a kiosk cannot touch what is another's", async () => {
  const sent = await fleet.administrator.send("POST", "/kiosks/kiosk-2/commands", {
    command: { name: "logs", part: "agent", lines: 5 },
  });
  const { id } = (await sent.json()) as { id: string };
  const before = await fleet.db.selectFrom("command").selectAll().where("id", "=", id).executeTakeFirst();
  const done = kiosk.batch({
    type: "command",
    command: { id, state: "done", message: "<img src=x onerror=alert(1)>" },
  });
  expect((await kiosk.ask("POST", "/device/v1/reports", done)).status).toBe(200);
  const upload = { part: "agent", records: [{ event: "x" }], takenAt: 1 };
  expectFailure(await kiosk.ask("POST", `/device/v1/logs/${id}`, upload), 404, "fleet-server.command-unknown");
  for (const odd of ["..%2f..%2fx", "1'%20or%20'1'='1", "%00", "x".repeat(300)])
    expect((await kiosk.ask("POST", `/device/v1/logs/${odd}`, upload)).status).toBeGreaterThanOrEqual(400);
  expect(await fleet.db.selectFrom("command").selectAll().where("id", "=", id).executeTakeFirst()).toEqual(before);

  const readiness = {
    ...{ id: randomUUID(), kiosk: "kiosk-2", place: "x", takenAt: 1, technician: "x" },
    ...{ machine: { hostname: "x", product: null, serial: null, os: "x" }, versions: {}, devices: [], checks: [] },
  };
  expectFailure(await kiosk.ask("POST", "/device/v1/readiness", readiness), 400, "common.bad-input");
  const own = { ...readiness, kiosk: "kiosk-1", technician: "<script>alert(1)</script>" };
  expect((await kiosk.ask("POST", "/device/v1/readiness", own)).status).toBe(204);
  const stolen = { ...readiness, id: own.id };
  expect((await other.ask("POST", "/device/v1/readiness", stolen)).status).toBe(204);
  expect(await fleet.db.selectFrom("readiness").select("kiosk").execute()).toEqual([{ kiosk: "kiosk-1" }]);

  const desired = await kiosk.ask("GET", "/device/v1/desired?kiosk=kiosk-2");
  const payload = JSON.parse(Buffer.from(desired.text.split(".")[1] ?? "", "base64url").toString());
  expect(payload).toMatchObject({ kiosk: "kiosk-1", commands: [] });
  const counters = [{ hour: 0, service: "<b>x</b>", result: "completed", count: 3, seconds: 1, kiosk: "kiosk-2" }];
  expectFailure(
    await kiosk.ask("POST", "/device/v1/reports", kiosk.batch({ type: "counters", counters })),
    ...([400, "common.bad-input"] as const),
  );
  kiosk.sequence--;

  for (const path of ["/kiosks/kiosk-1/readiness", "/kiosks/kiosk-1/timeline"]) {
    const shown = await fleet.administrator.send("GET", path);
    expect(shown.headers.get("content-type")).toMatch(/^application\/json/);
    expect(shown.headers.get("x-content-type-options")).toBe("nosniff");
  }
});

test("a socket is opened by a fresh signature of its own only", async () => {
  const path = "/device/v1/socket";
  const upgrade = (headers: Record<string, string>) =>
    kiosk.raw(
      `GET ${path} HTTP/1.1\r\nHost: ${kiosk.authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16, 1).toString("base64")}\r\n` +
        `${Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join("")}\r\n`,
      (text) => text.startsWith("HTTP/1.1 101"),
    );
  const refusal = async (headers: Record<string, string>) => {
    const [, body] = (await upgrade(headers)).split("\r\n\r\n");
    return deviceFailureSchema.parse(JSON.parse(body ?? "")).code;
  };
  const count = await fleet.refused("identity.signature-repeated");
  expect(await refusal({})).toBe("identity.signature-missing");
  const good = kiosk.headers("GET", path, undefined);
  expect(await upgrade(good)).toMatch(/^HTTP\/1\.1 101/);
  expect(await refusal(good)).toBe("identity.signature-repeated");
  expect(await refusal(kiosk.headers("GET", "/device/v1/desired", undefined))).toBe("identity.signature-wrong");
  expect(await fleet.refused("identity.signature-repeated")).toBe(count + 1);
});

async function socketOf(machine: Machine) {
  const url = `${fleet.server.devices.replace(/^http/, "ws")}/device/v1/socket`;
  const headers = machine.headers("GET", "/device/v1/socket", undefined);
  const socket = new WebSocket(url, { headers, rejectUnauthorized: false });
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  const { promise: open, resolve: opened } = Promise.withResolvers<void>();
  let pings = 0;
  socket.on("message", () => pings++);
  socket.on("open", () => opened());
  socket.on("close", resolve);
  socket.on("error", () => {});
  await open;
  const hello = (session: number) => socket.send(JSON.stringify({ type: "hello", stream: machine.stream, session }));
  return { socket, ended, hello, pings: () => pings };
}

test("sockets that are older, silent, too loud or senseless are ended; the newest session stays", async () => {
  const connected = (machine: Machine) => async () =>
    (
      await fleet.db
        .selectFrom("kiosk_live")
        .select("connected_session")
        .where("kiosk", "=", machine.kiosk)
        .executeTakeFirst()
    )?.connected_session ?? undefined;
  const newest = await socketOf(kiosk);
  newest.hello(7);
  await until("the connection is known", connected(kiosk));
  const older = await socketOf(kiosk);
  older.hello(6);
  expect(await older.ended).toBe(4002);
  expect(await connected(kiosk)()).toBe(7);

  const frames: readonly (string | Buffer)[] = ["{", JSON.stringify({ type: "hello" }), Buffer.alloc(16_385, 32)];
  for (const frame of frames) {
    const senseless = await socketOf(other);
    senseless.socket.send(frame);
    expect([1009, 4000]).toContain(await senseless.ended);
  }
  const flood = await socketOf(other);
  for (let sent = 0; sent < 5_000; sent++) flood.socket.send(JSON.stringify({ type: "pong" }));
  expect((await kiosk.ask("GET", "/device/v1/desired")).status).toBe(200);
  const silent = await socketOf(other);
  await fleet.clock.advance(10_000);
  expect([await flood.ended, await silent.ended]).toEqual([4003, 4003]);

  await fleet.clock.advance(30_000);
  await until("the server asked whether it lives", () => newest.pings() > 0);
  await fleet.clock.advance(60_000);
  expect(await newest.ended).toBe(1006);
  await until("the connection counts as gone", async () => (await connected(kiosk)()) === undefined);
});

test("a one-time code makes one kiosk, whatever is asked of it", async () => {
  const { code } = await fleet.newCode("kiosk-race");
  const racers = [new Machine(fleet), new Machine(fleet), new Machine(fleet)];
  const replies = await Promise.all(racers.map((machine) => machine.enrol(code)));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
  const certificates = fleet.db.selectFrom("certificate").select("thumbprint").where("kiosk", "=", "kiosk-race");
  expect(await certificates.execute()).toHaveLength(1);

  const late = await fleet.newCode("kiosk-late", 60);
  await fleet.clock.advance(61_000);
  const taken = await fleet.newCode("kiosk-taken");
  const machine = new Machine(fleet);
  const good = await machine.csr(machine.keys, "CN=kiosk-1");
  const broken = good.replace(/.{8}(?==*\s*-----END)/s, "AAAAAAAA");
  const answers = [
    await machine.enrol(late.code),
    await machine.enrol(taken.code, broken),
    await machine.enrol(taken.code, `-----BEGIN CERTIFICATE REQUEST-----\n${"A".repeat(8_100)}`),
  ];
  for (const answer of answers) expect(answer.status).toBe(401);
  expectFailure(await machine.enrol(taken.code, "x".repeat(9_000)), 400, "common.bad-input");
  // The name in the request is another kiosk's: it is not looked at.
  const made = await machine.enrol(taken.code, good);
  expect(made.json).toMatchObject({ kiosk: "kiosk-taken" });
  const certificate = new X509Certificate(String(made.json?.certificate));
  const { subject, ca, subjectAltName, keyUsage } = certificate;
  expect({ subject, ca, subjectAltName }).toEqual({ subject: "CN=kiosk-taken", ca: false, subjectAltName: undefined });
  expect(keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
});

test("guessing codes is slow, and every code that does not work gets the same answer", async () => {
  const machine = new Machine(fleet);
  const replies: Reply[] = [];
  for (let guess = 0; guess < 14; guess++)
    replies.push(await machine.enrol(`AAAA-BBBB-${String(guess).padStart(4, "0")}`));
  const refused = replies.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  for (const reply of refused) expectFailure(reply, 429, "fleet-server.too-many-tries");
  const answers = new Set(
    replies.filter(({ status }) => status === 401).map(({ json }) => `${json?.code} ${json?.message}`),
  );
  expect(answers.size).toBeLessThanOrEqual(1);
});
