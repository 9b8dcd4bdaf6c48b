import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../base/node/system-clock.ts";
import { tcpChannel } from "./tcp.ts";

let server: Server;
let port: number;
let greeting: Uint8Array;
let accepted: Socket[];

beforeEach(async () => {
  greeting = new Uint8Array();
  accepted = [];
  server = createServer((socket) => {
    accepted.push(socket);
    socket.on("error", () => {});
    socket.on("data", (bytes) => socket.write(bytes));
    if (greeting.length > 0) socket.write(greeting);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  port = (server.address() as AddressInfo).port;
});

afterEach(() => {
  for (const socket of accepted) socket.destroy();
  server.close();
});

async function open() {
  const opened = await tcpChannel({ host: "127.0.0.1", port }, systemClock)(new AbortController().signal);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

test("every byte value passes both ways unchanged", async () => {
  const channel = await open();
  const all = Uint8Array.from({ length: 256 }, (_, value) => value);
  const inward: number[] = [];
  channel.onBytes((bytes) => inward.push(...bytes));
  expect(await channel.write(all)).toEqual({ ok: true, value: undefined });
  await expect.poll(() => inward).toEqual([...all]);
  await channel.close();
  expect(await channel.closed).toEqual(expect.any(String));
});

test("bytes that came before anybody listened are handed over first", async () => {
  greeting = Uint8Array.of(1, 2, 3);
  const channel = await open();
  await expect.poll(() => accepted[0]?.bytesWritten).toBe(3);
  const inward: number[] = [];
  channel.onBytes((bytes) => inward.push(...bytes));
  await expect.poll(() => inward).toEqual([1, 2, 3]);
  await channel.close();
});

test("a peer that floods a connection to which nobody listens is hung up on", async () => {
  greeting = new Uint8Array(1_000_000);
  const channel = await open();
  expect(await channel.closed).toContain("more bytes");
});

test("an address at which nobody listens is absent, and the error names it", async () => {
  server.close();
  const opened = await tcpChannel({ host: "127.0.0.1", port }, systemClock)(new AbortController().signal);
  expect(opened).toMatchObject({
    ok: false,
    error: { code: "link.absent", message: expect.stringContaining(String(port)) },
  });
});

test("a peer that hangs up closes the channel, and writing says so", async () => {
  const channel = await open();
  await expect.poll(() => accepted.length).toBe(1);
  accepted[0]?.end();
  expect(await channel.closed).toBe("the far end hung up");
  expect(await channel.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: "link.lost" } });
});

test("an opening that is cancelled leaves no connection", async () => {
  const stop = AbortSignal.abort();
  expect(await tcpChannel({ host: "127.0.0.1", port }, systemClock)(stop)).toMatchObject({
    ok: false,
    error: { code: "common.cancelled" },
  });
});
