import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Intent, SessionView } from "../../base/contracts/view.ts";
import { createLogger, type LogRecord } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { Subject } from "../../base/observable.ts";
import { assertOk, ok } from "../../base/result.ts";
import type { Availability, Session, SessionOptions } from "../../flows/session/interface.ts";
import { VIEW_PROTOCOL } from "../contract/messages.ts";
import { parseConfig } from "./config/load.ts";
import type { Config } from "./config/schema.ts";
import { openJournal } from "./journal/journal.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { FakeBoard, FakeUps } from "./testing/fake-housing.ts";
import { FakeGateway, FakePrinter, FakeReader, FakeTerminal } from "./testing/fakes.ts";
import { packagesIn } from "./testing/packages.ts";

const VIEW: SessionView = {
  screen: { kind: "attract", title: { id: "t", text: "Bienvenido" }, call: { id: "c", text: "Toque la pantalla" } },
  intents: ["START"],
  locale: "es",
  locales: [{ id: "es", name: "Español" }],
  audio: [],
};

const CLOSED: SessionView["screen"] = {
  kind: "out-of-service",
  title: { id: "t", text: "Cerrado" },
  ...{ body: [], works: [], elsewhere: [] },
};

class FakeSession implements Session {
  readonly options: SessionOptions;
  readonly view = new Subject(VIEW);
  readonly serving = new Subject(false);
  readonly intents: Intent[] = [];
  stopped = false;
  wasAway = 0;

  constructor(options: SessionOptions) {
    this.options = options;
  }

  send(intent: Intent): boolean {
    this.intents.push(intent);
    return true;
  }

  away(): void {
    this.wasAway++;
  }

  async stop(): Promise<void> {
    this.stopped = true;
  }
}

let directory: string;
let terminal: FakeTerminal;
let printer: FakePrinter;
let reader: FakeReader;
let gateway: FakeGateway;
let ups: FakeUps;
let board: FakeBoard;
let powerEnds: number;
let session: FakeSession;
let records: LogRecord[];
let defects: unknown[];
const running: Runtime[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "runtime-"));
  terminal = new FakeTerminal();
  printer = new FakePrinter();
  reader = new FakeReader();
  gateway = new FakeGateway();
  ups = new FakeUps();
  board = new FakeBoard();
  powerEnds = 0;
  records = [];
  defects = [];
});

afterEach(async () => {
  for (const runtime of running.splice(0)) await runtime.stop();
});

function config(changes = ""): Config {
  const text = `
kiosk: { id: demo-1, place: Santiago, screenWidth: 337 }
devices:
  - { id: terminal, kind: payment-terminal, model: fake, port: a }
  - { id: printer, kind: receipt-printer, model: fake, port: b }
  - { id: reader, kind: code-reader, model: fake, port: c }
  - { id: ups, kind: ups, model: fake, port: d }
  - { id: board, kind: io-board, model: fake, port: e, wiring: { unit: 1 } }
gateway: { url: "http://127.0.0.1:4300" }
data: data
view: { port: 0, bundle: ui, socket: view.sock, tokenFile: token }
services: services
`;
  return assertOk(
    parseConfig(text.replace("model: fake, port: a", changes || "model: fake, port: a"), join(directory, "k.yaml")),
    "config",
  );
}

function start(settings = config()) {
  return startRuntime({
    config: settings,
    version: "0.1.0",
    factories: {
      "payment-terminal": { fake: () => terminal },
      "receipt-printer": { fake: () => printer },
      "code-reader": { fake: () => reader },
      ups: { fake: () => ups },
      "io-board": { fake: () => board },
    },
    gateway,
    services: [],
    packages: packagesIn(directory),
    loadServices: async () => ok([]),
    createSession: (options) => {
      session = new FakeSession(options);
      return session;
    },
    clock: systemClock,
    random: () => 0.5,
    log: createLogger("runtime", (record) => records.push(record)),
    onDefect: (_where, error) => defects.push(error),
    onPowerEnds: () => powerEnds++,
    onStorageBack: () => undefined,
    forget: () => undefined,
  });
}

async function startOk(settings = config()): Promise<Runtime> {
  const runtime = assertOk(await start(settings), "runtime");
  running.push(runtime);
  return runtime;
}

const availability = (): Availability => session.options.availability.value;
const health = async (runtime: Runtime) => (await fetch(`http://127.0.0.1:${runtime.port}/health`)).json();

test("a kiosk serves its view, hands intents to the session, and journals them by type", async () => {
  const runtime = await startOk();
  const socket = new WebSocket(`ws://127.0.0.1:${runtime.port}/view`, [VIEW_PROTOCOL, `token.${runtime.token}`]);
  const message = Promise.withResolvers<string>();
  socket.on("message", (data) => message.resolve(String(data)));
  expect(JSON.parse(await message.promise)).toMatchObject({ type: "view", view: { version: 1, screenWidth: 337 } });
  socket.send(JSON.stringify({ type: "intent", id: crypto.randomUUID(), view: 1, intent: { type: "START" } }));
  await expect.poll(() => session.intents).toEqual([{ type: "START" }]);
  socket.terminate();
  expect(session.options.settings).toEqual({ idle: 60_000, grace: 30_000, finish: 20_000 });
});

test("the token of this boot is in its file, for the owner only", async () => {
  const runtime = await startOk();
  const file = join(directory, "token");
  expect(readFileSync(file, "utf8").trim()).toBe(runtime.token);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("a runtime that starts again keeps its token, so that an open screen reconnects; one that others could read is replaced", async () => {
  const file = join(directory, "token");
  const first = await startOk();
  await first.stop();
  const second = await startOk();
  expect(second.token).toBe(first.token);
  await second.stop();
  chmodSync(file, 0o644);
  const third = await startOk();
  expect(third.token).not.toBe(first.token);
  expect(readFileSync(file, "utf8").trim()).toBe(third.token);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("health tells how many shells are at the view", async () => {
  const runtime = await startOk();
  expect(await health(runtime)).toMatchObject({ shells: 0 });
  const socket = new WebSocket(`ws://127.0.0.1:${runtime.port}/view`, [VIEW_PROTOCOL, `token.${runtime.token}`]);
  await expect.poll(async () => (await health(runtime)).shells).toBe(1);
  socket.terminate();
  await expect.poll(async () => (await health(runtime)).shells).toBe(0);
});

test("availability follows devices, institutions and faults", async () => {
  await startOk();
  await expect.poll(() => availability().institutions).toEqual(new Set(["fonasa"]));
  expect(availability().devices).toEqual(
    new Set(["payment-terminal", "receipt-printer", "code-reader", "io-board", "ups"]),
  );
  terminal.unplug();
  const fault = { code: "paper-end", severity: "fault", who: "attendant", since: 0 } as const;
  printer.status.set({ ...printer.status.value, conditions: [fault] });
  expect(availability().devices).toEqual(new Set(["code-reader", "io-board", "ups"]));
  printer.status.set({ ...printer.status.value, conditions: [{ ...fault, severity: "warning" }] });
  terminal.plug();
  expect(availability().devices.size).toBe(5);
});

test("on battery nothing is offered that must be paid for; when the battery ends the kiosk closes and the process is told", async () => {
  const runtime = await startOk();
  ups.says({ source: "battery", charge: 80 });
  expect(availability().devices).toEqual(new Set(["receipt-printer", "code-reader", "io-board", "ups"]));
  expect(await health(runtime)).toMatchObject({ power: "finish", closed: false });
  const ports = session.options.openJourney("fonasa/bono-atencion");
  const charged = await ports.charge(
    { effect: "charge-1", amount: 1500 },
    { signal: new AbortController().signal, onPrompt: () => undefined },
  );
  expect(charged).toMatchObject({ outcome: "error", error: { code: "runtime.on-battery" } });
  ups.says({ source: "mains" });
  expect(availability().devices.has("payment-terminal")).toBe(true);
  expect([availability().closed, powerEnds]).toEqual([false, 0]);
  ups.says({ source: "battery", low: true });
  expect(await health(runtime)).toMatchObject({ power: "stop", closed: true });
  expect(powerEnds).toBe(1);
});

test("a door that is open closes the kiosk, and its light shows it until the runtime ends", async () => {
  const runtime = await startOk();
  await expect.poll(() => board.colour).toBe("green");
  board.set("door", "open");
  expect(await health(runtime)).toMatchObject({ doorOpen: true, closed: true });
  session.view.set({ ...VIEW, screen: CLOSED });
  await expect.poll(() => board.colour).toBe("red");
  board.set("door", "closed");
  expect(availability().closed).toBe(false);
  await runtime.stop();
  running.pop();
  expect(board.colour).toBeUndefined();
});

test("who goes during a session is asked for", async () => {
  const settings = config();
  await startOk({ ...settings, timeouts: { ...settings.timeouts, away: 0.05 } });
  session.serving.set(true);
  board.set("person", "present");
  board.set("person", "not-present");
  await expect.poll(() => session.wasAway).toBe(1);
});

test("health shows devices and nothing personal", async () => {
  const runtime = await startOk();
  expect(await health(runtime)).toMatchObject({
    part: "runtime",
    kiosk: "demo-1",
    closed: false,
    terminalHeld: false,
    incidentsWaiting: 0,
    devices: [
      { device: "terminal", link: "connected" },
      { device: "printer" },
      { device: "reader" },
      { device: "board" },
      { device: "ups" },
    ],
  });
});

test("a stop lets the sale under way end, then closes everything", async () => {
  const runtime = await startOk();
  const gate = Promise.withResolvers<void>();
  terminal.gate = gate.promise;
  const ports = session.options.openJourney("fonasa/bono-atencion");
  const leaving = new AbortController();
  const paying = ports.charge(
    { effect: "charge-1", amount: 1500 },
    { signal: leaving.signal, onPrompt: () => undefined },
  );
  const stopped = runtime.stop();
  leaving.abort();
  await paying;
  expect(availability().closed).toBe(true);
  expect(terminal.started).toBe(true);
  gate.resolve();
  await stopped;
  running.pop();
  expect([terminal.started, session.stopped, gateway.closed]).toEqual([false, true, true]);
  expect(existsSync(join(directory, "view.sock"))).toBe(false);
  const journal = assertOk(
    openJournal({ directory: join(directory, "data"), kiosk: "demo-1", clock: systemClock, log: () => undefined }),
    "journal",
  );
  const [journey] = journal.unsettled();
  expect(journal.effects(journey?.id ?? "")).toMatchObject([{ state: "done", detail: "approved" }]);
  journal.close();
  expect(defects).toEqual([]);
});

test("the next start gives back what the last one took for nothing, before it serves", async () => {
  const first = await startOk();
  const ports = session.options.openJourney("fonasa/bono-atencion");
  await ports.charge(
    { effect: "charge-1", amount: 1500 },
    { signal: new AbortController().signal, onPrompt: () => undefined },
  );
  await first.stop();
  running.pop();

  const reversing = Promise.withResolvers<void>();
  const reverse = terminal.reverse.bind(terminal);
  terminal.reverse = async (sale) => {
    await reversing.promise;
    return reverse(sale);
  };
  const second = await startOk();
  expect(availability().closed).toBe(true);
  expect(availability().devices.has("payment-terminal")).toBe(false);
  expect(await health(second)).toMatchObject({ closed: true, terminalHeld: true });
  reversing.resolve();
  await second.reconciled;
  expect(terminal.taken).toBe(0);
  expect(availability().closed).toBe(false);
  expect(availability().devices.has("payment-terminal")).toBe(true);
});

test("a second runtime on the same data, an unknown model, a kind without a driver and a taken port are errors and leave nothing open", async () => {
  const first = await startOk();
  expect(await start()).toMatchObject({ ok: false, error: [{ code: "runtime.journal-locked" }] });
  const model = await start(config("model: nothing, port: a"));
  expect(model).toMatchObject({
    ok: false,
    error: [
      {
        code: "runtime.unknown-model",
        message: expect.stringContaining("terminal: nothing; models of a payment-terminal: fake"),
      },
    ],
  });
  const kind = await start(config("model: fake, port: a }\n  - { id: buttons, kind: keypad, model: storm, port: u"));
  expect(kind).toMatchObject({
    ok: false,
    error: [
      {
        code: "runtime.kind-without-driver",
        message: expect.stringContaining("buttons: keypad; kinds with a driver: payment-"),
      },
    ],
  });
  const { view, ...rest } = config();
  const taken = await start({ ...rest, data: join(directory, "other"), view: { ...view, port: first.port } });
  expect(taken).toMatchObject({ ok: false, error: [{ code: "runtime.port-refused" }] });
});

test("the log holds no personal data", async () => {
  await startOk();
  const ports = session.options.openJourney("fonasa/bono-atencion");
  const signal = new AbortController().signal;
  await ports.charge({ effect: "charge-1", amount: 1500 }, { signal, onPrompt: () => undefined });
  await ports.lookUp({ operation: "fonasa.affiliation", input: { run: "12345678-5" } }, { signal });
  expect(records.length).toBeGreaterThan(3);
  for (const secret of ["12345678", "012345", "0007"]) expect(JSON.stringify(records)).not.toContain(secret);
});
