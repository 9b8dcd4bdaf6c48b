import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DeviceKind } from "../../../base/contracts/device-status.ts";
import {
  deviceTestResultSchema,
  journeyPageSchema,
  type RuntimeStatus,
  runtimeStatusSchema,
} from "../../../base/contracts/runtime-control.ts";
import type { SessionView } from "../../../base/contracts/view.ts";
import { silentLogger } from "../../../base/log.ts";
import { publicKeyOf } from "../../../base/node/service-package.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { Subject } from "../../../base/observable.ts";
import { done, failed } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { assertOk, err, ok } from "../../../base/result.ts";
import { authorKey, packed } from "../../../flows/cli/testing.ts";
import type { CompiledService } from "../../../flows/compiler/compiled.ts";
import type { Session } from "../../../flows/session/interface.ts";
import { parseConfig } from "../config/load.ts";
import { openJournal } from "../journal/journal.ts";
import { type Runtime, startRuntime } from "../runtime.ts";
import { FakeBoard, FakeUps } from "../testing/fake-housing.ts";
import { FakeGateway, FakePrinter, FakeReader, FakeTerminal } from "../testing/fakes.ts";
import { packagesIn } from "../testing/packages.ts";

const KEY = authorKey();
const AUTHOR = publicKeyOf(KEY);
const VIEW: SessionView = {
  screen: { kind: "attract", title: { id: "t", text: "Bienvenido" }, call: { id: "c", text: "Toque" } },
  intents: ["START"],
  locale: "es",
  locales: [{ id: "es", name: "Español" }],
  audio: [],
};
const service = (id: string, ...requires: readonly DeviceKind[]) =>
  ({
    id,
    institution: "fonasa",
    requires: new Set(["receipt-printer", ...requires]),
    definition: { steps: [] },
  }) as unknown as CompiledService;

let directory: string;
let runtime: Runtime | undefined;
let serving: Subject<boolean>;
const printer = new FakePrinter();
const gateway = new FakeGateway();
let ups: FakeUps;
let board: FakeBoard;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "control-"));
  ups = new FakeUps();
  board = new FakeBoard();
});
afterEach(async () => {
  await runtime?.stop();
  runtime = undefined;
  printer.plug();
  rmSync(directory, { recursive: true });
});

async function start() {
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
view: { port: 0, bundle: ui }
control: { socket: control.sock }
services: services
`;
  serving = new Subject(false);
  const session: Session = { view: new Subject(VIEW), serving, send: () => true, away: () => {}, stop: async () => {} };
  const started = await startRuntime({
    config: assertOk(parseConfig(text, join(directory, "kiosk.yaml")), "config"),
    version: "0.1.0",
    factories: {
      "payment-terminal": { fake: () => new FakeTerminal() },
      "receipt-printer": { fake: () => printer },
      "code-reader": { fake: () => new FakeReader() },
      ups: { fake: () => ups },
      "io-board": { fake: () => board },
    },
    gateway,
    services: [service("fonasa/bono-atencion")],
    packages: packagesIn(directory, AUTHOR),
    loadServices: async (from) => {
      if (from === "/paid") return ok([service("fonasa/bono-atencion"), service("fonasa/pagado", "payment-terminal")]);
      return from === "/good"
        ? ok([service("fonasa/bono-atencion"), service("fonasa/otro")])
        : err(coded("runtime.services-refused", "service.yaml:3 no such step"));
    },
    createSession: () => session,
    clock: systemClock,
    random: () => 0.5,
    log: silentLogger,
    onDefect: (where, error) => {
      throw new Error(where, { cause: error });
    },
    onPowerEnds: () => undefined,
    onStorageBack: () => undefined,
    forget: () => undefined,
  });
  runtime = assertOk(started, "runtime");
}

function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: unknown }>();
  const sent = request({ socketPath: join(directory, "control.sock"), method, path, agent: false }, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
  });
  sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

const status = async () => runtimeStatusSchema.parse((await call("GET", "/v1/status")).body);

test("the status tells devices, services and what stands in their way; only owner and group may ask", async () => {
  await start();
  expect(statSync(join(directory, "control.sock")).mode & 0o777).toBe(0o660);
  await expect.poll(async () => (await status()).institutions).toEqual({ fonasa: true });
  expect((await status()).services).toEqual([
    { id: "fonasa/bono-atencion", version: "built-in", available: true, obstacles: [] },
  ]);
  printer.unplug();
  const { services, devices } = await status();
  expect(services[0]).toMatchObject({ available: false, obstacles: [{ kind: "device", device: "receipt-printer" }] });
  expect(devices.find(({ device }) => device === "printer")?.link).toBe("absent");
});

test("on battery what must be paid for stands back for the power, and at its end the whole kiosk does", async () => {
  await start();
  await expect.poll(async () => (await status()).institutions).toEqual({ fonasa: true });
  await call("POST", "/v1/services", { directory: "/paid", versions: {} });
  ups.says({ source: "battery" });
  const { services, closed } = await status();
  expect(services.map(({ available, obstacles }) => [available, obstacles])).toEqual([
    [true, []],
    [false, [{ kind: "power" }]],
  ]);
  expect(closed).toEqual([]);
  ups.says({ low: true });
  expect((await status()).closed).toEqual([{ kind: "power" }]);
});

test("an open door is told as what closes the kiosk", async () => {
  await start();
  board.set("door", "open");
  expect((await status()).closed).toEqual([{ kind: "door" }]);
  board.set("door", "closed");
  expect((await status()).closed).toEqual([]);
});

test("a watcher gets a line at once and one for every change", async () => {
  await start();
  await expect.poll(async () => (await status()).institutions).toEqual({ fonasa: true });
  const lines: RuntimeStatus[] = [];
  const watching = request({ socketPath: join(directory, "control.sock"), path: "/v1/watch" }, (response) => {
    response.setEncoding("utf8").on("data", (chunk: string) => {
      for (const line of chunk.trim().split("\n")) lines.push(runtimeStatusSchema.parse(JSON.parse(line)));
    });
  });
  watching.end();
  await expect.poll(() => lines.length).toBe(1);
  printer.unplug();
  await expect.poll(() => lines.at(-1)?.devices.find(({ device }) => device === "printer")?.link).toBe("absent");
  watching.destroy();
});

test("maintenance closes the kiosk and outlives a restart; draining does not", async () => {
  await start();
  expect((await call("POST", "/v1/mode", { mode: "maintenance" })).body).toMatchObject({
    mode: "maintenance",
    closed: [{ kind: "mode", mode: "maintenance" }],
  });
  expect((await status()).services[0]?.available).toBe(false);
  await runtime?.stop();
  await start();
  expect((await status()).mode).toBe("maintenance");
  await call("POST", "/v1/mode", { mode: "draining" });
  await runtime?.stop();
  await start();
  expect(await status()).toMatchObject({ mode: "in-service", closed: [] });
});

test("services are loaded while the kiosk runs, and appear when the citizen has gone", async () => {
  await start();
  serving.set(true);
  const versions = { "fonasa/otro": "1.2.0" };
  expect((await call("POST", "/v1/services", { directory: "/good", versions })).status).toBe(200);
  expect((await status()).services).toHaveLength(1);
  serving.set(false);
  await expect
    .poll(async () => (await status()).services.map(({ id, version }) => `${id} ${version}`))
    .toEqual(["fonasa/bono-atencion built-in", "fonasa/otro 1.2.0"]);
});

test("definitions with a mistake change nothing, and the answer says where the mistake is", async () => {
  await start();
  const refused = await call("POST", "/v1/services", { directory: "/bad", versions: {} });
  expect(refused).toMatchObject({ status: 422, body: { code: "runtime.services-refused" } });
  expect(JSON.stringify(refused.body)).toContain("service.yaml:3");
  expect((await status()).services).toHaveLength(1);
});

test("a package that its author signed is proved and offered beside the others; one of somebody else changes nothing", async () => {
  await start();
  const [file, foreign] = [join(directory, "good.json"), join(directory, "foreign.json")];
  writeFileSync(file, packed({ key: KEY, service: "municipalidad/permiso-feria" }));
  writeFileSync(foreign, packed({ key: authorKey(), service: "municipalidad/otro" }));
  expect((await call("POST", "/v1/packages", { file })).status).toBe(200);
  const refused = await call("POST", "/v1/packages", { file: foreign });
  expect(refused).toMatchObject({ status: 422, body: { code: "service.package-untrusted" } });
  const offered = async () => (await status()).services.map(({ id, version }) => `${id} ${version}`);
  const both = ["fonasa/bono-atencion built-in", "municipalidad/permiso-feria local 1.0.0"];
  expect(await offered()).toEqual(both);
  await call("POST", "/v1/services", { directory: "/good", versions: {} });
  expect(await offered()).toEqual([both[0], "fonasa/otro built-in", both[1]]);
  await runtime?.stop();
  await start();
  expect(await offered()).toEqual(both);
});

test("a device is tested, but never under a citizen's hands", async () => {
  await start();
  const printed = await call("POST", "/v1/devices/printer/test", { test: "test-print" });
  expect(deviceTestResultSchema.parse(printed.body)).toMatchObject({ outcome: "ok" });
  const poll = await call("POST", "/v1/devices/terminal/test", { test: "self-test" });
  expect(poll.body).toMatchObject({ outcome: "ok", status: { device: "terminal" } });
  const wrong = await call("POST", "/v1/devices/terminal/test", { test: "test-print" });
  expect(wrong.body).toMatchObject({ outcome: "error", code: "runtime.test-not-fitting" });
  expect((await call("POST", "/v1/devices/nothing/test", { test: "self-test" })).status).toBe(404);
  serving.set(true);
  expect(await call("POST", "/v1/devices/printer/test", { test: "test-print" })).toMatchObject({
    status: 409,
    body: { code: "runtime.serving" },
  });
});

test("a device is reset, but never under a citizen's hands, and its own refusal is told", async () => {
  await start();
  const before = printer.resets;
  expect((await call("POST", "/v1/devices/printer/reset", {})).body).toMatchObject({
    outcome: "ok",
    status: { device: "printer" },
  });
  printer.resetEnds = failed(coded("link.absent", "printer"));
  expect((await call("POST", "/v1/devices/printer/reset", {})).body).toMatchObject({
    outcome: "error",
    code: "link.absent",
  });
  printer.resetEnds = done(undefined);
  expect(printer.resets).toBe(before + 2);
  expect((await call("POST", "/v1/devices/nothing/reset", {})).status).toBe(404);
  expect((await call("POST", "/v1/devices/printer/reset", { hard: true })).status).toBe(400);
  serving.set(true);
  expect(await call("POST", "/v1/devices/printer/reset", {})).toMatchObject({
    status: 409,
    body: { code: "runtime.serving" },
  });
  expect(printer.resets).toBe(before + 2);
});

test("a test and a reset of one device at once: the second is refused", async () => {
  await start();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  printer.gate = gate;
  const printing = call("POST", "/v1/devices/printer/test", { test: "test-print" });
  await expect
    .poll(async () => (await call("POST", "/v1/devices/printer/reset", {})).body)
    .toMatchObject({ outcome: "error", code: "runtime.device-in-use" });
  open();
  printer.gate = Promise.resolve();
  expect((await printing).body).toMatchObject({ outcome: "ok" });
});

test("a request that is not of the contract is refused with what is wrong", async () => {
  await start();
  expect(await call("POST", "/v1/mode", { mode: "asleep" })).toMatchObject({ status: 400 });
  expect(await call("GET", "/v1/journeys?after=-1")).toMatchObject({ status: 400 });
  expect(await call("GET", "/v1/nothing")).toMatchObject({ status: 404, body: { code: "runtime.control-address" } });
});

test("ended journeys are told in the order of their ends, each once, and no number comes again after pruning", async () => {
  const open = () =>
    assertOk(
      openJournal({ directory: join(directory, "data"), kiosk: "demo-1", clock: systemClock, log: silentLogger }),
      "journal",
    );
  const journal = open();
  for (const id of ["a", "b", "c"]) journal.openJourney(id, "fonasa/bono-atencion");
  journal.endJourney("b", "delivered");
  journal.endJourney("a", "abandoned");
  for (const id of ["a", "b", "c"]) journal.settleJourney(id);
  const { identity } = journal;
  journal.close();
  await start();
  const first = journeyPageSchema.parse((await call("GET", "/v1/journeys?after=0&limit=2")).body);
  expect(first.journal).toBe(identity);
  expect(first.journeys.map(({ result }) => result)).toEqual(["delivered", "abandoned"]);
  const cursor = first.journeys.at(-1)?.cursor;
  const rest = journeyPageSchema.parse((await call("GET", `/v1/journeys?after=${cursor}`)).body);
  expect(rest.journeys.map(({ result }) => result)).toEqual(["interrupted"]);
  await runtime?.stop();
  runtime = undefined;

  const again = open();
  again.prune(Number.MAX_SAFE_INTEGER);
  again.close();
  const later = open();
  later.openJourney("d", "fonasa/bono-atencion");
  later.endJourney("d", "delivered");
  const [last] = later.ended(0, 10);
  expect(last?.cursor).toBeGreaterThan(rest.journeys[0]?.cursor ?? 0);
  later.close();
});
