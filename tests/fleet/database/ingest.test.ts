import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningServer } from "../../../fleet-server/server.ts";
import type { Heard } from "./fakes.ts";
import { addKiosks, FakeKiosk, startFleet } from "./kit.ts";

const heard: Heard[] = [];
let fleet: RunningServer;
let next = 0;

beforeAll(async () => {
  fleet = await startFleet({ heard });
});
afterAll(() => fleet?.stop());

async function newKiosk(): Promise<FakeKiosk> {
  const id = `k-${++next}`;
  await addKiosks(fleet, [id]);
  return new FakeKiosk(id, fleet.devices);
}

const counters = (count: number) => ({
  type: "counters" as const,
  counters: [{ hour: 0, service: "fonasa/bono-atencion", result: "completed", count, seconds: 60 * count }],
});
const event = { type: "event" as const, event: "device.link", fields: { device: "printer" } };

test("reports are taken once, whatever is repeated", async () => {
  const kiosk = await newKiosk();
  const reports = kiosk.next(event, counters(2));
  expect((await kiosk.send(reports)).json).toMatchObject({ acknowledged: 2, desired: '"1"' });
  expect((await kiosk.send(reports)).json).toMatchObject({ acknowledged: 2 });
  expect((await kiosk.send([...reports, ...kiosk.next(counters(3))])).json).toMatchObject({ acknowledged: 3 });
  const { db } = fleet.context;
  expect(await db.selectFrom("event").select("event").where("kiosk", "=", kiosk.id).execute()).toHaveLength(1);
  expect(await db.selectFrom("counter").select(["count", "seconds"]).where("kiosk", "=", kiosk.id).execute()).toEqual([
    { count: 5, seconds: 300 },
  ]);
});

test("a heartbeat is acknowledged and shows as a sign of life", async () => {
  const kiosk = await newKiosk();
  expect((await kiosk.send([])).json).toMatchObject({ acknowledged: 0, resend: false });
  await kiosk.send(kiosk.next(event));
  expect((await kiosk.send([])).json).toMatchObject({ acknowledged: 1 });
  const { last_seen } = await fleet.context.db
    .selectFrom("kiosk_live")
    .select("last_seen")
    .where("kiosk", "=", kiosk.id)
    .executeTakeFirstOrThrow();
  expect(fleet.context.clock.now() - last_seen).toBeLessThan(10_000);
});
