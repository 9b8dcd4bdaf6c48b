import { afterEach, beforeEach, expect, test } from "vitest";
import { contractSuite } from "../contract-suite.ts";
import { StatusHistory } from "../first-status.suite.ts";
import type { PowerSource, Ups } from "./interface.ts";

/** A UPS and the hand at its plug. Each hand may take until the UPS has noticed. */
export type UpsBench = {
  /** Not started. */
  readonly ups: Ups;
  /** Sets what the UPS says; `words` as in NUT's `ups.status`. */
  readonly say: (words: string, charge: number, runtime: number) => Promise<void>;
  /** The UPS's cable: out, its data grow stale. */
  readonly pullCable: () => Promise<void>;
  readonly putCable: () => Promise<void>;
  /** The daemon or whatever answers for the UPS. */
  readonly stopDaemon: () => Promise<void>;
  readonly startDaemon: () => Promise<void>;
  /** Nothing passes either way until the connection is made anew; absent where that cannot be played. */
  readonly hang?: () => void;
  readonly end: () => Promise<void>;
};

/** What every UPS must do, on a simulator, a daemon of another make or the device itself. @param within milliseconds to notice a change. */
export const upsContract = contractSuite("ups", (makeBench: () => Promise<UpsBench>, within: number = 10_000) => {
  let bench: UpsBench;
  let history: StatusHistory;
  const conditions = () => bench.ups.status.value.conditions.map(({ code }) => code);
  const source = (expected: PowerSource) =>
    expect.poll(() => bench.ups.power.value.source, { timeout: within }).toBe(expected);

  beforeEach(async () => {
    bench = await makeBench();
    history = new StatusHistory(bench.ups);
    bench.ups.start();
    await source("mains");
  });
  afterEach(async () => {
    await bench.ups.stop();
    await bench.end();
  });

  test("on the mains it is ready, tells charge and runtime, and has nothing to say", async () => {
    await bench.say("OL", 100, 1_800);
    await expect.poll(() => bench.ups.power.value, { timeout: within }).toMatchObject({ charge: 100, runtime: 1_800 });
    expect(bench.ups.status.value).toMatchObject({
      ...{ kind: "ups", link: "connected", readiness: "ready", conditions: [], provisional: false },
    });
  });

  test("a power cut and its end are seen, with how long the battery lasts", async () => {
    await bench.say("OB DISCHRG", 80, 700);
    await source("battery");
    expect(bench.ups.power.value).toMatchObject({ low: false, charge: 80, runtime: 700 });
    expect(bench.ups.status.value.conditions).toMatchObject([
      { code: "on-battery", severity: "warning", who: "attendant" },
    ]);
    await bench.say("OB DISCHRG LB", 9, 80);
    await expect.poll(() => bench.ups.power.value.low, { timeout: within }).toBe(true);
    expect(conditions()).toEqual(["on-battery", "battery-low"]);
    await bench.say("OL CHRG", 20, 200);
    await source("mains");
    expect(conditions()).toEqual([]);
  });

  test("a worn battery and a bypass are for the technician, and take nothing out of service", async () => {
    await bench.say("OL RB", 100, 300);
    await expect.poll(conditions, { timeout: within }).toEqual(["replace-battery"]);
    await bench.say("BYPASS", 100, 300);
    await source("bypass");
    expect(bench.ups.status.value).toMatchObject({
      readiness: "ready",
      conditions: [{ code: "bypass", who: "technician" }],
    });
  });

  test("a UPS whose cable is out while on battery is unknown, and what it was is not forgotten", async () => {
    await bench.say("OB", 50, 500);
    await source("battery");
    await bench.pullCable();
    await source("unknown");
    expect(bench.ups.power.value.before).toBe("battery");
    expect(bench.ups.status.value.readiness).toBe("unavailable");
    expect(conditions()).toHaveLength(1);
    await bench.putCable();
    await source("battery");
    expect(bench.ups.status.value.readiness).toBe("ready");
  });

  test("a daemon that stops is said to be away, and is heard again when it is back", async () => {
    await bench.stopDaemon();
    await expect.poll(conditions, { timeout: within }).toEqual(["not-answering"]);
    expect(bench.ups.power.value).toMatchObject({ source: "unknown", before: "mains" });
    expect(await bench.ups.refresh()).toMatchObject({ outcome: "error", error: { code: "link.absent" } });
    await bench.startDaemon();
    await source("mains");
    expect(conditions()).toEqual([]);
  });

  test("a daemon that hangs is heard again after a reset", async () => {
    bench.hang?.();
    expect(await bench.ups.reset()).toEqual({ outcome: "ok", value: undefined });
    await source("mains");
    expect(conditions()).toEqual([]);
    history.expectRuleKept();
  });

  test("a refresh asks now; one that is aborted says so", async () => {
    expect(await bench.ups.refresh()).toMatchObject({ outcome: "ok", value: { source: "mains" } });
    expect(await bench.ups.refresh({ signal: AbortSignal.abort() })).toMatchObject({
      outcome: "error",
      error: { code: "common.cancelled" },
    });
    expect(await bench.ups.refresh()).toMatchObject({ outcome: "ok" });
  });
});
