import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import { createLogger, type LogRecord, silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { BOARD_FAULTS, SimulatedBoard } from "../../../simulators/io-board/board.ts";
import { createIoBoardSimulator } from "../../../simulators/io-board/simulator.ts";
import { SIMULATED_WIRING } from "../../../simulators/io-board/wiring.ts";
import { MemoryWire } from "../../../simulators/wire/memory.ts";
import { hangingLine } from "../../../tests/support/hanging.ts";
import { serialChannel } from "../../transport/serial.ts";
import { ioBoardContract } from "../contract.suite.ts";
import type { IoWiring } from "../wiring.ts";
import { ModbusIoBoard } from "./driver.ts";

describe("contract, on a simulated board on a serial line", () => {
  ioBoardContract({ model: "modbus", transport: "pty" }, async () => {
    const path = join(mkdtempSync(join(tmpdir(), "io-board-")), "port");
    const simulator = createIoBoardSimulator({ id: "io-board", path });
    await simulator.start();
    const { board } = simulator;
    const line = hangingLine(serialChannel({ path, baudRate: 9_600 }, systemClock));
    return {
      board: new ModbusIoBoard({
        ...{ id: "io-board", wiring: SIMULATED_WIRING, clock: systemClock, random: () => 0.5, log: silentLogger },
        open: line.open,
      }),
      input: (terminal, closed) => board.input(terminal, closed),
      coils: () => board.state.value.coils,
      switchByHand: (coil, on) => board.switchByHand(coil, on),
      unplug: () => board.unplug(),
      plug: () => board.plug(),
      hang: line.hang,
      end: () => simulator.stop(),
    };
  });
});

async function bench(wiring: IoWiring = SIMULATED_WIRING) {
  const clock = new SimulatedClock();
  const wire = new MemoryWire();
  const board = new SimulatedBoard(wire);
  const records: LogRecord[] = [];
  const driver = new ModbusIoBoard({
    ...{ id: "io-board", wiring, clock, random: () => 0.5, open: wire.open },
    log: createLogger("io-board", (record) => records.push(record)),
  });
  driver.start();
  await clock.advance(1_000);
  const conditions = () => driver.status.value.conditions.map(({ code }) => code);
  /** Runs a command to its end in simulated time. */
  const run = async <T>(command: Promise<T>): Promise<T> => {
    await clock.advance(5_000);
    return command;
  };
  return { clock, board, driver, conditions, records, run };
}

test.each(BOARD_FAULTS)("%s in two replies disturbs nothing: the outputs stay as they were set", async (fault) => {
  const { clock, board, driver, records, run } = await bench();
  await run(driver.relay("door-lock", true));
  board.failNext(fault, 2);
  await clock.advance(10_000);
  expect(driver.status.value.readiness).toBe("ready");
  expect(board.state.value.coils[4]).toBe(true);
  expect(driver.outputs.value.relays["door-lock"]).toBe(true);
  expect(records.filter(({ event }) => event === "io-board.safe")).toHaveLength(1);
});

test("a board that falls silent is told, and comes back safe because nobody knows what it did", async () => {
  const { clock, board, driver, conditions, run } = await bench();
  await run(driver.relay("door-lock", true));
  board.failNext("deaf", Number.POSITIVE_INFINITY);
  await clock.advance(10_000);
  expect(conditions()).toContain("not-answering");
  expect(driver.status.value).toMatchObject({ link: "connected", readiness: "unavailable" });
  expect(await run(driver.relay("door-lock", true))).toMatchObject({
    ...{ outcome: "error", error: { code: "io-board.not-answering" } },
  });
  board.failNext("deaf", 0);
  await clock.advance(5_000);
  expect(driver.status.value.readiness).toBe("ready");
  expect(board.state.value.coils[4]).toBe(false);
});

test("a switch that was done and not answered is asked for, not told again", async () => {
  const { board, driver, run } = await bench();
  // The look at the inputs that may be under way has its own reply.
  const switching = driver.relay("door-lock", true);
  const before = board.requests.length;
  board.failNext("mute");
  const outcome = await run(switching);
  expect(outcome).toMatchObject({ outcome: "ok" });
  const since = board.requests.slice(before).filter((request) => request.ask === "write-coil" && request.coil === 4);
  expect(since.filter((request) => request.ask === "write-coil" && request.on)).toHaveLength(1);
});

test("a board that stays silent after a switch leaves it unknown", async () => {
  const { board, driver, run } = await bench();
  const switching = driver.relay("door-lock", true);
  board.failNext("deaf", Number.POSITIVE_INFINITY);
  expect(await run(switching)).toMatchObject({ outcome: "unknown", error: { code: "io-board.not-answering" } });
});

test("a wiring that names what the board does not have is told as refused", async () => {
  const { conditions, driver } = await bench({
    ...SIMULATED_WIRING,
    relays: [{ name: "modem-power", coil: 20, safe: true }],
  });
  expect(conditions()).toEqual(["refused"]);
  expect(driver.status.value.readiness).toBe("unavailable");
});

test("garbage on the line is told as garbled", async () => {
  const { clock, board, conditions } = await bench();
  board.failNext("garbage", Number.POSITIVE_INFINITY);
  await clock.advance(10_000);
  expect(conditions()).toEqual(["garbled"]);
});

test("an aborted command switches nothing", async () => {
  const { board, driver, run } = await bench();
  expect(await run(driver.relay("door-lock", true, { signal: AbortSignal.abort() }))).toMatchObject({
    ...{ outcome: "error", error: { code: "common.cancelled" } },
  });
  expect(board.state.value.coils[4]).toBe(false);
});

test("no light flashes more than twice a second", async () => {
  const { clock, board, driver, run } = await bench();
  await run(driver.light("reader", { flash: "quick" }));
  let changes = 0;
  let lit = board.state.value.coils[2];
  board.state.subscribe(({ coils }) => {
    if (coils[2] !== lit) changes++;
    lit = coils[2];
  });
  await clock.advance(10_000);
  expect(changes).toBeGreaterThan(20);
  expect(changes).toBeLessThanOrEqual(40);
});

test("stop leaves no timer, even with a light that flashes", async () => {
  const { clock, driver, run } = await bench();
  await run(driver.light("reader", { flash: "slow" }));
  const stopped = driver.stop();
  await clock.advance(2_000);
  await stopped;
  expect(clock.pending).toBe(0);
});

test("the log tells switching and the safe state", async () => {
  const { driver, records, run } = await bench();
  await run(driver.relay("door-lock", true));
  expect(records.filter(({ event }) => event.startsWith("io-board"))).toMatchObject([
    { event: "io-board.safe", fields: { outputs: 5 } },
    { event: "io-board.switched", fields: { output: "door-lock", outcome: "ok" } },
  ]);
});
