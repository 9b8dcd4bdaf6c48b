import { afterEach, beforeEach, expect, test } from "vitest";
import { contractSuite } from "../contract-suite.ts";
import { StatusHistory } from "../first-status.suite.ts";
import type { Keypad, KeypadEvent, KeypadKey } from "./interface.ts";

/** A keypad and the hand on it. */
export type KeypadBench = {
  /** Not started. It has all keys, and a socket for headphones. */
  readonly keypad: Keypad;
  readonly press: (key: KeypadKey) => void;
  readonly release: (key: KeypadKey) => void;
  readonly headphones: (inserted: boolean) => void;
  readonly unplug: () => void;
  readonly plug: () => void | Promise<void>;
  /** Nothing passes either way until the line is opened anew; absent where that cannot be played. */
  readonly hang?: () => void;
  readonly end: () => Promise<void>;
};

/** What every accessible keypad must do, on a simulator, a replayed trace or the device itself. */
export const keypadContract = contractSuite("keypad", (makeBench: () => Promise<KeypadBench>) => {
  let bench: KeypadBench;
  let events: KeypadEvent[];
  let history: StatusHistory;
  const link = () => bench.keypad.status.value.link;
  const seen = (expected: readonly KeypadEvent[]) => expect.poll(() => events).toEqual(expected);

  beforeEach(async () => {
    bench = await makeBench();
    history = new StatusHistory(bench.keypad);
    events = [];
    bench.keypad.start();
    await expect.poll(link).toBe("connected");
    bench.keypad.subscribe((event) => events.push(event));
  });
  afterEach(async () => {
    await bench.keypad.stop();
    await bench.end();
  });

  test("each key goes down once and up once, under its name", async () => {
    const { keys } = bench.keypad.capabilities;
    for (const key of keys) {
      bench.press(key);
      bench.release(key);
    }
    await seen(keys.flatMap((key) => [{ event: "down", key } as const, { event: "up", key, lost: false } as const]));
    expect(bench.keypad.status.value).toMatchObject({ kind: "keypad", readiness: "ready", conditions: [] });
  });

  test("two keys at once are two keys", async () => {
    bench.press("left");
    bench.press("select");
    bench.release("left");
    bench.release("select");
    await seen([
      { event: "down", key: "left" },
      { event: "down", key: "select" },
      { event: "up", key: "left", lost: false },
      { event: "up", key: "select", lost: false },
    ]);
  });

  test("headphones are told once when they go in and once when they come out", async () => {
    expect(bench.keypad.capabilities.jack).toBe(true);
    bench.headphones(true);
    bench.headphones(true);
    await expect.poll(() => bench.keypad.headphones.value).toBe(true);
    bench.headphones(false);
    await seen([
      { event: "headphones", inserted: true },
      { event: "headphones", inserted: false },
    ]);
    expect(bench.keypad.headphones.value).toBe(false);
  });

  test("a keypad that is pulled out lets go of its keys as lost, says that it is away, and works again", async () => {
    bench.press("down");
    await expect.poll(() => events.length).toBe(1);
    bench.unplug();
    await expect.poll(() => events[events.length - 1]).toEqual({ event: "up", key: "down", lost: true });
    await expect.poll(link).toBe("absent");
    expect(bench.keypad.status.value).toMatchObject({
      ...{ readiness: "unavailable", conditions: [{ code: "not-answering", who: "technician" }] },
    });
    expect(bench.keypad.headphones.value).toBeUndefined();
    await bench.plug();
    await expect.poll(link).toBe("connected");
    events.length = 0;
    bench.press("up");
    await seen([{ event: "down", key: "up" }]);
  });

  test("one that hangs with a key down lets go of it at a reset, and works again", async () => {
    bench.press("down");
    await expect.poll(() => events.length).toBe(1);
    bench.hang?.();
    expect(await bench.keypad.reset()).toEqual({ outcome: "ok", value: undefined });
    await seen([
      { event: "down", key: "down" },
      { event: "up", key: "down", lost: true },
    ]);
    bench.release("down");
    bench.press("up");
    await expect.poll(() => events[events.length - 1]).toEqual({ event: "down", key: "up" });
    history.expectRuleKept();
  });

  test("nobody hears what happened before they listened", async () => {
    bench.press("up");
    bench.release("up");
    await expect.poll(() => events.length).toBe(2);
    const late: KeypadEvent[] = [];
    bench.keypad.subscribe((event) => late.push(event))();
    bench.press("up");
    await expect.poll(() => events.length).toBe(3);
    expect(late).toEqual([]);
  });
});
