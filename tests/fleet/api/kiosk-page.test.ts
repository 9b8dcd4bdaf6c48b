import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import type { KioskDetail, timelineSchema } from "../../../fleet-server/api/contract/kiosks.ts";
import type { RolloutRow, TargetRow } from "../../../fleet-server/api/contract/releases.ts";
import { json } from "../../../fleet-server/store/database.ts";
import {
  auditActions,
  browserOf,
  type ConsoleServer,
  failure,
  type StaffBrowser,
  startConsole,
} from "./console-kit.ts";
import { addKiosk } from "./fakes.ts";

type Timeline = z.infer<typeof timelineSchema>;

const SHA = "0".repeat(64);
const RELEASE = "releases/ventanilla-1.2.3-linux-x64.tar.zst";
const SERVICE = "services/chileatiende.certificado-2.0.0.tar.zst";

let server: ConsoleServer;
let administrator: StaffBrowser;
const rollout = randomUUID();
const command = randomUUID();

beforeAll(async () => {
  server = await startConsole();
  const { db } = server;
  await addKiosk(db, "k-1", { release: "1.2.3" });
  await addKiosk(db, "k-2", { release: "1.2.3" });
  const common = { length: 10, sha256: SHA, notes: "", added_at: 1, needs_release: null };
  await db
    .insertInto("target")
    .values([
      { ...common, path: RELEASE, kind: "release", service: null, version: "1.2.3", platform: "linux-x64" },
      {
        ...common,
        path: SERVICE,
        kind: "service",
        service: "chileatiende/certificado",
        version: "2.0.0",
        platform: null,
      },
    ])
    .execute();
  const software = {
    release: "1.2.3",
    slot: "a",
    packages: { "chileatiende/certificado": "2.0.0" },
    update: { state: "idle" },
  };
  const machine = { agent: "1.2.3", bootedAt: 1, os: "Debian", platform: "linux-x64", diskFreePercent: 50 };
  const state = { service: null, devices: null, security: null, updated_at: 1, software: json(software) };
  const whole = { ...machine, memoryFreePercent: 50, temperature: null, memory: {} };
  await db
    .insertInto("kiosk_state")
    .values({ ...state, kiosk: "k-1", machine: json(whole) })
    .execute();
  await db
    .insertInto("rollout")
    .values({
      ...{
        id: rollout,
        target: SERVICE,
        rings: json([]),
        begun: 1,
        silent_after: 60,
        state: "running",
        why: "",
        by: "x",
      },
      ...{ reason: "", created_at: 1, changed_at: 1 },
    })
    .execute();
  await db
    .insertInto("assignment")
    .values({ kiosk: "k-1", subject: "chileatiende/certificado", target: SERVICE, attempt: 1, rollout })
    .execute();
  await db
    .insertInto("rollout_kiosk")
    .values({
      ...{ rollout, kiosk: "k-1", ring: 0, progress: "failed", attempt: 1, told_at: 400, changed_at: 500 },
      ...{ code: "update.bad", message: "no room", previous_target: null, previous_attempt: null, excused: false },
    })
    .execute();
  const logs = { part: "runtime", records: [{ level: "info" }], takenAt: 5 };
  await db
    .insertInto("command")
    .values({
      ...{
        id: command,
        kiosk: "k-1",
        command: json({ name: "drain" }),
        jws: "",
        by: "operador",
        reason: "paper",
        state: "done",
      },
      ...{ code: null, message: null, created_at: 300, expires_at: 900, changed_at: 350, logs: json(logs) },
    })
    .execute();
  await db
    .insertInto("event")
    .values({ kiosk: "k-1", at: 200, event: "device.link", fields: json({ device: "printer", link: "absent" }) })
    .execute();
  const alert = {
    kiosk: "k-1",
    code: "device.paper",
    subject: "printer",
    axis: "devices",
    severity: "warning",
    who: "attendant",
  } as const;
  await db
    .insertInto("alert")
    .values({ ...alert, id: randomUUID(), detail: "empty", since: 100, until: 250 })
    .execute();
  await db
    .insertInto("certificate")
    .values({
      thumbprint: SHA,
      kiosk: "k-1",
      serial: "01",
      pem: "",
      issued_at: 1,
      expires_at: 9,
      revoked_at: null,
      reason: null,
    })
    .execute();
  await db
    .insertInto("counter")
    .values({
      kiosk: "k-1",
      hour: Math.floor(Date.now() / 3_600_000) * 3_600_000,
      service: "a/b",
      result: "delivered",
      count: 3,
      seconds: 90,
    })
    .execute();
  administrator = await browserOf(server, "administrador");
});
afterAll(() => server.close());

test("the timeline merges everything that happened, newest first, and its pages meet every entry once", async () => {
  const told = [
    {
      at: 500,
      kind: "update",
      code: "failed",
      text: `${SERVICE} update.bad no room`,
      actor: null,
      facts: { target: SERVICE, code: "update.bad", message: "no room" },
    },
    {
      at: 300,
      kind: "command",
      code: "drain",
      text: "done paper",
      actor: "operador",
      facts: { state: "done", reason: "paper" },
    },
    { at: 250, kind: "cleared", code: "device.paper", text: "printer", actor: null, facts: { subject: "printer" } },
    {
      at: 200,
      kind: "event",
      code: "device.link",
      text: "link=absent device=printer",
      actor: null,
      facts: { link: "absent", device: "printer" },
    },
    {
      at: 100,
      kind: "alert",
      code: "device.paper",
      text: "printer empty",
      actor: null,
      facts: { subject: "printer", detail: "empty" },
    },
  ];
  const seen: Timeline["entries"] = [];
  let after = "";
  do {
    const page = (await administrator.get(`/kiosks/k-1/timeline?limit=2${after}`)) as Timeline;
    seen.push(...page.entries);
    after = page.next === null ? "" : `&after=${page.next}`;
  } while (after !== "");
  expect(seen.map(({ id, ...entry }) => entry)).toEqual(told);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(told.length);
});

test("the kiosk's page says what it runs and shall run, and which certificate counts", async () => {
  expect(await administrator.get("/kiosks/k-1")).toMatchObject({
    state: { software: { release: "1.2.3" }, machine: { os: "Debian" } },
    desired: { release: null, services: { "chileatiende/certificado": "2.0.0" } },
    certificates: [{ thumbprint: SHA, current: true }],
    readiness: null,
  });
  expect(await administrator.get("/kiosks/k-1/journeys")).toMatchObject({ hours: [{ service: "a/b", count: 3 }] });
  expect(await administrator.get("/now")).toMatchObject({ journeys: { today: 3, completed: 3 } });
  expect(await administrator.get(`/commands/${command}/logs`)).toMatchObject({ part: "runtime" });
  expect(await failure(administrator.send("GET", `/commands/${randomUUID()}/logs`))).toMatchObject({ status: 404 });
});

test("a change is made with its entry in the audit trail, and shows in the timeline", async () => {
  const openingHours = Array.from({ length: 7 }, (_, day) => (day === 0 ? null : { from: "08:30", to: "17:00" }));
  const change = { place: "Oficina nueva", tags: ["sur"], openingHours, timeZone: "Pacific/Easter", retired: true };
  const response = await administrator.send("PATCH", "/kiosks/k-2", change);
  expect(response.status).toBe(200);
  expect((await response.json()) as KioskDetail).toMatchObject({
    place: "Oficina nueva",
    tags: ["sur"],
    openingHours,
    timeZone: "Pacific/Easter",
  });
  const command = { command: { name: "drain" } };
  expect(await failure(administrator.send("POST", "/kiosks/k-2/commands", command))).toMatchObject({
    code: "console.kiosk-retired",
  });
  expect((await administrator.send("PATCH", "/kiosks/k-2", { retired: false })).status).toBe(200);
  expect((await administrator.send("POST", "/kiosks/k-2/commands", command)).status).toBe(200);
  const { entries } = (await administrator.get("/kiosks/k-2/timeline")) as Timeline;
  expect(entries.map(({ kind, code, actor }) => [kind, code, actor])).toEqual([
    ["command", "drain", "administrador"],
    ["audit", "kiosk.changed", "administrador"],
    ["audit", "kiosk.changed", "administrador"],
  ]);
  expect(await failure(administrator.send("PATCH", "/kiosks/k-2", { timeZone: "Nowhere/Else" }))).toEqual({
    status: 400,
    code: "common.bad-input",
  });
});

test("a revocation ends the certificates, for a reason, and is audited", async () => {
  expect(await failure(administrator.send("POST", "/kiosks/k-1/revocation", {}))).toMatchObject({ status: 400 });
  expect((await administrator.send("POST", "/kiosks/k-1/revocation", { reason: "stolen" })).status).toBe(204);
  const { certificates } = (await administrator.get("/kiosks/k-1")) as KioskDetail;
  expect(certificates).toMatchObject([{ reason: "stolen", current: false }]);
  expect((await auditActions(server.db)).at(-1)).toBe("kiosk.revoked");
});

test("targets say how many kiosks run them, counting those that have not told their platform", async () => {
  const { targets, expires } = (await administrator.get("/targets")) as { targets: TargetRow[]; expires: object };
  expect(targets.map(({ path, kiosks }) => [path, kiosks])).toEqual([
    [RELEASE, 2],
    [SERVICE, 1],
  ]);
  expect(expires).toEqual({ timestamp: 1_900_000_000_000 });
});

test("a rollout is tried, started, paused, and told when it is not there", async () => {
  const manager = await browserOf(server, "versiones");
  const request = { target: RELEASE, rings: [{ ring: "first", success: 90, error: 10 }] };
  expect((await manager.send("POST", "/rollouts", { ...request, dryRun: true })).status).toBe(200);
  expect(await manager.get("/rollouts")).toEqual({ rollouts: [] });
  const made = (await (await manager.send("POST", "/rollouts", request)).json()) as RolloutRow;
  expect(made).toMatchObject({ by: "versiones", silentAfter: 3_600 });
  const paused = await manager.send("POST", `/rollouts/${made.id}/action`, { action: "pause" });
  expect(await paused.json()).toMatchObject({ id: made.id, state: "paused" });
  expect(await manager.get(`/rollouts/${made.id}`)).toMatchObject({ state: "paused" });
  expect(await failure(manager.send("POST", `/rollouts/${randomUUID()}/action`, { action: "pause" }))).toMatchObject({
    status: 404,
  });
  expect(await failure(manager.send("POST", "/rollouts", { ...request, rings: [] }))).toMatchObject({ status: 400 });
});
