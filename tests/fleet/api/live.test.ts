import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import { until } from "../../support/until.ts";
import { browserOf, type ConsoleServer, failure, type StaffBrowser, startConsole } from "./console-kit.ts";

let clock: SimulatedClock;
let server: ConsoleServer;
let beside: ConsoleServer;
let bundle: string;
const open: Stream[] = [];

beforeAll(async () => {
  clock = new SimulatedClock();
  bundle = mkdtempSync(join(tmpdir(), "ventanilla-bundle-"));
  mkdirSync(join(bundle, "assets"));
  writeFileSync(join(bundle, "index.html"), "<!doctype html><title>Console</title>");
  writeFileSync(join(bundle, "assets", "main-Ab3dE6gH.js"), "export {};");
  server = await startConsole({ clock, bundle });
  beside = await startConsole({ clock, beside: server });
});
afterEach(async () => {
  for (const stream of open.splice(0)) await stream.leave();
});
afterAll(async () => {
  await beside.close();
  await server.close();
  rmSync(bundle, { recursive: true });
});

class Stream {
  text = "";
  ended = false;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(response: Response) {
    if (response.body === null) throw new Error("no stream");
    this.#reader = response.body.getReader();
    void this.#read();
  }

  get events(): unknown[] {
    return [...this.text.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data));
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for (let part = await this.#reader.read(); !part.done; part = await this.#reader.read())
        this.text += decoder.decode(part.value, { stream: true });
    } finally {
      this.ended = true;
    }
  }
}

async function listen(browser: StaffBrowser): Promise<Stream> {
  const response = await browser.send("GET", "/live");
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const stream = new Stream(response);
  open.push(stream);
  await until("the stream begins", () => stream.text.startsWith("retry: 3000\n\n"));
  return stream;
}

test("what changes is told at once, then joined to two a second, on both instances", async () => {
  const here = await listen(await browserOf(server, "consulta"));
  const there = await listen(await browserOf(beside, "consulta"));
  await server.bus.publish({ topic: "kiosks", kiosks: ["a"] });
  await server.bus.publish({ topic: "kiosks", kiosks: ["b", "c"] });
  await server.bus.publish({ topic: "command", kiosk: "b", command: "x" });
  await server.bus.publish({ topic: "desired", kiosks: ["d"] });
  await server.bus.publish({ topic: "rollouts" });
  const first = [{ type: "kiosks", kiosks: ["a"] }];
  for (const stream of [here, there]) await until("the first event", () => stream.events.length === 1);
  expect(here.events).toEqual(first);
  await clock.advance(500);
  const both = [...first, { type: "kiosks", kiosks: ["b", "c"] }, { type: "rollouts" }];
  for (const stream of [here, there]) {
    await until("the joined events", () => stream.events.length === 3);
    expect(stream.events).toEqual(both);
  }
});

test("more kiosks than an event names are told as many", async () => {
  const stream = await listen(await browserOf(server, "consulta"));
  await server.bus.publish({ topic: "kiosks", kiosks: Array.from({ length: 101 }, (_, index) => `k-${index}`) });
  await until("the event", () => stream.events.length === 1);
  expect(stream.events).toEqual([{ type: "kiosks", kiosks: [] }]);
});

test("a quiet stream has a heartbeat every 15 s, which does not keep the session alive", async () => {
  const stream = await listen(await browserOf(server, "consulta"));
  for (let beat = 1; beat <= 2; beat++) {
    await clock.advance(15_000);
    await until("a heartbeat", () => stream.text.split(": heartbeat\n\n").length === beat + 1);
  }
  const before = await server.db.selectFrom("staff_session").selectAll().execute();
  await clock.advance(15_000);
  await until("a heartbeat", () => stream.text.split(": heartbeat\n\n").length === 4);
  expect(await server.db.selectFrom("staff_session").selectAll().execute()).toEqual(before);
});

test("a stream ends with its session: here at once, at another instance with the next heartbeat", async () => {
  const browser = await browserOf(server, "consulta");
  const here = await listen(browser);
  const response = await fetch(`${beside.url}/api/v1/live`, { headers: { cookie: browser.cookie } });
  const there = new Stream(response);
  open.push(there);
  await until("the stream begins", () => there.text !== "");
  await browser.send("DELETE", "/session");
  await until("the stream here ends", () => here.ended);
  expect(there.ended).toBe(false);
  await clock.advance(15_000);
  await until("the stream there ends", () => there.ended);
});

test("a session has at most six streams, and a stream that is left makes room", async () => {
  const browser = await browserOf(server, "consulta");
  const streams: Stream[] = [];
  for (let count = 0; count < 6; count++) streams.push(await listen(browser));
  expect(await failure(browser.send("GET", "/live"))).toEqual({ status: 429, code: "console.too-many-streams" });
  await streams[0]?.leave();
  await until("there is room", async () => {
    const response = await browser.send("GET", "/live");
    await response.body?.cancel();
    return response.ok;
  });
});

test("a client that does not read is dropped instead of filling the memory", async () => {
  const { cookie } = await browserOf(server, "consulta");
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let gone = false;
  socket.on("close", () => {
    gone = true;
  });
  socket.on("error", () => {});
  socket.write(`GET /api/v1/live HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncookie: ${cookie}\r\n\r\n`);
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  const dropped = () =>
    server.log.some(({ event, fields }) => event === "console.stream-dropped" && fields.cause === "slow");
  const kiosks = Array.from({ length: 100 }, (_, index) => `${index}-${"x".repeat(60)}`);
  await until("the server drops it", async () => {
    for (let burst = 0; burst < 100 && !dropped(); burst++) {
      await server.bus.publish({ topic: "kiosks", kiosks });
      await clock.advance(500);
    }
    return dropped();
  });
  socket.resume();
  await until("the connection is gone", () => gone);
});

test("the console's files have a strict policy; names with a hash are kept, the page is not", async () => {
  const page = await fetch(`${server.url}/`);
  expect(page.headers.get("cache-control")).toBe("no-store");
  expect(page.headers.get("content-security-policy")).toMatch(
    /default-src 'none'; script-src 'self'; .*frame-ancestors 'none'/,
  );
  const script = await fetch(`${server.url}/assets/main-Ab3dE6gH.js`);
  expect(script.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(script.headers.get("content-type")).toContain("javascript");
  const deep = await fetch(`${server.url}/kiosks/k-1`, { headers: { accept: "text/html,*/*" } });
  expect([deep.status, await deep.text()]).toEqual([200, "<!doctype html><title>Console</title>"]);
  for (const path of ["/assets/other.js", "/..%2f..%2fetc%2fpasswd", "/api/v2/x"])
    expect([path, (await fetch(`${server.url}${path}`)).status]).toEqual([path, 404]);
});

test("a bundle that is not there stops the start with its name", async () => {
  await expect(startConsole({ clock, beside: server, bundle: join(bundle, "assets") })).rejects.toThrow(
    /has no index.html/,
  );
});
