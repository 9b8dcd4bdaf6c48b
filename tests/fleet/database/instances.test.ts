import { spawnSync } from "node:child_process";
import { sql } from "kysely";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, onTestFinished, type TestContext, test } from "vitest";
import { verifyChain } from "../../../fleet-server/audit/audit.ts";
import type { RunningServer } from "../../../fleet-server/server.ts";
import { json } from "../../../fleet-server/store/database.ts";
import { until } from "../../support/until.ts";
import { withPostgres } from "./both.ts";
import { addKiosks, FakeKiosk, startFleet } from "./kit.ts";

const event = { type: "event" as const, event: "device.link", fields: { device: "printer" } };
const counters = {
  type: "counters" as const,
  counters: [{ hour: 0, service: "s/s", result: "completed", count: 1, seconds: 60 }],
};

describe("two instances on one PostgreSQL server", () => {
  const newDatabase = withPostgres();

  async function startTwo(context: TestContext): Promise<[RunningServer, RunningServer]> {
    const database = newDatabase(context) ?? "";
    const both = await Promise.all([startFleet({ database }), startFleet({ database })]);
    onTestFinished(async () => void (await Promise.all(both.map((fleet) => fleet.stop()))));
    return both;
  }

  test("a command sent on one reaches the kiosk whose socket is on the other", async (context) => {
    const [one, other] = await startTwo(context);
    await addKiosks(one, ["k-1"]);
    const kiosk = new FakeKiosk("k-1", other.devices);
    const line = await kiosk.connect();
    await until("presence", async () => {
      const live = await one.context.db.selectFrom("kiosk_live").select("connected_to").executeTakeFirst();
      return live?.connected_to === other.context.instance;
    });
    const id = crypto.randomUUID();
    const now = one.context.clock.now();
    await one.context.db.transaction().execute(async (within) => {
      await within
        .insertInto("command")
        .values({
          ...{ id, kiosk: "k-1", command: json({ name: "drain" }), jws: "signed", by: "staff", reason: "" },
          ...{ state: "queued", code: null, message: null, logs: null },
          ...{ created_at: now, expires_at: now + 60_000, changed_at: now },
        })
        .execute();
      await one.context.bus.publish({ topic: "command", kiosk: "k-1", command: id }, within);
    });
    await until("the command", () => line.messages.some(({ jws }) => jws === "signed"));
  });

  test("reports sent to both, at the same time and again, count once", async (context) => {
    const [one, other] = await startTwo(context);
    const ids = Array.from({ length: 40 }, (_, n) => `k-${n}`);
    await addKiosks(one, ids);
    const kiosks = ids.map((id) => new FakeKiosk(id, one.devices));
    await Promise.all(
      kiosks.map(async (kiosk) => {
        for (let round = 0; round < 5; round++) {
          const reports = kiosk.next(event, counters);
          const urls = [one.devices, other.devices, one.devices];
          const answers = await Promise.all(
            urls.map((url) => Object.assign(Object.create(kiosk) as FakeKiosk, { url }).send(reports)),
          );
          for (const { json: answer } of answers) expect(answer).toMatchObject({ acknowledged: kiosk.sequence });
        }
      }),
    );
    const { db } = one.context;
    const { rows } = await sql<{ events: number; count: number }>`
      select (select count(*)::int from event) as events, (select sum(count)::int from counter) as count`.execute(db);
    expect(rows).toEqual([{ events: 200, count: 200 }]);
  });

  test("the audit chain is never forked", async (context) => {
    const [one, other] = await startTwo(context);
    const append = ({ context: { db, audit } }: RunningServer, n: number) =>
      db
        .transaction()
        .execute((within) =>
          audit.append({ actor: "a", action: "b", subject: String(n), details: { z: 1, a: [n] } }, within),
        );
    await Promise.all(Array.from({ length: 30 }, (_, n) => append(n % 2 === 0 ? one : other, n)));
    const { db } = one.context;
    expect(await verifyChain(db)).toBeNull();
    const { number } = await db
      .selectFrom("audit")
      .select(sql<number>`max(number)`.as("number"))
      .executeTakeFirstOrThrow();
    expect(number).toBe(30);
    await sql`alter table audit disable trigger audit_append_only`.execute(db);
    await db.updateTable("audit").set({ subject: "another" }).where("number", "=", 17).execute();
    expect(await verifyChain(db)).toBe(17);
  });

  test("an instance whose line to the bus breaks hears again by itself", async (context) => {
    const [one, other] = await startTwo(context);
    const heard: string[] = [];
    other.context.bus.subscribe(({ topic }) => heard.push(topic));
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`.execute(
      one.context.db,
    );
    await until("the new line", () => heard.includes("missed"));
    await one.context.bus.publish({ topic: "targets" });
    await until("the message", () => heard.includes("targets"));
  });

  test("its metrics please promtool", async (context) => {
    const [one] = await startTwo(context);
    await addKiosks(one, ["k-1"]);
    const kiosk = new FakeKiosk("k-1", one.devices);
    await kiosk.send(kiosk.next(event));
    const text = await (await request(`${one.console}/metrics`)).body.text();
    expect(text).toMatch(/^ventanilla_fleet_reports_total 1$/m);
    expect(text).not.toContain("k-1");
    const check = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    if (check.error !== undefined) context.skip("Debian's prometheus package with promtool is not installed");
    expect(check.stdout + check.stderr).toBe("");
  });
});

describe("files and addresses for kiosks", () => {
  let fleet: RunningServer;
  beforeAll(async () => {
    fleet = await startFleet();
    await addKiosks(fleet, ["k-1"]);
  });
  afterAll(() => fleet?.stop());
  const ask = (path: string, headers: Record<string, string> = {}) =>
    new FakeKiosk("k-1", fleet.devices).ask("GET", path, undefined, headers);

  test("a desired state that did not change is not sent again", async () => {
    expect(await ask("/device/v1/desired")).toMatchObject({ status: 200, text: "desired" });
    expect((await ask("/device/v1/desired")).headers).toMatchObject({
      "content-type": "application/jose",
      etag: '"1"',
    });
    expect(await ask("/device/v1/desired", { "if-none-match": '"1"' })).toMatchObject({ status: 304, text: "" });
  });

  test("update files are served in parts, and nothing beside them", async () => {
    const part = await ask("/updates/targets/services/a.bin", { range: "bytes=3-5" });
    expect(part).toMatchObject({ status: 206, text: "345" });
    expect((await ask("/updates/metadata/timestamp.json")).headers).toMatchObject({ "cache-control": "no-cache" });
    expect(await ask("/updates/other")).toMatchObject({ status: 404, json: { code: "fleet-server.no-such-address" } });
    for (const path of ["", "services", "..%2fmetadata/timestamp.json"])
      expect((await ask(`/updates/targets/${path}`)).status).toBeGreaterThanOrEqual(400);
  });

  test("bad input is named by place and not by content, and the clock comes with it", async () => {
    const kiosk = new FakeKiosk("k-1", fleet.devices);
    const wrong = await kiosk.ask("POST", "/device/v1/reports", { stream: "secret", session: 1, reports: [] });
    expect(wrong).toMatchObject({ status: 400, json: { code: "common.bad-input", now: expect.any(Number) } });
    expect(wrong.json.message).toContain("stream");
    expect(wrong.text).not.toContain("secret");
    const [first, second] = kiosk.next(event, event);
    expect(await kiosk.send([second, first].flatMap((report) => report ?? []))).toMatchObject({ status: 400 });
    expect((await request(`${fleet.devices}/device/v1/desired`)).statusCode).toBe(400);
  });
});
