import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { silentLogger } from "../../base/log.ts";
import { done, type Outcome } from "../../base/outcome.ts";
import { cedulaUrl } from "../../drivers/code-reader/cedula.ts";
import { scanBytes } from "../../drivers/code-reader/contract.suite.ts";
import { SerialScanner } from "../../drivers/code-reader/serial-scanner/driver.ts";
import { MemoryWire } from "../../simulators/wire/memory.ts";
import { Leases } from "./leases.ts";
import { FakePrinter, FakeReader } from "./testing/fakes.ts";

let clock: SimulatedClock;
let leases: Leases;
beforeEach(() => {
  clock = new SimulatedClock();
  leases = new Leases(clock);
});

const IN_USE = { outcome: "error", error: { code: "runtime.device-in-use" } };
const CANCELLED = { outcome: "error", error: { code: "common.cancelled" } };
const nothing = async () => done(undefined);

/** Work that ends when it is told to. */
function work() {
  const { promise, resolve } = Promise.withResolvers<Outcome<string>>();
  return { run: () => promise, end: () => resolve(done("ended")) };
}

test("what a journey has used is its own until it ends, also between two commands", async () => {
  const device = new FakePrinter();
  leases.beginJourney("j1");
  expect(await leases.withLease({ device, holder: "control" }, nothing)).toMatchObject({ outcome: "ok" });
  await leases.withLease({ device, holder: "j1" }, nothing);
  expect(await leases.withLease({ device, holder: "control" }, nothing)).toMatchObject(IN_USE);
  expect(await leases.withLease({ device, holder: "j1" }, nothing)).toMatchObject({ outcome: "ok" });
  leases.endJourney("j1");
  expect(await leases.withLease({ device, holder: "control" }, nothing)).toMatchObject({ outcome: "ok" });
});

test("a test from the control socket during a session is refused and touches nothing", async () => {
  const device = new FakePrinter();
  leases.beginJourney("j1");
  const printing = work();
  const outcome = leases.withLease({ device, holder: "j1" }, printing.run);
  expect(await leases.withLease({ device, holder: "control" }, () => expect.fail("it was touched"))).toMatchObject(
    IN_USE,
  );
  printing.end();
  expect(await outcome).toMatchObject({ outcome: "ok" });
});

test("the reverse: a citizen who comes during a test waits for it, and not for ever", async () => {
  const device = new FakePrinter();
  const testing = work();
  const test = leases.withLease({ device, holder: "control" }, testing.run);
  leases.beginJourney("j1");
  const impatient = leases.withLease({ device, holder: "j1", wait: 1_000 }, nothing);
  await clock.advance(1_000);
  expect(await impatient).toMatchObject(IN_USE);
  const patient = leases.withLease({ device, holder: "j1", wait: 30_000 }, nothing);
  await clock.advance(5_000);
  testing.end();
  await test;
  await clock.advance(0);
  expect(await patient).toMatchObject({ outcome: "ok" });
  expect(clock.pending).toBe(0);
});

test("whoever stops waiting is told so at once", async () => {
  const device = new FakePrinter();
  const testing = work();
  void leases.withLease({ device, holder: "control" }, testing.run);
  leases.beginJourney("j1");
  const stop = new AbortController();
  const waiting = leases.withLease({ device, holder: "j1", wait: 30_000, signal: stop.signal }, nothing);
  stop.abort();
  expect(await waiting).toMatchObject(CANCELLED);
});

test("paper and money go on when the citizen leaves, and keep the device until they have ended", async () => {
  const device = new FakePrinter();
  leases.beginJourney("j1");
  const printing = work();
  const outcome = leases.withLease({ device, holder: "j1" }, printing.run);
  await clock.advance(0);
  leases.endJourney("j1");
  leases.beginJourney("j2");
  const next = leases.withLease({ device, holder: "j2", wait: 30_000 }, nothing);
  expect(await leases.withLease({ device, holder: "control" }, nothing)).toMatchObject(IN_USE);
  printing.end();
  expect(await outcome).toMatchObject({ outcome: "ok", value: "ended" });
  await clock.advance(0);
  expect(await next).toMatchObject({ outcome: "ok" });
});

test("a journey that waits for a device when it ends never touches it", async () => {
  const device = new FakePrinter();
  const testing = work();
  const test = leases.withLease({ device, holder: "control" }, testing.run);
  leases.beginJourney("j1");
  const waiting = leases.withLease({ device, holder: "j1", wait: 30_000 }, () => expect.fail("it was touched"));
  leases.endJourney("j1");
  testing.end();
  await test;
  await clock.advance(30_000);
  expect(await waiting).toMatchObject(CANCELLED);
  expect(await leases.withLease({ device, holder: "control" }, nothing)).toMatchObject({ outcome: "ok" });
});

test("a reset steps in between two commands of a journey, and never into one", async () => {
  const device = new FakePrinter();
  const supervision = { device, holder: "supervision", between: true };
  leases.beginJourney("j1");
  const printing = work();
  const outcome = leases.withLease({ device, holder: "j1" }, printing.run);
  expect(await leases.withLease(supervision, nothing)).toMatchObject(IN_USE);
  printing.end();
  await outcome;
  expect(await leases.withLease(supervision, nothing)).toMatchObject({ outcome: "ok" });
  expect(await leases.withLease({ device, holder: "control" }, nothing)).toMatchObject(IN_USE);
});

test("a journey that was never ended ends when the next one begins", async () => {
  const device = new FakeReader();
  leases.beginJourney("j1");
  const left = leases.withLease({ device, holder: "j1", atEnd: "drop" }, (signal) => device.read({ signal }));
  leases.beginJourney("j2");
  expect(await left).toMatchObject(CANCELLED);
  expect(await leases.withLease({ device, holder: "j2" }, nothing)).toMatchObject({ outcome: "ok" });
});

test("work that throws frees the device", async () => {
  const device = new FakePrinter();
  const broken = leases.withLease({ device, holder: "control" }, () => Promise.reject(new Error("defect")));
  await expect(broken).rejects.toThrow("defect");
  expect(await leases.withLease({ device, holder: "other" }, nothing)).toMatchObject({ outcome: "ok" });
});

test("a scan that ends together with its session brings nothing", async () => {
  const device = new FakeReader();
  leases.beginJourney("j1");
  const scanning = leases.withLease({ device, holder: "j1", atEnd: "drop" }, () => device.read());
  await clock.advance(0);
  device.show({ kind: "text", text: "hers" });
  leases.endJourney("j1");
  expect(await scanning).toMatchObject(CANCELLED);
});

const card = (run: string) => cedulaUrl({ ...CARD, run });
const CARD = {
  documentNumber: "501234567",
  birthDate: "1974-08-12",
  design: "2013",
  expiryDate: "2049-08-12",
} as const;

/** The real driver on a line in memory. */
async function scanner() {
  const wire = new MemoryWire();
  wire.plug();
  const device = new SerialScanner({ id: "reader", open: wire.open, clock, random: () => 0, log: silentLogger });
  device.start();
  await clock.advance(1_000);
  const scan = async (text: string) => {
    await wire.write(scanBytes([text]));
    await clock.advance(500);
  };
  const read = (holder: string) =>
    leases.withLease({ device, holder, atEnd: "drop" }, (signal) => device.read({ signal }));
  return { wire, device, scan, read };
}

test("a code that is scanned between two sessions is nobody's", async () => {
  const { device, scan, read } = await scanner();
  leases.beginJourney("j1");
  const first = read("j1");
  await scan(card("12345678-5"));
  expect(await first).toMatchObject({ outcome: "ok", value: { run: "12345678-5" } });
  leases.endJourney("j1");
  await scan(card("11111111-1"));
  leases.beginJourney("j2");
  const second = read("j2");
  await clock.advance(1_000);
  expect(device.status.value.readiness).toBe("busy");
  await scan(card("22222222-2"));
  expect(await second).toMatchObject({ outcome: "ok", value: { run: "22222222-2" } });
});

test("a code whose first half was scanned before the session ended never reaches the next citizen", async () => {
  const { wire, scan, read } = await scanner();
  leases.beginJourney("j1");
  const first = read("j1");
  const bytes = scanBytes([card("11111111-1")]);
  await wire.write(bytes.subarray(0, 40));
  await clock.advance(10);
  leases.endJourney("j1");
  expect(await first).toMatchObject(CANCELLED);
  leases.beginJourney("j2");
  const second = read("j2");
  await wire.write(bytes.subarray(40));
  await clock.advance(1_000);
  await scan(card("22222222-2"));
  expect(await second).toMatchObject({ outcome: "ok", value: { run: "22222222-2" } });
});
