import { expect, test } from "vitest";
import { Mutex } from "./mutex.ts";

test("work runs one at a time, in the order of arrival", async () => {
  const mutex = new Mutex();
  const trace: string[] = [];
  const job = (name: string) =>
    mutex.withLock(async () => {
      trace.push(`${name} in`);
      await Promise.resolve();
      trace.push(`${name} out`);
    });
  await Promise.all([job("a"), job("b"), job("c")]);
  expect(trace).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
  expect(mutex.busy).toBe(false);
});

test("work that throws releases the lock and tells its caller", async () => {
  const mutex = new Mutex();
  const broken = mutex.withLock(async () => {
    throw new Error("broken");
  });
  const next = mutex.withLock(async () => "served");
  await expect(broken).rejects.toThrow("broken");
  expect(await next).toBe("served");
});
