import { afterAll, expect, type TestContext, test } from "vitest";
import { createAlerts } from "../../../fleet-server/alerts/alerts.ts";
import { verifyChain } from "../../../fleet-server/audit/audit.ts";
import type { RunningServer } from "../../../fleet-server/server.ts";
import { until } from "../../support/until.ts";
import { onBothDatabases } from "./both.ts";
import type { Heard } from "./fakes.ts";
import { addKiosks, FakeKiosk, startFleet } from "./kit.ts";

const counters = (count: number) => ({
  type: "counters" as const,
  counters: [{ hour: 0, service: "fonasa/bono-atencion", result: "completed", count, seconds: 60 * count }],
});
const event = { type: "event" as const, event: "device.link", fields: { device: "printer" } };
const service = (state: "in-service" | "out-of-service") => ({
  type: "state" as const,
  state: {
    service: {
      ...{ state, mode: "in-service" as const, closed: [], services: [], shells: 1, gatewayReachable: true },
      incidentsWaiting: 0,
    },
  },
});

let kiosks = 0;

async function newKiosk(fleet: RunningServer): Promise<FakeKiosk> {
  const id = `k-${++kiosks}`;
  await addKiosks(fleet, [id]);
  return new FakeKiosk(id, fleet.devices);
}

const standing = (fleet: RunningServer, kiosk: string) =>
  fleet.context.db
    .selectFrom("alert")
    .select(["code", "since"])
    .where("kiosk", "=", kiosk)
    .where("until", "is", null)
    .where("code", "!=", "no-client-certificate")
    .execute();

onBothDatabases((database) => {
  const heard: Heard[] = [];
  let running: RunningServer | undefined;
  const start = async (context: TestContext) => {
    if (running !== undefined) return running;
    const url = database(context);
    running = await startFleet({ heard, ...(url === undefined ? {} : { database: url }) });
    return running;
  };
  afterAll(() => running?.stop());

  test("reports are taken once, whatever is repeated; what cannot be stored does not stop the rest", async (context) => {
    const fleet = await start(context);
    const { db } = fleet.context;
    const kiosk = await newKiosk(fleet);
    expect((await kiosk.send([])).json).toMatchObject({ acknowledged: 0, resend: false });
    const reports = kiosk.next(event, counters(2));
    expect((await kiosk.send(reports)).json).toMatchObject({ acknowledged: 2, desired: '"1"' });
    expect((await kiosk.send(reports)).json).toMatchObject({ acknowledged: 2 });
    expect((await kiosk.send([...reports, ...kiosk.next(counters(3))])).json).toMatchObject({ acknowledged: 3 });
    const odd = { ...event, fields: { text: "a\0b\ud800" } };
    expect((await kiosk.send(kiosk.next(odd))).json).toMatchObject({ acknowledged: 4 });
    const events = await db.selectFrom("event").select("fields").where("kiosk", "=", kiosk.id).orderBy("id").execute();
    expect(events).toEqual([{ fields: { device: "printer" } }, { fields: { text: "ab\ufffd" } }]);
    const counted = await db.selectFrom("counter").select(["count", "seconds"]).where("kiosk", "=", kiosk.id).execute();
    expect(counted).toEqual([{ count: 5, seconds: 300 }]);
  });

  test("a gap is refused; a kiosk that has nothing older is taken in and asked for every section", async (context) => {
    const fleet = await start(context);
    const kiosk = await newKiosk(fleet);
    kiosk.sequence = 41;
    const reports = kiosk.next(event);
    expect(await kiosk.send(reports)).toMatchObject({ status: 422, json: { code: "fleet-server.sequence-gap" } });
    expect((await kiosk.send(reports)).json).toMatchObject({ acknowledged: 42, resend: true });
    expect((await kiosk.send([])).json).toMatchObject({ acknowledged: 42, resend: true });
    await kiosk.send(kiosk.next(service("in-service")));
    expect((await kiosk.send([])).json).toMatchObject({ acknowledged: 43, resend: false });
  });

  test("two machines with one identity are refused, seen and audited", async (context) => {
    const fleet = await start(context);
    const a = await newKiosk(fleet);
    const b = new FakeKiosk(a.id, fleet.devices);
    await a.send(a.next(event));
    await b.send(b.next(event));
    expect(await a.send([])).toMatchObject({ status: 409, json: { code: "fleet-server.identity-cloned" } });
    const copy = new FakeKiosk(a.id, fleet.devices, b.stream);
    expect(await copy.send(copy.next({ ...event, fields: { device: "other" } }))).toMatchObject({ status: 409 });
    expect(await standing(fleet, a.id)).toMatchObject([{ code: "identity-cloned" }]);
    const { db } = fleet.context;
    expect(await db.selectFrom("audit").select(["action", "subject"]).execute()).toEqual([
      { action: "identity.cloned", subject: a.id },
    ]);
    expect(await verifyChain(db)).toBeNull();
  });

  test("an alert stands while its cause lasts, keeps its beginning, and clears itself", async (context) => {
    const fleet = await start(context);
    const kiosk = await newKiosk(fleet);
    await kiosk.send(kiosk.next(service("out-of-service")));
    const [first] = await standing(fleet, kiosk.id);
    expect(first).toMatchObject({ code: "out-of-service" });
    await kiosk.send(kiosk.next(service("out-of-service")));
    expect(await standing(fleet, kiosk.id)).toEqual([first]);
    const condition = () =>
      fleet.context.db
        .selectFrom("kiosk")
        .select(["condition", "service_state"])
        .where("id", "=", kiosk.id)
        .executeTakeFirst();
    expect(await condition()).toEqual({ condition: "critical", service_state: "out-of-service" });
    await kiosk.send(kiosk.next(service("in-service")));
    expect(await standing(fleet, kiosk.id)).toEqual([]);
    expect(await condition()).toMatchObject({ service_state: "in-service" });
  });

  test("a kiosk that falls silent shows, hides what it said before, and comes back by its next word", async (context) => {
    const fleet = await start(context);
    const { db, clock } = fleet.context;
    const kiosk = await newKiosk(fleet);
    await kiosk.send(kiosk.next(service("out-of-service")));
    const since = clock.now() - 3_600_000;
    await db.updateTable("kiosk_live").set({ last_seen: since }).where("kiosk", "=", kiosk.id).execute();
    // The server's own tick does the same some seconds later.
    await until("silence", async () => {
      await createAlerts(fleet.context).tick();
      return (await standing(fleet, kiosk.id)).some(({ code }) => code === "silent");
    });
    expect(await standing(fleet, kiosk.id)).toEqual([{ code: "silent", since }]);
    await kiosk.send([]);
    await until("its return", async () => (await standing(fleet, kiosk.id))[0]?.code === "out-of-service");
  });

  test("a command reaches the kiosk at once, and its life only goes forward", async (context) => {
    const fleet = await start(context);
    const { db } = fleet.context;
    const kiosk = await newKiosk(fleet);
    const line = await kiosk.connect();
    const connected = () =>
      db.selectFrom("kiosk_live").select("connected_to").where("kiosk", "=", kiosk.id).executeTakeFirst();
    await until("presence", async () => (await connected())?.connected_to === fleet.context.instance);
    const id = await sendCommand(fleet, kiosk.id);
    await until("the command", () => line.messages.some(({ jws }) => jws === `jws-${id}`));
    const said = (state: "received" | "running" | "done") => ({ type: "command" as const, command: { id, state } });
    await kiosk.send(kiosk.next(said("done"), said("running")));
    await kiosk.send(kiosk.next(said("received")));
    expect(await db.selectFrom("command").select("state").where("id", "=", id).executeTakeFirst()).toEqual({
      state: "done",
    });
    const logs = { part: "agent", records: [{ event: "x" }], takenAt: 1 };
    expect((await kiosk.ask("POST", `/device/v1/logs/${id}`, logs)).status).toBe(204);
    expect((await kiosk.ask("POST", "/device/v1/logs/none", logs)).status).toBe(404);
    line.socket.close();
    await until("its end", async () => (await connected())?.connected_to === null);
  });

  test("the end of an old connection does not mark a live kiosk down; a revoked one is closed", async (context) => {
    const fleet = await start(context);
    const kiosk = await newKiosk(fleet);
    const old = await kiosk.connect();
    kiosk.session = 2;
    const line = await kiosk.connect();
    expect(await old.ended).toBe(4002);
    const { db } = fleet.context;
    const session = () =>
      db.selectFrom("kiosk_live").select("connected_session").where("kiosk", "=", kiosk.id).executeTakeFirst();
    await until("presence", async () => (await session())?.connected_session === 2);
    await fleet.context.bus.publish({ topic: "revoked", kiosk: kiosk.id });
    expect(await line.ended).toBe(4001);
  });

  test("updates are told to rollouts and kept for the timeline", async (context) => {
    const fleet = await start(context);
    const kiosk = await newKiosk(fleet);
    const update = { target: "services/a.tar.zst", sha256: "x", result: "rolled-back" as const, code: "update.trial" };
    await kiosk.send(kiosk.next({ type: "update", update }));
    expect(heard).toContainEqual({ kiosk: kiosk.id, updates: [update] });
    expect(
      await fleet.context.db.selectFrom("event").select(["event", "fields"]).where("kiosk", "=", kiosk.id).execute(),
    ).toEqual([
      { event: "fleet.update", fields: { target: update.target, result: "rolled-back", code: "update.trial" } },
    ]);
  });
});

async function sendCommand({ context }: RunningServer, kiosk: string): Promise<string> {
  const id = crypto.randomUUID();
  const now = context.clock.now();
  await context.db.transaction().execute(async (within) => {
    await within
      .insertInto("command")
      .values({
        ...{ id, kiosk, command: '{"name":"drain"}', jws: `jws-${id}`, by: "staff", reason: "", state: "queued" },
        ...{ code: null, message: null, created_at: now, expires_at: now + 60_000, changed_at: now, logs: null },
      })
      .execute();
    await context.bus.publish({ topic: "command", kiosk, command: id }, within);
  });
  return id;
}
