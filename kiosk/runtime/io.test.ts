import { beforeEach, describe, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import type { Screen } from "../../base/contracts/view.ts";
import { createLogger, type LogRecord, silentLogger } from "../../base/log.ts";
import { Subject } from "../../base/observable.ts";
import { ModbusIoBoard } from "../../drivers/io-board/modbus/driver.ts";
import { type IoWiring, SETTLING } from "../../drivers/io-board/wiring.ts";
import { SimulatedBoard } from "../../simulators/io-board/board.ts";
import { SIMULATED_WIRING } from "../../simulators/io-board/wiring.ts";
import { MemoryWire } from "../../simulators/wire/memory.ts";
import { showStatus, watchDoors, watchPresence } from "./io.ts";

const [DOOR, PERSON] = [0, 1];
const [GREEN, RED] = [0, 1];
const AWAY_AFTER = 5_000;
/** Longer than any contact needs to be believed. */
const SETTLED = 4_000;

let clock: SimulatedClock;
let hardware: SimulatedBoard;
let board: ModbusIoBoard;

/** A board on its line, with its door closed and nobody before it. */
async function connect(wiring: IoWiring = SIMULATED_WIRING): Promise<void> {
  const wire = new MemoryWire();
  hardware = new SimulatedBoard(wire);
  hardware.input(DOOR, true);
  board = new ModbusIoBoard({
    ...{ id: "housing", wiring, clock, random: () => 0.5, log: silentLogger, open: wire.open },
  });
  board.start();
  await clock.advance(SETTLED);
}

beforeEach(async () => {
  clock = new SimulatedClock();
  await connect();
});

test("a door counts as open from when it is believed to be until it is closed, and both are logged", async () => {
  const records: LogRecord[] = [];
  const doors = watchDoors(
    [board],
    createLogger("runtime", (record) => records.push(record)),
  );
  expect(doors.open.value).toBe(false);
  hardware.input(DOOR, false);
  await clock.advance(SETTLED);
  expect(doors.open.value).toBe(true);
  hardware.input(DOOR, true);
  await clock.advance(SETTLED);
  expect(doors.open.value).toBe(false);
  expect(records.map(({ event, fields }) => [event, fields])).toEqual([
    ["runtime.door", { open: true }],
    ["runtime.door", { open: false }],
  ]);
});

test("a board that is pulled out says nothing of its door", async () => {
  const doors = watchDoors([board], silentLogger);
  hardware.unplug();
  await clock.advance(SETTLED);
  expect(board.inputs.value["service-door"]).toBe("unknown");
  expect(doors.open.value).toBe(false);
});

describe("a person", () => {
  let serving: Subject<boolean>;
  let away: number;
  const person = async (present: boolean) => {
    hardware.input(PERSON, present);
    await clock.advance(present ? SETTLING.proximity.yes + 200 : SETTLING.proximity.no + 200);
  };
  const follow = () => watchPresence({ boards: [board], serving, onAway: () => away++, awayAfter: AWAY_AFTER, clock });

  beforeEach(() => {
    serving = new Subject(false);
    away = 0;
  });

  test("who goes during a session is missed after the time, once", async () => {
    follow();
    await person(true);
    serving.set(true);
    await person(false);
    expect(away).toBe(0);
    await clock.advance(AWAY_AFTER);
    expect(away).toBe(1);
    await clock.advance(60_000);
    expect(away).toBe(1);
    await person(true);
    await person(false);
    await clock.advance(AWAY_AFTER);
    expect(away).toBe(2);
  });

  test("who only steps aside is not missed", async () => {
    follow();
    serving.set(true);
    await person(true);
    await person(false);
    await person(true);
    await clock.advance(60_000);
    expect(away).toBe(0);
  });

  test("whom the sensor has not seen in this session is not missed, and neither is anybody when nobody is served", async () => {
    follow();
    await person(true);
    await person(false);
    serving.set(true);
    await clock.advance(60_000);
    serving.set(false);
    await person(true);
    await person(false);
    await clock.advance(60_000);
    expect(away).toBe(0);
  });

  test("a session that ends, a board that is pulled out and the stop end the wait", async () => {
    for (const end of [() => serving.set(false), () => hardware.unplug()]) {
      await connect();
      const stop = follow();
      serving.set(true);
      await person(true);
      await person(false);
      end();
      await clock.advance(60_000);
      stop();
    }
    await connect();
    const stop = follow();
    serving.set(true);
    await person(true);
    await person(false);
    stop();
    await clock.advance(60_000);
    expect(away).toBe(0);
  });

  test("a kiosk without a presence sensor misses nobody", async () => {
    watchPresence({ boards: [], serving, onAway: () => away++, awayAfter: AWAY_AFTER, clock });
    serving.set(true);
    await clock.advance(60_000);
    expect(away).toBe(0);
  });
});

describe("the status light", () => {
  const screen = (kind: Screen["kind"]) => ({ screen: { kind } as Screen });
  let view: Subject<{ screen: Screen }>;
  let serving: Subject<boolean>;
  const lit = async () => {
    await clock.advance(500);
    const { coils } = hardware.state.value;
    return { green: coils[GREEN], red: coils[RED] };
  };

  beforeEach(() => {
    view = new Subject(screen("attract"));
    serving = new Subject(false);
  });

  test("is green while citizens can be or are served, red while they cannot, and out after the stop", async () => {
    const light = showStatus({ boards: [board], view, serving, clock });
    expect(await lit()).toEqual({ green: true, red: false });
    serving.set(true);
    view.set(screen("services"));
    expect(await lit()).toEqual({ green: true, red: false });
    serving.set(false);
    view.set(screen("out-of-service"));
    expect(await lit()).toEqual({ green: false, red: true });
    const stopped = light.stop();
    await clock.advance(500);
    await stopped;
    expect(hardware.state.value.coils.slice(0, 3)).toEqual([false, false, false]);
  });

  test("that has yellow shows with it that a citizen is served", async () => {
    await connect({ ...SIMULATED_WIRING, lights: [{ name: "status", coils: { green: 0, red: 1, yellow: 2 } }] });
    showStatus({ boards: [board], view, serving, clock });
    serving.set(true);
    await clock.advance(500);
    expect(hardware.state.value.coils.slice(0, 3)).toEqual([false, false, true]);
  });

  test("is lit again by a board that was away, and after a command that was not answered", async () => {
    showStatus({ boards: [board], view, serving, clock });
    expect(await lit()).toMatchObject({ green: true });
    hardware.unplug();
    hardware.switchByHand(GREEN, false);
    await clock.advance(1_000);
    hardware.plug();
    await clock.advance(10_000);
    expect(await lit()).toEqual({ green: true, red: false });
    hardware.failNext("deaf", 2);
    view.set(screen("out-of-service"));
    await clock.advance(15_000);
    expect(await lit()).toEqual({ green: false, red: true });
  });

  test("is nothing to a board without one", async () => {
    await connect({ ...SIMULATED_WIRING, lights: [{ name: "reader", coils: { white: 2 } }] });
    const before = hardware.requests.filter(({ ask }) => ask !== "read").length;
    await showStatus({ boards: [board], view, serving, clock }).stop();
    expect(hardware.requests.filter(({ ask }) => ask !== "read")).toHaveLength(before);
  });
});
