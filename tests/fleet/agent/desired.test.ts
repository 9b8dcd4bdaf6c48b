import { afterEach, beforeEach, expect, test } from "vitest";
import { DESIRED_TYPE } from "../../../base/contracts/fleet/desired.ts";
import { until } from "../../support/until.ts";
import { createWorld } from "./support/world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.stop());

const looks = () => world.server.requests.filter(({ path }) => path === "/device/v1/desired").length;
const revision = () => world.software.pursued.at(-1)?.revision;

test("a new desired state is fetched because a report's answer names it, where no socket can be", async () => {
  world.server.fail = (request) => (request.headers.upgrade === undefined ? undefined : { status: 502 });
  world.start();
  await until("first", () => revision() === 2);
  const { revision: next } = await world.server.desire({});
  world.runtime.change({ shells: 2 });
  await until("second", () => revision() === next);
  const before = looks();
  world.runtime.change({ shells: 3 });
  await until("reported", () => world.server.state.service?.shells === 3);
  expect(looks()).toBe(before);
  expect(world.server.sockets).toBe(0);
});

test("the socket makes it instant, and is opened again after it was lost", async () => {
  world.start();
  await until("socket", () => world.server.hellos.length === 1);
  world.server.dropSockets();
  await until("socket again", () => world.server.hellos.length === 2);
  expect(world.server.hellos[1]).toEqual(world.server.hellos[0]);
  const { revision: next } = await world.server.desire({});
  world.server.push({ type: "desired" });
  await until("fetched", () => revision() === next);
});

test("an older state, one for another kiosk and one of another signer are refused, also after a restart", async () => {
  world.start();
  await until("first", () => revision() === 2);
  const { revision: seen } = await world.server.desire({ revision: 40 });
  world.server.push({ type: "desired" });
  await until("taken", () => revision() === seen);
  await world.halt();
  const pursued = world.software.pursued.length;
  await world.server.desire({ revision: 39 });
  world.start();
  await until("looked at", () => looks() >= 3);
  await world.server.desire({ revision: 41, kiosk: "demo-2" });
  world.server.push({ type: "desired" });
  const other = await world.server.sign({ revision: 42 }, "JWT");
  expect(other).not.toContain(DESIRED_TYPE);
  world.runtime.change({ shells: 5 });
  await until("reported", () => world.server.state.service?.shells === 5);
  expect(world.software.pursued).toHaveLength(pursued);
  const { revision: good } = await world.server.desire({ revision: 43, kiosk: "demo-1" });
  world.runtime.change({ shells: 6 });
  await until("good", () => revision() === good);
});
