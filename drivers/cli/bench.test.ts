import { expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import { Subject } from "../../base/observable.ts";
import { done, failed, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { ok } from "../../base/result.ts";
import type { Device } from "../device.ts";
import { type BenchKind, benchCommands, proved } from "./bench.ts";
import type { CliContext } from "./kind.ts";

const READY: DeviceStatus = {
  ...{ device: "keys", kind: "keypad", model: "m", link: "connected", readiness: "ready" },
  ...{ conditions: [], provisional: false },
};
const STUCK = { code: "stuck", severity: "fault", who: "technician", since: 0 } as const;

/** A keypad in simulated time, whose status is what the test says. */
function bench(kind: Pick<BenchKind<Device>, "ask" | "proof"> = {}, options: CliContext["options"] = {}) {
  const clock = new SimulatedClock();
  const status = new Subject<DeviceStatus>({ ...READY, link: "absent", readiness: "unavailable" });
  const life: string[] = [];
  const device: Device = {
    ...{ id: "keys", model: "m", status },
    start: () => void life.push("start"),
    stop: async () => void life.push("stop"),
    reset: async () => {
      life.push("reset");
      return done(undefined);
    },
  };
  const events: Record<string, unknown>[] = [];
  const stop = new AbortController();
  const context: CliContext = {
    ...{ model: "m", port: "/dev/keys", options, signal: stop.signal, event: (event) => events.push(event) },
    reach: { clock, random: () => 0, channel: (open) => open },
  };
  const commands = benchCommands({ options: {}, device: () => ok(device), ...kind });
  return { clock, status, life, events, stop, run: (name: keyof typeof commands) => commands[name].run(context) };
}

/** The ports are listed in real time before the device is started. */
const started = (life: readonly string[]) => expect.poll(() => life).toContain("start");

test("watch tells the first status and each that differs, until it is stopped; that is ok", async () => {
  const { clock, status, life, events, stop, run } = bench();
  const watching = run("watch");
  await clock.advance(10);
  status.set(READY);
  status.set({ ...READY });
  status.set({ ...READY, conditions: [STUCK] });
  stop.abort();
  expect(await watching).toMatchObject({ outcome: "ok", result: { changes: 2, conditions: [STUCK] } });
  expect(events.map(({ link, conditions }) => [link, conditions])).toEqual([
    ["absent", []],
    ["connected", []],
    ["connected", [STUCK]],
  ]);
  expect(life).toEqual(["start", "stop"]);
});

test("a device that is there, well and proves itself passes, line by line", async () => {
  const proof = { what: "a key is pressed", run: async () => proved(done("5"), (key) => `key ${key}`) };
  const { status, life, events, run } = bench({ proof });
  const checking = run("bench-check");
  await started(life);
  status.set(READY);
  expect(await checking).toMatchObject({ outcome: "ok", result: { verdict: "pass" } });
  expect(events.map(({ check, verdict, detail }) => `${check} ${verdict}: ${detail}`)).toEqual([
    "link pass: /dev/keys is open",
    "identity not-run: m; the port has no USB identity",
    "status pass: ready",
    "proof pass: key 5",
  ]);
  expect(life).toEqual(["start", "stop"]);
});

test("a kind without a proof is told as not proved", async () => {
  const { status, life, events, run } = bench();
  const checking = run("bench-check");
  await started(life);
  status.set(READY);
  expect(await checking).toMatchObject({ outcome: "ok" });
  expect(events.at(-1)).toMatchObject({ check: "proof", verdict: "not-run" });
});

test("a device that is not there fails at the link, within seconds, and nothing more is tried", async () => {
  const { clock, life, events, run } = bench();
  const checking = run("bench-check");
  await started(life);
  await clock.advance(5_000);
  expect(await checking).toMatchObject({
    outcome: "error",
    result: { verdict: "fail" },
    error: { code: "link.absent", message: expect.stringContaining("/dev/keys") },
  });
  expect(events).toMatchObject([{ check: "link", verdict: "fail", code: "link.absent", seconds: 5 }]);
});

test("a fault fails the status with who acts; so does a device that does not answer when it is asked", async () => {
  const faulty = bench();
  const checking = faulty.run("bench-check");
  await started(faulty.life);
  faulty.status.set({ ...READY, conditions: [STUCK] });
  expect(await checking).toMatchObject({
    outcome: "error",
    error: { code: "device.unfit", message: expect.stringContaining("stuck [technician]") },
  });
  const silent = bench({ ask: async () => failed(coded("printer.not-answering")) });
  const asking = silent.run("bench-check");
  await started(silent.life);
  silent.status.set(READY);
  expect(await asking).toMatchObject({ outcome: "error", error: { code: "printer.not-answering" } });
});

test("what needs a hand is asked for, and left out where nobody is", async () => {
  const proof = { what: "", ask: "press", run: async () => proved(done(undefined), () => "pressed") };
  const attended = bench({ proof });
  const asking = attended.run("bench-check");
  await started(attended.life);
  attended.status.set(READY);
  await asking;
  expect(attended.events.slice(-2)).toMatchObject([{ ask: "press" }, { check: "proof", verdict: "pass" }]);
  const alone = bench({ proof }, { unattended: true });
  const checking = alone.run("bench-check");
  await started(alone.life);
  alone.status.set(READY);
  expect(await checking).toMatchObject({ outcome: "ok" });
  expect(alone.events.at(-1)).toMatchObject({ check: "proof", verdict: "not-run" });
});

test("a proof of which nobody knows the end ends as unknown", async () => {
  const proof = { what: "", run: async () => proved(uncertain(coded("link.lost")), () => "") };
  const { status, life, run } = bench({ proof });
  const checking = run("bench-check");
  await started(life);
  status.set(READY);
  expect(await checking).toMatchObject({ outcome: "unknown", result: { verdict: "unknown" } });
});

test("a reset is told with how the device is afterwards", async () => {
  const { status, life, run } = bench();
  status.set(READY);
  expect(await run("reset")).toMatchObject({ outcome: "ok", result: { link: "connected", readiness: "ready" } });
  expect(life).toEqual(["start", "reset", "stop"]);
});
