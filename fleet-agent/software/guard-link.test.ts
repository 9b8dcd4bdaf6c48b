import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GuardKit, guardKit } from "../guard/testing/kit.ts";
import { createGuardLink } from "./guard-link.ts";

let kit: GuardKit;
let link: ReturnType<typeof createGuardLink>;
const signal = new AbortController().signal;
beforeEach(() => {
  kit = guardKit();
  link = createGuardLink({ requests: kit.requests, stateFile: kit.stateFile, clock: kit.clock });
});
afterEach(() => {
  link.close();
  kit.close();
});

test("what the guard answers comes back, its state is known at once, and no file is left", async () => {
  await kit.ask(kit.install(kit.pack("1.1.0")));
  const asked = link.ask({ do: "switch", version: "1.1.0" }, signal);
  await kit.guard().once();
  await kit.clock.advance(100);
  expect(await asked).toMatchObject({ ok: true, value: { ok: true } });
  expect(link.state.value).toMatchObject({ active: "b", trial: { version: "1.1.0" } });
  expect(readdirSync(kit.requests)).toEqual([]);
});

test("a guard that does not answer is an error after its time, and finds no request of then", async () => {
  const asked = link.ask({ do: "confirm", version: "1.1.0" }, signal);
  await kit.clock.advance(31_000);
  expect(await asked).toMatchObject({ ok: false, error: { code: "software.guard-silent" } });
  expect(readdirSync(kit.requests)).toEqual([]);
});

test("an agent that ends waits no longer", async () => {
  const ending = new AbortController();
  const asked = link.ask({ do: "confirm", version: "1.1.0" }, ending.signal);
  ending.abort();
  expect(await asked).toMatchObject({ ok: false, error: { code: "common.cancelled" } });
});

test("the state file is watched, and one that cannot be read is no state", async () => {
  expect(link.state.value).toBeUndefined();
  await kit.guard().once();
  await kit.clock.advance(1_000);
  expect(link.state.value).toMatchObject({ active: "a" });
  const state = JSON.parse(readFileSync(kit.stateFile, "utf8"));
  writeFileSync(kit.stateFile, JSON.stringify({ ...state, active: "c" }));
  await kit.clock.advance(1_000);
  expect(link.state.value).toBeUndefined();
});

test("a directory that cannot be written is an error", async () => {
  const lost = createGuardLink({ requests: join(kit.root, "none"), stateFile: kit.stateFile, clock: kit.clock });
  expect(await lost.ask({ do: "confirm", version: "1.1.0" }, signal)).toMatchObject({
    ok: false,
    error: { code: "software.guard-silent" },
  });
  lost.close();
});
