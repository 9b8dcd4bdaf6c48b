import { request } from "undici";
import { expect, onTestFinished, test } from "vitest";
import { postgresMissing, startPostgres } from "../../support/postgres.ts";
import { until } from "../../support/until.ts";
import { addKiosks, FakeKiosk, startFleet } from "./kit.ts";

test("while the database server is away kiosks and staff are told to come again, and nothing is lost", async (context) => {
  const missing = postgresMissing();
  if (missing !== undefined) context.skip(missing);
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const fleet = await startFleet({ database: postgres.newDatabase() });
  onTestFinished(() => fleet.stop());
  await addKiosks(fleet, ["k-1"]);
  const kiosk = new FakeKiosk("k-1", fleet.devices);
  const reports = kiosk.next({ type: "event", event: "device.link", fields: {} });

  postgres.pause();
  const refused = await kiosk.send(reports);
  expect(refused).toMatchObject({ status: 503, json: { code: "fleet-server.database-away" } });
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  const page = await request(`${fleet.console}/health`);
  expect(page.statusCode).toBe(503);
  expect(await page.body.json()).toMatchObject({ code: "fleet-server.database-away" });

  postgres.resume();
  const taken = await until("the database again", async () => {
    const answer = await kiosk.send(reports);
    return answer.status === 200 ? answer : undefined;
  });
  expect(taken.json).toMatchObject({ acknowledged: 1 });
});
