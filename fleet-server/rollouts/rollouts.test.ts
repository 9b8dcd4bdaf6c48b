import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "../store/database.ts";
import { migrate } from "../store/migrate.ts";
import { createRollouts } from "./rollouts.ts";
import { software, type TestFleet, testFleet } from "./testing/fleet.ts";

let opened: OpenDatabase;
let fleet: TestFleet;
beforeAll(async () => {
  opened = await openDatabase({ url: undefined, directory: undefined });
  await migrate(opened.db);
});
beforeEach(async () => {
  fleet = await testFleet(opened.db);
});
afterAll(() => opened.close());

const tick = () => fleet.rollouts.tick();

test("rings follow one another as each succeeds, and only begun rings are told", async () => {
  await fleet.kiosks("pilot", 2);
  await fleet.kiosks("general", 2);
  const target = await fleet.release("2.0.0");
  const id = await fleet.begun(target, [
    ["pilot", 100, 0],
    ["general", 100, 0],
  ]);
  expect(await fleet.assigned()).toEqual({ "pilot-0": "2.0.0#1", "pilot-1": "2.0.0#1" });
  expect(fleet.told.toSorted()).toEqual(["pilot-0", "pilot-1"]);
  await fleet.hear("pilot-0", { software: software("1.0.0", { state: "downloading", target }) });
  await fleet.hear("pilot-1", { software: software("2.0.0", { state: "trial", target }) });
  expect(await fleet.progress(id)).toMatchObject({
    "pilot-0": "working",
    "pilot-1": "working",
    "general-0": "waiting",
  });
  await fleet.report("pilot-0", target, "2.0.0", "installed");
  await tick();
  expect((await fleet.row(id)).rings[1]?.begun).toBe(false);
  await fleet.hear("pilot-1", { software: software("2.0.0") });
  await tick();
  expect(await fleet.row(id)).toMatchObject({
    state: "running",
    rings: [{ begun: true }, { begun: true, counts: { told: 2 } }],
  });
  for (const kiosk of ["general-0", "general-1"]) await fleet.report(kiosk, target, "2.0.0", "installed");
  await tick();
  expect((await fleet.row(id)).state).toBe("finished");
  expect(fleet.audit.map(({ action }) => action)).toEqual([
    ...["rollout.started", "rollout.ring-begun", "rollout.ring-begun", "rollout.finished"],
  ]);
});

test("too many failures halt it: failed kiosks and those not so far get back what they had, later rings never hear of it", async () => {
  await fleet.kiosks("pilot", 4);
  await fleet.kiosks("general", 2);
  const first = await fleet.begun(await fleet.release("2.0.0"), [["pilot", 100, 0]]);
  for (let kiosk = 0; kiosk < 4; kiosk++)
    await fleet.report(`pilot-${kiosk}`, "releases/ventanilla-2.0.0-linux-x64.tar.zst", "2.0.0", "installed");
  await tick();
  expect((await fleet.row(first)).state).toBe("finished");
  const target = await fleet.release("3.0.0");
  const id = await fleet.begun(target, [
    ["pilot", 80, 25],
    ["general", 100, 0],
  ]);
  await fleet.report("pilot-0", target, "3.0.0", "installed");
  await fleet.report("pilot-1", target, "3.0.0", "rolled-back");
  await tick();
  expect((await fleet.row(id)).state).toBe("running");
  expect((await fleet.assigned())["pilot-1"]).toBe("2.0.0#1");
  await fleet.report("pilot-2", target, "3.0.0", "rolled-back");
  await tick();
  const row = await fleet.row(id);
  expect(row).toMatchObject({ state: "halted", rings: [{ begun: true }, { begun: false, counts: { waiting: 2 } }] });
  expect(row.why).toBe('Ring "pilot": 2 failed, 0 silent of 4 (50 %), at most 25 % may.');
  expect(row.whyFacts).toEqual({ kind: "errors", ring: "pilot", failed: 2, silent: 0, size: 4, limit: 25 });
  expect(row.failures).toMatchObject([{ kiosk: "pilot-1", code: "software.no-screen" }, { kiosk: "pilot-2" }]);
  expect(await fleet.assigned()).toEqual({
    ...{ "pilot-0": "3.0.0#1", "pilot-1": "2.0.0#1", "pilot-2": "2.0.0#1", "pilot-3": "2.0.0#1" },
  });
});

test("kiosks that say nothing count as failed, by their last word; one that speaks again counts by what it says", async () => {
  await fleet.kiosks("pilot", 2);
  const target = await fleet.release("2.0.0");
  await fleet.seen("pilot-0");
  const id = await fleet.begun(target, [["pilot", 100, 50]]);
  await fleet.clock.advance(599_000);
  await fleet.seen("pilot-0");
  await fleet.clock.advance(1_000);
  await tick();
  expect(await fleet.progress(id)).toEqual({ "pilot-0": "told", "pilot-1": "silent" });
  await fleet.clock.advance(600_000);
  await tick();
  const row = await fleet.row(id);
  expect(row).toMatchObject({ state: "halted", why: expect.stringContaining("2 silent of 2") });
  await fleet.report("pilot-1", target, "2.0.0", "installed");
  expect(await fleet.progress(id)).toMatchObject({ "pilot-1": "succeeded" });
});

test("a halted rollout goes on: with another try for those that failed, or without counting them", async () => {
  await fleet.kiosks("pilot", 2);
  const target = await fleet.release("2.0.0");
  const id = await fleet.begun(target, [["pilot", 50, 0]]);
  await fleet.report("pilot-0", target, "2.0.0", "rolled-back");
  await tick();
  expect((await fleet.row(id)).state).toBe("halted");
  expect(await fleet.assigned()).toEqual({});
  await fleet.act(id, "resume", true);
  expect(await fleet.assigned()).toEqual({ "pilot-0": "2.0.0#2", "pilot-1": "2.0.0#1" });
  await fleet.report("pilot-0", target, "2.0.0", "rolled-back", 1);
  expect((await fleet.progress(id))["pilot-0"]).toBe("told");
  await fleet.report("pilot-0", target, "2.0.0", "rolled-back", 2);
  await tick();
  expect((await fleet.row(id)).state).toBe("halted");
  await fleet.act(id, "resume");
  await tick();
  expect(await fleet.row(id)).toMatchObject({ state: "running", why: "" });
  await fleet.report("pilot-1", target, "2.0.0", "installed");
  await tick();
  expect((await fleet.row(id)).state).toBe("finished");
  expect(await fleet.assigned()).toEqual({ "pilot-1": "2.0.0#1" });
});

test("a kiosk that had switched before the halt reached it keeps what it has", async () => {
  await fleet.kiosks("pilot", 2);
  const target = await fleet.release("2.0.0");
  const id = await fleet.begun(target, [["pilot", 100, 0]]);
  await fleet.act(id, "halt");
  expect(await fleet.assigned()).toEqual({});
  await fleet.report("pilot-1", target, "2.0.0", "installed");
  expect(await fleet.assigned()).toEqual({ "pilot-1": "2.0.0#1" });
});

test("a dry run tells what would happen and leaves no trace", async () => {
  await fleet.kiosks("pilot", 3);
  await fleet.kiosks("arm", 2, { platform: "linux-arm64" });
  await fleet.kiosks("done", 1, { release: "2.0.0" });
  const target = await fleet.release("2.0.0");
  const dry = await fleet.start(
    target,
    [
      ["pilot", 100, 0],
      ["arm", 100, 0],
      ["done", 100, 0],
    ],
    { dryRun: true },
  );
  expect(dry).toMatchObject({
    ok: true,
    value: { rings: [{ counts: { waiting: 3 } }, { counts: { "not-fitting": 2 } }, { counts: { "not-fitting": 1 } }] },
  });
  const planned = dry.ok ? dry.value.kiosks?.map(({ kiosk, ring, runs, code }) => [kiosk, ring, runs, code]) : [];
  expect(planned).toEqual([
    ...[0, 1, 2].map((n) => [`pilot-${n}`, "pilot", "1.0.0", null]),
    ...[0, 1].map((n) => [`arm-${n}`, "arm", "1.0.0", "rollout.wrong-platform"]),
    ["done-0", "done", "2.0.0", "rollout.has-it"],
  ]);
  expect([await fleet.rollouts.list(), await fleet.assigned(), fleet.told, fleet.audit]).toEqual([[], {}, [], []]);
});

test("kiosks that it does not fit are left alone and do not count; a ring of nobody passes", async () => {
  await fleet.kiosks("old", 2, { release: "1.9.0" });
  await fleet.kiosks("new", 2, { release: "1.10.0" });
  await fleet.kiosks("unknown", 1, null);
  const target = await fleet.service("5.0.0", "1.10.0");
  const id = await fleet.begun(target, [
    ["old", 100, 0],
    ["empty", 100, 0],
    ["new", 100, 0],
    ["unknown", 100, 0],
  ]);
  expect(await fleet.progress(id)).toEqual({
    ...{ "new-0": "told", "new-1": "told", "old-0": "not-fitting", "old-1": "not-fitting", "unknown-0": "waiting" },
  });
  for (const kiosk of ["new-0", "new-1"])
    await fleet.hear(kiosk, { software: software("1.10.0", { state: "idle" }, { "i/s": "5.0.0" }) });
  await tick();
  expect((await fleet.progress(id))["unknown-0"]).toBe("told");
});

test("one software has one running rollout; a new one ends those that were paused or halted", async () => {
  await fleet.kiosks("pilot", 1);
  const first = await fleet.begun(await fleet.release("2.0.0"), [["pilot", 100, 0]]);
  const next = await fleet.release("3.0.0");
  expect(await fleet.start(next, [["pilot", 100, 0]])).toMatchObject({ ok: false, error: { code: "rollout.running" } });
  expect(await fleet.start(await fleet.service("1.0.0"), [["pilot", 100, 0]])).toMatchObject({ ok: true });
  expect(await fleet.start(await fleet.release("3.0.0", "linux-arm64"), [["pilot", 100, 0]])).toMatchObject({
    ok: true,
  });
  await fleet.act(first, "pause");
  expect(await fleet.start(next, [["pilot", 100, 0]])).toMatchObject({ ok: true, value: { state: "running" } });
  expect(await fleet.row(first)).toMatchObject({
    state: "cancelled",
    why: expect.stringContaining("Superseded"),
    whyFacts: { kind: "superseded", target: next },
  });
});

test("what cannot be done is refused with the reason", async () => {
  await fleet.kiosks("pilot", 1);
  const target = await fleet.release("2.0.0");
  expect(await fleet.start("releases/none", [["pilot", 1, 1]])).toMatchObject({ error: { code: "rollout.no-target" } });
  expect(
    await fleet.start(target, [
      ["pilot", 1, 1],
      ["pilot", 1, 1],
    ]),
  ).toMatchObject({ error: { code: "rollout.bad-rings" } });
  expect(await fleet.act("0b8f4a1e-5f4e-4d0e-9a37-2f8b3f0f9b11", "halt")).toMatchObject({
    error: { code: "rollout.not-found" },
  });
  const id = await fleet.begun(target, [["pilot", 100, 0]]);
  expect(await fleet.act(id, "resume")).toMatchObject({ error: { code: "rollout.wrong-state" } });
  await fleet.act(id, "cancel");
  expect(await fleet.act(id, "resume")).toMatchObject({ error: { code: "rollout.wrong-state" } });
});

test("a paused rollout takes results in and begins nothing", async () => {
  await fleet.kiosks("pilot", 1);
  await fleet.kiosks("general", 1);
  const target = await fleet.release("2.0.0");
  const id = await fleet.begun(target, [
    ["pilot", 100, 0],
    ["general", 100, 0],
  ]);
  await fleet.act(id, "pause");
  await fleet.report("pilot-0", target, "2.0.0", "installed");
  await tick();
  expect(await fleet.progress(id)).toEqual({ "pilot-0": "succeeded", "general-0": "waiting" });
  await fleet.act(id, "resume");
  await tick();
  expect(await fleet.progress(id)).toMatchObject({ "general-0": "told" });
});

test("a target that is rolled out anew is another attempt where it was tried before", async () => {
  await fleet.kiosks("pilot", 1);
  const target = await fleet.release("2.0.0");
  const id = await fleet.begun(target, [["pilot", 100, 0]]);
  await fleet.report("pilot-0", target, "2.0.0", "rolled-back");
  await fleet.act(id, "cancel");
  await fleet.begun(target, [["pilot", 100, 0]]);
  expect(await fleet.assigned()).toEqual({ "pilot-0": "2.0.0#2" });
});

test("a new kiosk gets what its ring has, and counts in what still runs", async () => {
  await fleet.kiosks("pilot", 1);
  const service = await fleet.service("4.0.0");
  const finished = await fleet.begun(service, [["pilot", 100, 0]]);
  await fleet.report("pilot-0", service, "4.0.0", "installed");
  await tick();
  expect((await fleet.row(finished)).state).toBe("finished");
  const running = await fleet.begun(await fleet.release("2.0.0"), [
    ["pilot", 100, 0],
    ["late", 100, 0],
  ]);
  await fleet.kiosks("late", 1, null);
  await sql`update kiosk set id = 'new-kiosk', ring = 'pilot' where id = 'late-0'`.execute(fleet.db);
  await fleet.db.transaction().execute((within) => fleet.rollouts.enrolled("new-kiosk", within));
  const rows = await fleet.db
    .selectFrom("assignment")
    .select(["subject", "target"])
    .where("kiosk", "=", "new-kiosk")
    .orderBy("subject")
    .execute();
  expect(rows).toEqual([
    { subject: "i/s", target: service },
    { subject: "release", target: "releases/ventanilla-2.0.0-linux-x64.tar.zst" },
  ]);
  expect(await fleet.progress(running)).toEqual({ "pilot-0": "told", "new-kiosk": "told" });
});

test("a kiosk that is retired meanwhile holds nothing up", async () => {
  await fleet.kiosks("pilot", 2);
  const target = await fleet.release("2.0.0");
  const id = await fleet.begun(target, [["pilot", 100, 0]]);
  await fleet.report("pilot-0", target, "2.0.0", "installed");
  await fleet.db.updateTable("kiosk").set({ retired_at: fleet.clock.now() }).where("id", "=", "pilot-1").execute();
  await tick();
  expect((await fleet.row(id)).state).toBe("finished");
});

test("several instances that tick at once do each thing once", async () => {
  await fleet.kiosks("pilot", 1);
  await fleet.kiosks("general", 3);
  const target = await fleet.release("2.0.0");
  await fleet.begun(target, [
    ["pilot", 100, 0],
    ["general", 100, 0],
  ]);
  await fleet.report("pilot-0", target, "2.0.0", "installed");
  const other = createRollouts({ ...fleet.context, instance: "two" }, fleet.director);
  await Promise.all([tick(), other.tick(), tick(), other.tick()]);
  expect(fleet.audit.filter(({ action }) => action === "rollout.ring-begun")).toHaveLength(2);
  expect(fleet.told.filter((kiosk) => kiosk === "general-1")).toHaveLength(1);
});
