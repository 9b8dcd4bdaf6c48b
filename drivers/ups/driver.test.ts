import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord, silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { connectInMemory } from "../../simulators/ups/memory.ts";
import { createUpsSimulator } from "../../simulators/ups/simulator.ts";
import { SimulatedUpsd, UPSD_FAULTS } from "../../simulators/ups/upsd.ts";
import { hangingLine } from "../../tests/support/hanging.ts";
import { tcpChannel } from "../transport/tcp.ts";
import { parseUpsAddress } from "./address.ts";
import { upsContract } from "./contract.suite.ts";
import { NutUps } from "./driver.ts";

describe("contract, on a simulated daemon over TCP", () => {
  upsContract({ model: "nut", transport: "tcp" }, async () => {
    const simulator = createUpsSimulator({ id: "ups" });
    await simulator.start();
    const address = parseUpsAddress(simulator.port);
    if (!address.ok) throw new Error(address.error.message);
    const { upsd } = simulator;
    const line = hangingLine(tcpChannel({ host: address.value.host, port: address.value.port }, systemClock));
    return {
      ups: new NutUps({
        id: "ups",
        ups: address.value.ups,
        open: line.open,
        clock: systemClock,
        random: () => 0.5,
        log: silentLogger,
        pollEvery: 30,
      }),
      say: async (words, charge, runtime) => upsd.set({ words: words.split(" "), charge, runtime }),
      pullCable: async () => upsd.set({ daemon: "stale" }),
      putCable: async () => upsd.set({ daemon: "fresh" }),
      stopDaemon: async () => simulator.actions["stop-daemon"]?.run({}),
      hang: line.hang,
      startDaemon: async () => simulator.actions["start-daemon"]?.run({}),
      end: () => simulator.stop(),
    };
  });
});

async function bench(name = "kiosk") {
  const clock = new SimulatedClock();
  const upsd = new SimulatedUpsd("kiosk");
  const wire = connectInMemory(upsd);
  const records: LogRecord[] = [];
  const ups = new NutUps({
    ...{ id: "ups", ups: name, open: wire.open, clock, random: () => 0 },
    log: createLogger("ups", (record) => records.push(record)),
  });
  ups.start();
  await clock.advance(0);
  const conditions = () => ups.status.value.conditions.map(({ code }) => code);
  return { clock, upsd, wire, ups, records, conditions };
}

test("the UPS is asked every two seconds and never more often", async () => {
  const { clock, upsd, ups } = await bench();
  expect(ups.capabilities).toEqual({ maker: "Ventanilla", product: 'Simulated "1500" \\ tower' });
  await clock.advance(60_000);
  expect(upsd.asked).toBe(31);
});

test.each(UPSD_FAULTS)(
  "after %s the driver is in service again by itself, and says meanwhile that it is not",
  async (fault) => {
    const { clock, upsd, ups, conditions } = await bench();
    upsd.set({ words: ["OB"] });
    await clock.advance(2_000);
    expect(ups.power.value.source).toBe("battery");
    upsd.failNext(fault);
    const seen = new Set<string>();
    const unsubscribe = ups.status.subscribe(({ conditions: now }) => {
      for (const { code } of now) seen.add(code);
    });
    const sources = new Set<string>();
    ups.power.subscribe(({ source }) => sources.add(source));
    await clock.advance(12_000);
    unsubscribe();
    expect([...sources]).toEqual(["unknown", "battery"]);
    expect(ups.power.value.source).toBe("battery");
    expect(conditions()).toEqual(["on-battery"]);
    expect([...seen].some((code) => code === "garbled" || code === "not-answering")).toBe(true);
  },
);

test("a service that is no UPS daemon is told as garbled and is not asked in a hurry", async () => {
  const { clock, upsd, conditions } = await bench();
  upsd.failNext("garbage", Number.POSITIVE_INFINITY);
  await clock.advance(22_000);
  expect(conditions()).toEqual(["garbled"]);
  expect(upsd.asked).toBeLessThan(60);
});

test("stale data and a dead driver are told apart", async () => {
  const { clock, upsd, ups, conditions } = await bench();
  upsd.set({ daemon: "stale" });
  await clock.advance(2_000);
  expect(conditions()).toEqual(["data-stale"]);
  expect(await ups.refresh()).toMatchObject({ outcome: "error", error: { code: "ups.data-stale" } });
  upsd.set({ daemon: "driver-gone" });
  await clock.advance(2_000);
  expect(conditions()).toEqual(["driver-not-connected"]);
  upsd.set({ daemon: "fresh" });
  await clock.advance(2_000);
  expect(conditions()).toEqual([]);
});

test("a name that the daemon does not know is refused with its code", async () => {
  const { ups, conditions } = await bench("other");
  expect(conditions()).toEqual(["refused"]);
  expect(await ups.refresh()).toMatchObject({ outcome: "error", error: { code: "ups.unknown" } });
});

test("an answer that comes after its deadline is never taken for the next one", async () => {
  const { clock, upsd, ups } = await bench();
  upsd.failNext("silence");
  await clock.advance(2_000);
  upsd.set({ words: ["OB"] });
  const links: string[] = [];
  ups.status.subscribe(({ link }) => links.push(link));
  await clock.advance(4_500);
  expect(links).toContain("absent");
  expect(ups.power.value.source).toBe("battery");
});

test("since when the power is away is kept while the data change", async () => {
  const { clock, upsd, ups } = await bench();
  upsd.set({ words: ["OB"], charge: 90 });
  await clock.advance(2_000);
  const { since } = ups.power.value;
  const [condition] = ups.status.value.conditions;
  upsd.set({ charge: 80 });
  await clock.advance(4_000);
  expect(ups.power.value).toMatchObject({ charge: 80, since });
  expect(ups.status.value.conditions).toEqual([condition]);
});

test("the log tells changes of the power, not every answer", async () => {
  const { clock, upsd, records } = await bench();
  upsd.set({ words: ["OB"], charge: 90, runtime: 600 });
  await clock.advance(20_000);
  upsd.set({ words: ["OL"] });
  await clock.advance(20_000);
  expect(records.flatMap(({ event, fields }) => (event === "ups.power" ? [fields.source] : []))).toEqual([
    ...["mains", "battery", "mains"],
  ]);
  expect(records.filter(({ event }) => event === "device.condition")).toMatchObject([
    { fields: { condition: "not-answering", began: false } },
    { fields: { condition: "on-battery", began: true } },
    { fields: { condition: "on-battery", began: false } },
  ]);
});

test("stop leaves nothing behind", async () => {
  const { clock, ups } = await bench();
  const stopped = ups.stop();
  await clock.advance(0);
  await stopped;
  expect(ups.status.value).toMatchObject({ link: "absent", readiness: "unavailable" });
  expect(clock.pending).toBe(0);
});
