import { expect, test } from "vitest";
import { SimulatedClock } from "./clock.ts";
import { PendingReplies } from "./pending.ts";

test("a message goes to the oldest entry that matches, and only to it", async () => {
  const pending = new PendingReplies<string>(new SimulatedClock());
  const first = pending.expect("an a", (text) => text.startsWith("a"), 100);
  const second = pending.expect("an a", (text) => text.startsWith("a"), 100);
  expect(pending.deliver("a1")).toBe(true);
  expect(pending.deliver("a2")).toBe(true);
  expect([await first, await second]).toEqual([
    { ok: true, value: "a1" },
    { ok: true, value: "a2" },
  ]);
});

test("a message that nothing waits for is refused, so that no later request can take it", async () => {
  const clock = new SimulatedClock();
  const pending = new PendingReplies<string>(clock);
  const late = pending.expect("reply", () => true, 100);
  await clock.advance(100);
  expect(await late).toMatchObject({ ok: false, error: { code: "common.deadline" } });
  expect(pending.deliver("too late")).toBe(false);
  const next = pending.expect("next reply", () => true, 100);
  await clock.advance(100);
  expect(await next).toMatchObject({ ok: false, error: { code: "common.deadline" } });
});

test("a lost link ends every wait, and an abort its own", async () => {
  const clock = new SimulatedClock();
  const pending = new PendingReplies<string>(clock);
  const abort = new AbortController();
  const aborted = pending.expect("one", () => true, 100, abort.signal);
  const lost = pending.expect("two", () => true, 100);
  abort.abort();
  expect(pending.diagnose()).toEqual([{ name: "two", age: 0 }]);
  pending.lose("unplugged");
  expect(await aborted).toMatchObject({ ok: false, error: { code: "common.cancelled" } });
  expect(await lost).toMatchObject({ ok: false, error: { code: "link.lost" } });
  expect(clock.pending).toBe(0);
});
