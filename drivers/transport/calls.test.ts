import { expect, test } from "vitest";
import { coded } from "../../base/registry/coded-error.ts";
import { decodeError, encodeError } from "./call-errors.ts";
import { type Callee, Caller, LocalCalls } from "./calls.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (words: string) => new TextEncoder().encode(words);

function pair(call: Callee["call"], life: ConstructorParameters<typeof LocalCalls>[1] = {}) {
  const channel = new LocalCalls({ call }, life);
  const told: string[] = [];
  const caller = new Caller(channel, (topic, payload) => told.push(`${topic} ${text(payload)}`));
  return { channel, caller, told };
}

test("calls under way at once get each its own answer, and a failure its reason", async () => {
  const gates = new Map<string, () => void>();
  const { caller } = pair(async (_topic, payload) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gates.set(text(payload), resolve);
    await promise;
    return { ok: text(payload) !== "bad", payload };
  });
  const calls = ["a", "bad", "c"].map((word) => caller.call(1, bytes(word)));
  await expect.poll(() => gates.size).toBe(3);
  for (const word of ["c", "bad", "a"]) gates.get(word)?.();
  expect(await Promise.all(calls)).toEqual([
    { end: "answered", payload: bytes("a") },
    { end: "failed", payload: bytes("bad") },
    { end: "answered", payload: bytes("c") },
  ]);
});

test("what nobody asked for is told by its topic", () => {
  let listened = 0;
  const { channel, told } = pair(async () => ({ ok: true, payload: bytes("") }), { onListen: () => listened++ });
  channel.tell(4, bytes("first"));
  channel.tell(5, bytes("then"));
  expect(told).toEqual(["4 first", "5 then"]);
  expect(listened).toBe(1);
});

test("an abort asks the far side to end, and its end is the call's", async () => {
  const stop = new AbortController();
  const { caller } = pair(async (_topic, _payload, signal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    return { ok: false, payload: encodeError(coded("common.cancelled", "as asked")) };
  });
  const called = caller.call(1, bytes("x"), stop.signal);
  await Promise.resolve();
  stop.abort();
  const end = await called;
  expect(end).toMatchObject({ end: "failed" });
  expect(end.end === "failed" && decodeError(end.payload)).toEqual(coded("common.cancelled", "as asked"));
});

test("a far side that goes away ends every call as lost, and is told to stop its work", async () => {
  let stopped = false;
  const { channel, caller } = pair((_topic, _payload, signal) => {
    signal.addEventListener("abort", () => (stopped = true));
    return Promise.withResolvers<never>().promise;
  });
  const called = caller.call(1, bytes("x"));
  await Promise.resolve();
  await channel.close();
  expect(await called).toEqual({ end: "lost", cause: "closed" });
  expect(stopped).toBe(true);
  expect(await caller.call(1, bytes("y"))).toMatchObject({ end: "lost" });
});

test("a failure that is no error of ours is a lost link", () => {
  expect(decodeError(bytes('{"code":"made.up","message":"x","who":"none"}'))).toMatchObject({ code: "link.lost" });
});
