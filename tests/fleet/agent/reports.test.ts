import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../support/until.ts";
import { createWorld } from "./support/world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.stop());

test("a kiosk's state reaches the server over mutual TLS, section by section as it changes", async () => {
  world.start();
  await until("first state", () => world.server.state.service?.state === "in-service" && world.server.state.machine);
  expect([...world.server.clients]).toEqual(["demo-1"]);
  expect(world.server.state.devices?.[0]?.consumables).toEqual([{ name: "paper", level: "ok" }]);
  const [printer] = world.runtime.status.devices;
  if (printer === undefined) throw new Error("no printer");
  const before = world.server.reports.length;
  const began = performance.now();
  world.runtime.change({
    devices: [{ ...printer, conditions: [{ code: "paper-end", severity: "fault", who: "attendant", since: 1 }] }],
  });
  await until("paper out", () => world.server.state.devices?.[0]?.consumables[0]?.level === "empty");
  expect(performance.now() - began).toBeLessThan(5_000);
  const [last] = world.server.reports.slice(before);
  expect(last?.type === "state" && Object.keys(last.state)).toEqual(["devices"]);
});
