import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fromHex, toHex } from "../../base/bytes/bytes.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { assertOk } from "../../base/result.ts";
import { parseHostPort, tcpChannel } from "./tcp.ts";

let server: Server;
let sockets: Socket[];
let port: number;

beforeEach(async () => {
  sockets = [];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const open = () => tcpChannel({ host: "127.0.0.1", port }, systemClock)(new AbortController().signal);

test("bytes go both ways, and those that came before anybody listened are kept", async () => {
  const channel = assertOk(await open(), "loopback");
  await expect.poll(() => sockets.length).toBe(1);
  let received = "";
  sockets[0]?.on("data", (bytes: Uint8Array) => (received += toHex(bytes)));
  expect(await channel.write(fromHex("06 01 00"))).toEqual({ ok: true, value: undefined });
  await expect.poll(() => received).toBe("060100");
  sockets[0]?.write(fromHex("80 00 00"));
  let heard = "";
  channel.onBytes((bytes) => (heard += toHex(bytes)));
  await expect.poll(() => heard).toBe("800000");
  await channel.close();
});

test("a device that goes away ends the channel, and writing afterwards says so", async () => {
  const channel = assertOk(await open(), "loopback");
  await expect.poll(() => sockets.length).toBe(1);
  sockets[0]?.destroy();
  expect(await channel.closed).toContain("closed");
  expect(await channel.write(fromHex("06"))).toMatchObject({ ok: false, error: { code: "link.lost" } });
});

test("nobody listening is an absent device", async () => {
  server.close();
  await once(server, "close");
  expect(await open()).toMatchObject({ ok: false, error: { code: "link.absent" } });
});

test.each([
  ["10.0.0.7:20007", { host: "10.0.0.7", port: 20007 }],
  ["terminal.local", { host: "terminal.local", port: 7 }],
  ["[::1]:80", { host: "::1", port: 80 }],
  ["::1", undefined],
  ["host:0", undefined],
  ["host:65536", undefined],
  ["/dev/ttyACM0", undefined],
  ["", undefined],
  ["a b:1", undefined],
])("%j is read as %j", (text, expected) => {
  expect(parseHostPort(text, 7)).toEqual(expected);
});

test("every byte value passes both ways unchanged", async () => {
  const channel = assertOk(await open(), "loopback");
  await expect.poll(() => sockets.length).toBe(1);
  sockets[0]?.on("data", (bytes) => sockets[0]?.write(bytes));
  const all = Uint8Array.from({ length: 256 }, (_, value) => value);
  const inward: number[] = [];
  channel.onBytes((bytes) => inward.push(...bytes));
  expect(await channel.write(all)).toEqual({ ok: true, value: undefined });
  await expect.poll(() => inward).toEqual([...all]);
  await channel.close();
});

test("a peer that floods a connection to which nobody listens is hung up on", async () => {
  const channel = assertOk(await open(), "loopback");
  await expect.poll(() => sockets.length).toBe(1);
  sockets[0]?.write(new Uint8Array(1_000_000));
  expect(await channel.closed).toContain("more bytes");
});

test("an opening that is cancelled leaves no connection", async () => {
  const stop = AbortSignal.abort();
  expect(await tcpChannel({ host: "127.0.0.1", port }, systemClock)(stop)).toMatchObject({
    ok: false,
    error: { code: "common.cancelled" },
  });
});
