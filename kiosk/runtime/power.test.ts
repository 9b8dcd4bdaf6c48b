import { beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord } from "../../base/log.ts";
import { type Power, watchPower } from "./power.ts";
import { FakeUps } from "./testing/fake-housing.ts";

let clock: SimulatedClock;
let ups: FakeUps;
let records: LogRecord[];
let power: Power;
const state = () => ({ advice: power.advice.value, held: power.held.value, ending: power.ending.value });

beforeEach(() => {
  clock = new SimulatedClock();
  ups = new FakeUps();
  records = [];
  power = watchPower(
    [ups],
    clock,
    createLogger("runtime", (record) => records.push(record)),
  );
});

test("on battery payments wait; back on the mains they are taken again", () => {
  expect(state()).toEqual({ advice: "serve", held: false, ending: false });
  ups.says({ source: "battery", charge: 90 });
  expect(state()).toEqual({ advice: "finish", held: true, ending: false });
  ups.says({ source: "mains" });
  expect(state()).toEqual({ advice: "serve", held: false, ending: false });
  expect(records.map(({ event, fields }) => [event, fields])).toEqual([
    ["runtime.power", { advice: "finish" }],
    ["runtime.power", { advice: "serve" }],
  ]);
});

test.each([
  ["a low battery", { source: "battery", low: true }],
  ["too little charge", { source: "battery", charge: 15 }],
  ["too little time", { source: "battery", runtime: 120 }],
  ["an order to switch off", { shutdown: true }],
] as const)("%s ends the kiosk, once and for all", (_, words) => {
  let told = 0;
  power.ending.subscribe(() => told++);
  ups.says(words);
  expect(state()).toMatchObject({ held: true, ending: true });
  ups.says({ source: "mains", low: false, shutdown: false, charge: 90, runtime: 900 });
  expect(power.ending.value).toBe(true);
  expect(told).toBe(1);
});

test("a UPS that is silent ends nothing, however long: before it was heard, on the mains, and on battery", async () => {
  ups.says({ source: "unknown" });
  expect(power.advice.value).toBe("serve");
  ups.says({ source: "unknown", before: "mains" });
  expect(power.advice.value).toBe("serve");
  ups.says({ source: "unknown", before: "battery", since: clock.now() });
  await clock.advance(3_600_000);
  ups.says({ charge: 80 });
  expect(state()).toEqual({ advice: "finish", held: true, ending: false });
});

test("of two UPSes the worse counts; without one the kiosk serves", () => {
  const second = new FakeUps("second");
  const both = watchPower([ups, second], clock, () => undefined);
  second.says({ source: "battery" });
  expect(both.advice.value).toBe("finish");
  ups.says({ source: "battery", low: true });
  expect(both.advice.value).toBe("stop");
  expect(watchPower([], clock, () => undefined).advice.value).toBe("serve");
});

test("nobody is followed after the stop", () => {
  power.stop();
  ups.says({ source: "battery", low: true });
  expect(state()).toEqual({ advice: "serve", held: false, ending: false });
});
