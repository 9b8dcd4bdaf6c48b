import { afterEach, beforeEach, expect, test } from "vitest";
import { contractSuite } from "../contract-suite.ts";
import { StatusHistory } from "../first-status.suite.ts";
import type { InputState, IoBoard } from "./interface.ts";

/** A board wired as `SIMULATED_WIRING` of the simulator, and the hands around it. */
export type IoBoardBench = {
  /** Not started. */
  readonly board: IoBoard;
  readonly input: (terminal: number, closed: boolean) => void | Promise<void>;
  /** Which coils are on, read at the board itself. */
  readonly coils: () => readonly boolean[] | Promise<readonly boolean[]>;
  /** Somebody switches a coil at the board itself. */
  readonly switchByHand: (coil: number, on: boolean) => void | Promise<void>;
  readonly unplug: () => void | Promise<void>;
  readonly plug: () => void | Promise<void>;
  /** Nothing passes either way until the line is opened anew; absent where that cannot be played. */
  readonly hang?: () => void;
  readonly end: () => Promise<void>;
};

/** What every I/O board must do, on a simulator, a board of another make or the device itself. */
export const ioBoardContract = contractSuite("io-board", (makeBench: () => Promise<IoBoardBench>) => {
  let bench: IoBoardBench;
  let history: StatusHistory;
  const WITHIN = { timeout: 10_000 };
  const status = () => bench.board.status.value;
  const ready = () => expect.poll(() => status().readiness, WITHIN).toBe("ready");
  const input = (name: string, state: InputState) =>
    expect.poll(() => bench.board.inputs.value[name], WITHIN).toBe(state);
  const coils = async () => (await bench.coils()).slice(0, 5);
  const SAFE = [false, false, false, true, false];

  beforeEach(async () => {
    bench = await makeBench();
    history = new StatusHistory(bench.board);
    await bench.input(0, true);
    await bench.switchByHand(1, true);
    bench.board.start();
    await ready();
  });
  afterEach(async () => {
    await bench.board.stop();
    await bench.end();
  });

  test("before anything else its outputs are put into their safe state", async () => {
    expect(await coils()).toEqual(SAFE);
    expect(bench.board.outputs.value).toEqual({
      lights: { status: { flash: "off" }, reader: { flash: "off" } },
      relays: { "modem-power": true, "door-lock": false },
    });
  });

  test("doors and people are told by name, and an open door is a condition", async () => {
    await input("service-door", "closed");
    await input("person", "not-present");
    await bench.input(1, true);
    await input("person", "present");
    expect(status().conditions).toEqual([]);
    await bench.input(0, false);
    await input("service-door", "open");
    expect(status()).toMatchObject({
      readiness: "ready",
      conditions: [{ code: "door-open", severity: "warning", who: "attendant" }],
    });
  });

  test("a light has one colour at a time", async () => {
    expect(await bench.board.light("status", { flash: "continuous", colour: "green" })).toMatchObject({
      outcome: "ok",
    });
    expect(await coils()).toEqual([true, false, false, true, false]);
    expect(await bench.board.light("status", { flash: "continuous", colour: "red" })).toMatchObject({ outcome: "ok" });
    expect(await coils()).toEqual([false, true, false, true, false]);
    expect(await bench.board.light("status", { flash: "off" })).toMatchObject({ outcome: "ok" });
    expect(await coils()).toEqual(SAFE);
  });

  test("a flashing light goes on and off until it is set anew", async () => {
    expect(await bench.board.light("reader", { flash: "quick" })).toMatchObject({ outcome: "ok" });
    for (const on of [true, false, true]) await expect.poll(async () => (await coils())[2], WITHIN).toBe(on);
    expect(await bench.board.light("reader", { flash: "continuous" })).toMatchObject({ outcome: "ok" });
    expect((await coils())[2]).toBe(true);
  });

  test("relays are switched, and what the board does not have is refused", async () => {
    expect(await bench.board.relay("door-lock", true)).toMatchObject({ outcome: "ok" });
    expect(await coils()).toEqual([false, false, false, true, true]);
    expect(bench.board.outputs.value.relays).toEqual({ "modem-power": true, "door-lock": true });
    const missing = { outcome: "error", error: { code: "io-board.no-such-output" } };
    expect(await bench.board.relay("siren", true)).toMatchObject(missing);
    expect(await bench.board.light("reader", { flash: "slow", colour: "blue" })).toMatchObject(missing);
    expect(await bench.board.light("status", { flash: "slow" })).toMatchObject(missing);
  });

  test("a board that hangs is back after a reset, with its outputs safe", async () => {
    await bench.board.relay("door-lock", true);
    bench.hang?.();
    expect(await bench.board.reset()).toEqual({ outcome: "ok", value: undefined });
    expect(status().readiness).toBe("ready");
    expect(await coils()).toEqual(SAFE);
    history.expectRuleKept();
  });

  test("a board that was away comes back safe, whatever it was before, and its inputs were unknown meanwhile", async () => {
    await input("service-door", "closed");
    await bench.board.relay("door-lock", true);
    await bench.board.light("status", { flash: "medium", colour: "red" });
    await bench.unplug();
    await expect.poll(() => status().link, WITHIN).toBe("absent");
    expect(status()).toMatchObject({ readiness: "unavailable", conditions: [{ code: "not-answering" }] });
    expect(bench.board.inputs.value["service-door"]).toBe("unknown");
    await bench.switchByHand(4, true);
    await bench.plug();
    await ready();
    expect(await coils()).toEqual(SAFE);
    expect(bench.board.outputs.value.relays).toEqual({ "modem-power": true, "door-lock": false });
    await input("service-door", "closed");
  });
});
