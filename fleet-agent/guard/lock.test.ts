import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SimulatedClock } from "../../base/clock.ts";
import { fileLock } from "./lock.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "guard-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

test("what two holders of one file do is never mixed, and one that hangs is not waited for without end", async () => {
  const clock = new SimulatedClock();
  const file = join(directory, "lock");
  const [first, second] = [fileLock(file, 1_000, clock), fileLock(file, 1_000, clock)];
  const order: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const held = first(async () => {
    order.push("first begins");
    await promise;
    order.push("first ends");
  });
  const waiting = second(async () => void order.push("second"));
  await clock.advance(200);
  resolve();
  await held;
  await clock.advance(200);
  await waiting;
  expect(order).toEqual(["first begins", "first ends", "second"]);

  const hanging = first(() => new Promise<never>(() => {}));
  const refused = expect(second(async () => {})).rejects.toThrow(/held by another guard/);
  await clock.advance(2_000);
  await refused;
  expect(hanging).toBeInstanceOf(Promise);
});
