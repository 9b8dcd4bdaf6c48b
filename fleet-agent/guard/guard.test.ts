import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { assertOk } from "../../base/result.ts";
import { type GuardKit, guardKit } from "./testing/kit.ts";

let kit: GuardKit;
beforeEach(() => {
  kit = guardKit();
});
afterEach(() => kit.close());

const state = () => assertOk(kit.guard().state(), "state");

async function onTrial(version: string, attempt?: number) {
  expect(await kit.ask(kit.install(kit.pack(version), attempt))).toMatchObject({ ok: true });
  expect(await kit.ask({ do: "switch", version })).toMatchObject({ ok: true });
}

test("a good release is installed beside, switched to and confirmed", async () => {
  await onTrial("1.1.0");
  expect(kit.running()).toBe("1.1.0");
  expect(state()).toMatchObject({ active: "b", trial: { version: "1.1.0", startsLeft: 4 } });
  expect(kit.restarts).toEqual([["runtime", "shell", "agent"]]);
  expect(await kit.ask({ do: "confirm", version: "1.1.0" })).toMatchObject({ ok: true });
  expect(state()).toMatchObject({
    active: "b",
    trial: null,
    slots: { a: { version: "1.0.0" }, b: { version: "1.1.0" } },
  });
  await kit.clock.advance(600_000);
  await kit.guard().once();
  expect(kit.running()).toBe("1.1.0");
});

test("a machine that was just installed tells its agent what runs", async () => {
  expect(existsSync(kit.stateFile)).toBe(false);
  await kit.guard().once();
  expect(JSON.parse(readFileSync(kit.stateFile, "utf8"))).toEqual({
    ...{ active: "a", slots: { a: { version: "1.0.0", sha256: null }, b: null }, trial: null, rolledBack: null },
  });
});

test("a release that its agent gives up goes back, and is not tried again without a new attempt", async () => {
  const release = kit.pack("1.1.0");
  await kit.ask(kit.install(release, 1));
  await kit.ask({ do: "switch", version: "1.1.0" });
  expect(await kit.ask({ do: "rollback", version: "1.1.0", code: "x.y" })).toMatchObject({ ok: true });
  expect(kit.running()).toBe("1.0.0");
  expect(state()).toMatchObject({
    active: "a",
    trial: null,
    rolledBack: { version: "1.1.0", code: "x.y", attempt: 1 },
  });
  expect(kit.restarts).toHaveLength(2);
  expect(await kit.ask({ do: "switch", version: "1.1.0" })).toMatchObject({ code: "guard.was-rolled-back" });
  expect(await kit.ask(kit.install(release, 1))).toMatchObject({ code: "guard.was-rolled-back" });
  expect(await kit.ask(kit.install(release, 2))).toMatchObject({ ok: true });
  expect(await kit.ask({ do: "switch", version: "1.1.0" })).toMatchObject({ ok: true });
  expect(kit.running()).toBe("1.1.0");
});

test("a release that nobody confirms in time goes back by itself", async () => {
  await onTrial("1.1.0");
  await kit.clock.advance(59_000);
  await kit.guard().once();
  expect(kit.running()).toBe("1.1.0");
  await kit.clock.advance(1_000);
  await kit.guard().once();
  expect(kit.running()).toBe("1.0.0");
  expect(state().rolledBack).toMatchObject({ code: "guard.silence" });
});

test("a clock that is set back does not lengthen a trial", async () => {
  await onTrial("1.1.0");
  const until = state().trial?.until ?? 0;
  writeFileSync(kit.stateFile, JSON.stringify({ ...state(), trial: { ...state().trial, until: until + 9_999_999 } }));
  await kit.guard().once();
  expect(state().trial?.until).toBe(kit.clock.now() + 60_000);
});

test("a release whose parts start again and again goes back by itself", async () => {
  await onTrial("1.1.0");
  for (let start = 0; start < 4; start++) await kit.guard().noteStart("runtime");
  expect(kit.running()).toBe("1.1.0");
  await kit.guard().noteStart("runtime");
  expect(kit.running()).toBe("1.0.0");
  expect(state().rolledBack).toMatchObject({ version: "1.1.0", code: "guard.crash-loop" });
  await kit.guard().noteStart("runtime");
  expect(state().trial).toBeNull();
});

test("what is asked at the wrong time or for the wrong release is refused and changes nothing", async () => {
  expect(await kit.ask({ do: "switch", version: "9.0.0" })).toMatchObject({ code: "guard.slot-empty" });
  expect(await kit.ask({ do: "confirm", version: "9.0.0" })).toMatchObject({ code: "guard.not-on-trial" });
  expect(await kit.ask({ do: "rollback", version: "1.0.0", code: "x" })).toMatchObject({ code: "guard.not-on-trial" });
  expect(await kit.ask(kit.install(kit.pack("1.0.0")))).toMatchObject({ code: "guard.already-active" });
  await onTrial("1.1.0");
  expect(await kit.ask(kit.install(kit.pack("1.2.0")))).toMatchObject({ code: "guard.on-trial" });
  expect(kit.running()).toBe("1.1.0");
});

test.each([
  ["another platform", { platform: "other-box" }, "guard.wrong-platform"],
  ["another version inside", { saysVersion: "3.0.0" }, "guard.wrong-version"],
  ["a program that is missing", { lacks: "runtime.js" }, "guard.not-whole"],
  ["no manifest", { lacks: "release.json" }, "guard.not-whole"],
])("a release with %s is refused and leaves its slot empty", async (_what, change, code) => {
  expect(await kit.ask(kit.install(kit.pack("1.1.0", change)))).toMatchObject({ ok: false, code });
  expect(state().slots.b).toBeNull();
  expect(existsSync(join(kit.root, "slot-b"))).toBe(false);
  expect(await kit.ask({ do: "switch", version: "1.1.0" })).toMatchObject({ ok: false });
  expect(kit.running()).toBe("1.0.0");
});

test("a file that was changed after the agent verified it is refused", async () => {
  const release = kit.pack("1.1.0");
  writeFileSync(release.file, "{}");
  expect(await kit.ask(kit.install(release))).toMatchObject({ code: "guard.wrong-file" });
  rmSync(release.file);
  symlinkSync(kit.pack("1.1.0").file, release.file);
  expect(await kit.ask(kit.install(release))).toMatchObject({ code: "guard.wrong-file" });
});

test("malformed requests are answered where they can be, and go away", async () => {
  const id = "0b8f4a1e-5f4e-4d0e-9a37-2f8b3f0f9b11";
  writeFileSync(join(kit.requests, `${id}.json`), JSON.stringify({ id, do: "format-disk" }));
  writeFileSync(join(kit.requests, "nonsense.json"), "{");
  const elsewhere = "3d2b5e64-6a0f-4c43-8b1f-5a1d6d2f7c02";
  writeFileSync(join(kit.requests, `${elsewhere}.json`), JSON.stringify({ id, do: "switch", version: "1.0.0" }));
  const linked = "7c1e7d8a-0d5b-4f0e-8f0d-6f2c9d1b3e03";
  symlinkSync("/etc/passwd", join(kit.requests, `${linked}.json`));
  await kit.guard().once();
  for (const asked of [id, elsewhere, linked])
    expect(kit.answer(asked)).toMatchObject({ ok: false, code: "guard.bad-request" });
  expect(readdirSync(kit.requests).filter((name) => !name.endsWith(".answer.json"))).toEqual([]);
});

test("without a readable state file the link and the directories say what runs", async () => {
  await onTrial("1.1.0");
  await kit.ask({ do: "confirm", version: "1.1.0" });
  writeFileSync(kit.stateFile, "");
  await kit.guard().once();
  expect(state()).toMatchObject({
    active: "b",
    slots: { a: { version: "1.0.0" }, b: { version: "1.1.0" } },
    trial: null,
  });
});

test("a slot that rots is left for the other one", async () => {
  await onTrial("1.1.0");
  rmSync(join(kit.root, "slot-b", "runtime.js"));
  await kit.guard().once();
  expect(kit.running()).toBe("1.0.0");
  expect(state()).toMatchObject({ active: "a", slots: { b: null }, rolledBack: { code: "guard.not-whole" } });
});

test("with no whole release to go back to, the one on trial stays", async () => {
  await onTrial("1.1.0");
  rmSync(join(kit.root, "slot-a"), { recursive: true });
  expect(await kit.ask({ do: "rollback", version: "1.1.0", code: "x" })).toMatchObject({ code: "guard.no-way-back" });
  await kit.clock.advance(120_000);
  await kit.guard().once();
  expect(kit.running()).toBe("1.1.0");
});
