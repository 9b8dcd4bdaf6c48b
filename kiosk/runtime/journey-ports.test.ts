import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLogger } from "../../base/log.ts";
import { done, type Outcome } from "../../base/outcome.ts";
import type { CedulaReading } from "../../drivers/code-reader/interface.ts";
import type { Device } from "../../drivers/device.ts";
import type { JourneyPorts } from "../../flows/engine/ports.ts";
import { IncidentDelivery } from "./effects/incident-delivery.ts";
import { BONO_INPUT, buyBono, type Kiosk, World } from "./testing/world.ts";

const CEDULA: CedulaReading = {
  kind: "cedula",
  run: "12345678-5",
  documentNumber: "123456789",
  birthDate: "1980-01-02",
  expiryDate: "2030-01-02",
  documentType: "CEDULA",
  expired: false,
};

let world: World;
let kiosk: Kiosk;
let journey: string;
let ports: JourneyPorts;

beforeEach(() => {
  world = new World();
  kiosk = world.boot();
  ({ id: journey, ports } = kiosk.openJourney());
});

afterEach(() => {
  kiosk.kill();
  world.remove();
});

const prompts: string[] = [];
const quiet = {
  signal: new AbortController().signal,
  onPrompt: (prompt: string) => void prompts.push(prompt),
  onProgress: () => undefined,
};
const charge = (effect = "charge-1") => ports.charge({ effect, amount: 1500 }, quiet);
const submitBono = () => ports.submit({ effect: "issue", operation: "fonasa.bono.issue", input: BONO_INPUT }, quiet);
const printBono = () => ports.print({ effect: "print-bono", document: { blocks: [] } }, quiet);
const states = () => kiosk.journal.effects(journey).map(({ name, state, detail }) => [name, state, detail]);

test("a sale is intended, sent and done, with the terminal's prompts passed on", async () => {
  prompts.length = 0;
  expect(await charge()).toMatchObject({ outcome: "ok", value: { status: "approved", amount: 1500 } });
  expect(states()).toEqual([["charge-1", "done", "approved"]]);
  expect(prompts).toEqual(["present-card"]);
});

test("on battery no sale is begun, and one that was begun is given back and printed as ever", async () => {
  const paid = await charge();
  world.onBattery.set(true);
  expect(await charge("charge-2")).toMatchObject({ outcome: "error", error: { code: "runtime.on-battery" } });
  expect(world.terminal.attempts).toHaveLength(1);
  expect(await printBono()).toMatchObject({ outcome: "ok" });
  if (paid.outcome !== "ok") throw new Error("not paid");
  expect(await ports.refund({ effect: "refund-1", sale: paid.value }, quiet)).toMatchObject({ outcome: "ok" });
  world.onBattery.set(false);
  expect(await charge("charge-2")).toMatchObject({ outcome: "ok" });
});

test("an approved charge asked for again is answered from the journal and not made again", async () => {
  const first = await charge();
  expect(await charge()).toEqual(first);
  expect(world.terminal.attempts).toHaveLength(1);
});

test("a declined charge may be tried again, with a new ticket", async () => {
  world.terminal.sales = "decline";
  expect(await charge()).toMatchObject({ outcome: "ok", value: { status: "declined" } });
  world.terminal.sales = "approve";
  expect(await charge()).toMatchObject({ outcome: "ok", value: { status: "approved" } });
  expect(new Set(world.terminal.attempts).size).toBe(2);
});

test("a doubt is resolved by asking the terminal, and the citizen is told so", async () => {
  prompts.length = 0;
  world.terminal.sales = "doubt-taken";
  const paying = charge();
  await world.clock.advance(5_000);
  expect(await paying).toMatchObject({ outcome: "ok", value: { status: "approved" } });
  expect(prompts).toEqual(["present-card", "resolving"]);
});

test("a doubt that the terminal denies is a certain failure", async () => {
  world.terminal.sales = "doubt-not-taken";
  const paying = charge();
  await world.clock.advance(5_000);
  expect(await paying).toMatchObject({ outcome: "error", error: { code: "runtime.charge-not-taken" } });
});

test("a doubt that stays is unknown, and the same effect is never made again", async () => {
  world.terminal.sales = "doubt-taken";
  world.terminal.tells = false;
  const paying = charge();
  await world.clock.advance(10_000);
  expect((await paying).outcome).toBe("unknown");
  expect(await charge()).toMatchObject({ outcome: "unknown", error: { code: "runtime.effect-unresolved" } });
  expect(world.terminal.attempts).toHaveLength(1);
});

test("a terminal that never answers ends in unknown within a bound", async () => {
  world.terminal.gate = Promise.withResolvers<void>().promise;
  world.terminal.tells = false;
  const paying = charge();
  await world.clock.advance(310_000);
  expect((await paying).outcome).toBe("unknown");
});

test("without a terminal that can serve the answer is immediate and nothing is journaled", async () => {
  world.terminal.unplug();
  expect(await charge()).toMatchObject({ outcome: "error", error: { code: "runtime.no-device" } });
  expect(states()).toEqual([]);
});

test("a refund is made once and names its charge", async () => {
  const paid = await charge();
  if (paid.outcome !== "ok") throw new Error("not paid");
  const refund = () => ports.refund({ effect: "refund-1", sale: paid.value }, quiet);
  expect((await refund()).outcome).toBe("ok");
  expect((await refund()).outcome).toBe("ok");
  expect(world.terminal.reversed).toHaveLength(1);
  expect(kiosk.journal.latest(journey, "refund-1")?.operation).toBe(`${journey}/charge-1`);
});

test("a refund of another journey's sale is refused", async () => {
  const paid = await charge();
  if (paid.outcome !== "ok") throw new Error("not paid");
  const sale = { ...paid.value, ticket: "OTHER" };
  expect((await ports.refund({ effect: "refund-1", sale }, quiet)).outcome).toBe("error");
});

test("a submission in doubt is sent again under the same key", async () => {
  world.gateway.submissions = "doubt-done";
  expect((await submitBono()).outcome).toBe("unknown");
  world.gateway.submissions = "ok";
  expect((await submitBono()).outcome).toBe("ok");
  expect([...world.gateway.received.keys()]).toEqual([`${journey}/issue`]);
  expect(states()).toEqual([["issue", "done", null]]);
});

test("a submission that failed for certain is a new attempt with a new key", async () => {
  world.gateway.submissions = "error";
  expect((await submitBono()).outcome).toBe("error");
  world.gateway.submissions = "ok";
  expect((await submitBono()).outcome).toBe("ok");
  expect([...world.gateway.received.keys()]).toEqual([`${journey}/issue.2`]);
});

test("a submission that does not fit the contract never leaves", async () => {
  const bad = { run: "12345678-5" };
  const outcome = await ports.submit({ effect: "issue", operation: "fonasa.bono.issue", input: bad }, quiet);
  expect(outcome).toMatchObject({ outcome: "error", error: { code: "common.bad-input" } });
  expect(JSON.stringify(outcome)).not.toContain("12345678");
  expect((await ports.submit({ effect: "x", operation: "none", input: {} }, quiet)).outcome).toBe("error");
  expect(states()).toEqual([]);
});

test("a ticket that was retracted may be printed again; one that came out is not", async () => {
  world.printer.prints = "retract";
  await printBono();
  world.printer.prints = "ok";
  await printBono();
  expect(await printBono()).toEqual({ outcome: "ok", value: { printed: 1, confirmed: true } });
  expect(world.printer.tickets).toBe(2);
});

test("a print goes on when the citizen leaves, and its end is known", async () => {
  const gate = Promise.withResolvers<void>();
  world.printer.gate = gate.promise;
  const leaving = new AbortController();
  const printing = ports.print(
    { effect: "print-bono", document: { blocks: [] } },
    { ...quiet, signal: leaving.signal },
  );
  leaving.abort();
  expect((await printing).outcome).toBe("unknown");
  gate.resolve();
  await kiosk.runner.idle();
  expect(states()).toEqual([["print-bono", "done", "confirmed"]]);
});

test("a cédula is read; any other code is an error that the citizen can act on", async () => {
  const first = ports.scan(quiet);
  expect(world.reader.show(CEDULA)).toBe(true);
  expect(await first).toEqual({ outcome: "ok", value: CEDULA });
  const second = ports.scan(quiet);
  world.reader.show({ kind: "url", url: "https://example.org" });
  expect(await second).toMatchObject({ outcome: "error", error: { code: "flows.not-a-cedula", who: "citizen" } });
});

test("a code that was asked for is given in its words; of a document nothing is", async () => {
  for (const [reading, words] of [
    [{ kind: "url", url: "https://gateway.example/b/K7XYZ234" }, "https://gateway.example/b/K7XYZ234"],
    [{ kind: "text", text: "K7XYZ234" }, "K7XYZ234"],
  ] as const) {
    const waiting = ports.scanCode(quiet);
    world.reader.show(reading);
    expect(await waiting).toEqual({ outcome: "ok", value: words });
  }
  const waiting = ports.scanCode(quiet);
  world.reader.show(CEDULA);
  const outcome = await waiting;
  expect(outcome).toMatchObject({ outcome: "error", error: { code: "flows.foreign-code", who: "citizen" } });
  expect(JSON.stringify(outcome)).not.toContain("12345678");
  expect(disk().includes("K7XYZ234")).toBe(false);
});

test("a scan ends when the journey leaves it, and when nobody ever shows a card", async () => {
  const leaving = new AbortController();
  const left = ports.scan({ signal: leaving.signal });
  leaving.abort();
  expect((await left).outcome).toBe("error");
  const waiting = ports.scan(quiet);
  await world.clock.advance(300_000);
  expect((await waiting).outcome).toBe("error");
});

test("a look-up passes through and leaves only its name in the journal", async () => {
  const request = { operation: "fonasa.affiliation", input: { run: "12345678-5" } };
  expect(await ports.lookUp(request, quiet)).toEqual({ outcome: "ok", value: { answer: 42 } });
  expect(disk().includes("12345678")).toBe(false);
  expect(disk().includes("fonasa.affiliation")).toBe(true);
});

test("a journey has its devices to itself until it is settled, and a scan that waits ends with it", async () => {
  const control = (device: Device) =>
    kiosk.leases.withLease({ device, holder: "control-1" }, async () => done(undefined));
  const scanning = ports.scan({ signal: quiet.signal });
  await charge();
  await printBono();
  for (const device of [world.reader, world.terminal, world.printer])
    expect(await control(device)).toMatchObject({ outcome: "error", error: { code: "runtime.device-in-use" } });
  await ports.settle("delivered");
  expect(await scanning).toMatchObject({ outcome: "error", error: { code: "common.cancelled" } });
  expect(world.reader.show(CEDULA)).toBe(false);
  for (const device of [world.reader, world.terminal, world.printer])
    expect(await control(device)).toMatchObject({ outcome: "ok" });
});

test("a citizen who wants to pay while the terminal is tested waits for it", async () => {
  const { promise, resolve } = Promise.withResolvers<Outcome<void>>();
  const testing = kiosk.leases.withLease({ device: world.terminal, holder: "control-1" }, () => promise);
  const paying = charge();
  await world.clock.advance(5_000);
  expect(world.terminal.attempts).toEqual([]);
  resolve(done(undefined));
  await testing;
  expect(await paying).toMatchObject({ outcome: "ok", value: { status: "approved" } });
});

test("a terminal that was just plugged in again is waited for until it has confirmed its status, and not for ever", async () => {
  const { status } = world.terminal;
  status.set({ ...status.value, provisional: true });
  const paying = charge();
  await world.clock.advance(1_000);
  expect(world.terminal.attempts).toEqual([]);
  status.set({ ...status.value, provisional: false });
  await world.clock.advance(0);
  expect(await paying).toMatchObject({ outcome: "ok", value: { status: "approved" } });
  status.set({ ...status.value, provisional: true });
  const again = charge("charge-2");
  await world.clock.advance(5_000);
  expect(await again).toMatchObject({ outcome: "error", error: { code: "runtime.no-device" } });
});

test("a terminal that nobody lets go of is an error before anything is written down, and no doubt", async () => {
  void kiosk.leases.withLease({ device: world.terminal, holder: "control-1" }, () => new Promise(() => {}));
  const paying = charge();
  await world.clock.advance(30_000);
  expect(await paying).toMatchObject({ outcome: "error", error: { code: "runtime.device-in-use" } });
  expect(states()).toEqual([]);
});

test("after a whole journey nothing of the citizen or of the card is on disk", async () => {
  await buyBono(ports);
  expect(kiosk.journal.unsettled()).toEqual([]);
  for (const secret of ["12345678", "012345", "0007"]) expect(disk().includes(secret)).toBe(false);
});

test("an incident is durable at once and reaches the gateway as soon as it is there, once", async () => {
  world.gateway.reachable = false;
  const { journal } = kiosk;
  const { clock, devices, gateway } = world;
  const delivery = new IncidentDelivery(
    { journal, devices, leases: kiosk.leases, papers: kiosk.papers, gateway, clock, log: silentLogger },
    () => 0.5,
  );
  delivery.start();
  const { number } = await ports.incident({ kind: "paid-not-delivered", amount: 1500, effects: ["charge-1"] });
  expect(number).toMatch(/^V-demo-1-000001-[A-Y]$/);
  await clock.advance(60_000);
  expect(journal.incidents.waiting.value).toBe(1);
  world.gateway.reachable = true;
  await clock.advance(300_000);
  expect(journal.incidents.waiting.value).toBe(0);
  expect(world.gateway.received.get(`${journey}/${number}`)).toEqual({
    operation: "incident.record",
    input: { number, kind: "paid-not-delivered", amount: 1500, effects: ["charge-1"] },
  });
  await delivery.stop();
});

function disk(): Buffer {
  return Buffer.concat(readdirSync(world.directory).map((name) => readFileSync(join(world.directory, name))));
}
