import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../support/until.ts";
import { createWorld } from "./support/world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(() => world.stop());

const events = (name: string) =>
  world.server.reports.filter((report) => report.type === "event" && report.event === name).length;
const journeys = () =>
  world.server.reports
    .flatMap((report) => (report.type === "counters" ? report.counters : []))
    .reduce((sum, { count }) => sum + count, 0);

test("a kiosk's state reaches the server over mutual TLS, section by section as it changes", async () => {
  world.start();
  await until("first state", () => world.server.state.service?.state === "in-service" && world.server.state.security);
  expect([...world.server.clients]).toEqual(["demo-1"]);
  expect(world.server.state).toMatchObject({
    devices: [{ device: "printer", consumables: [{ name: "paper", level: "ok" }] }],
    software: { release: "0.1.0" },
    security: { mutualTls: true, clockOffset: 0 },
    machine: { agent: "0.1.0" },
  });
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

test("what happened while the server was away comes when it is back, and a restart tells only what is new", async () => {
  world.start();
  await until("first state", () => world.server.state.service?.state === "in-service");
  const port = Number(new URL(world.server.url).port);
  await world.server.stop();
  world.runtime.serve("completed", Date.UTC(2026, 10, 23, 12), 90);
  world.runtime.change({ shells: 0 });
  await until("kept", () => world.running.store.outbox.waiting.value >= 2);
  await world.halt();
  world.start();
  await world.server.start(port);
  await until("all there", () => world.server.state.service?.shells === 0 && journeys() === 1);
  expect(events("process.started")).toBe(2);
  expect(world.server.contradictions).toEqual([]);
  expect(world.server.batches.at(-1)?.session).toBe(2);
  await world.halt();
  const told = new Map(Object.entries(structuredClone(world.server.state)));
  const before = world.server.reports.length;
  world.start();
  await until("third session", () => world.server.batches.at(-1)?.session === 3);
  await until("runtime seen", () => events("process.started") === 3);
  await world.halt();
  // What changed while it stopped is news; what the server was told already is not.
  for (const report of world.server.reports.slice(before))
    if (report.type === "state")
      for (const [section, value] of Object.entries(report.state)) expect(value).not.toEqual(told.get(section));
});

test("journeys are counted once, also across restarts and when the journal is new", async () => {
  const noon = Date.UTC(2026, 10, 23, 12, 59);
  world.runtime.serve("completed", noon, 90);
  world.runtime.serve("completed", noon, 30);
  world.runtime.serve("abandoned", noon, 10);
  world.start();
  await until("counted", () => journeys() === 3);
  const counters = world.server.reports.flatMap((report) => (report.type === "counters" ? report.counters : []));
  expect(counters).toContainEqual({
    hour: Date.UTC(2026, 10, 23, 13),
    service: "fonasa/bono-atencion",
    result: "completed",
    count: 1,
    seconds: 90,
  });
  await world.halt();
  world.start();
  world.runtime.serve("completed", noon, 20);
  await until("one more", () => journeys() === 4);
  world.runtime.journal = randomUUID();
  world.runtime.journeys.length = 0;
  world.runtime.serve("completed", noon, 20);
  await until("of the new journal", () => journeys() === 5);
});

test("a server that lost what it had gets every section whole", async () => {
  world.start();
  await until("first state", () => world.server.state.machine && world.server.state.service);
  world.server.state = {};
  world.server.resend = true;
  world.runtime.change({ shells: 2 });
  await until("everything", () => Object.keys(world.server.state).length === 5);
});

test("a kiosk whose clock is wrong signs by the server's and says by how much", async () => {
  world.server.clockOffset = -7_200_000;
  let refused = 0;
  world.server.fail = (request) => {
    if (refused > 0 || request.url !== "/device/v1/reports") return undefined;
    refused++;
    return world.server.refusal("fleet.signature-old");
  };
  world.start();
  await until("security", () => world.server.state.security?.clockOffset === 7_200_000);
  expect(world.identity.offsets.some((offset) => Math.abs(offset + 7_200_000) < 5_000)).toBe(true);
});

test("a runtime that does not answer is told as unknown, and as in service when it is back", async () => {
  world.start();
  await until("first state", () => world.server.state.service?.state === "in-service");
  await world.runtime.stop();
  await until("unknown", () => world.server.state.service?.state === "unknown");
  await world.runtime.start();
  await until("back", () => world.server.state.service?.state === "in-service");
});

test("changes go out at most once a second, and the last of them is what stays", async () => {
  world.start();
  await until("first state", () => world.server.state.service?.state === "in-service");
  const before = world.server.batches.length;
  const began = performance.now();
  for (let shells = 0; shells < 40; shells++) {
    world.runtime.change({ shells });
    await until("seen", () => world.running.link.status.value?.shells === shells);
  }
  await until("last", () => world.server.state.service?.shells === 39);
  const seconds = (performance.now() - began) / 1000;
  expect(world.server.batches.length - before).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
});

test("a kiosk that is refused does not hammer the server, whatever happens on it", async () => {
  world.server.fail = () => world.server.refusal("fleet.unknown-kiosk");
  world.start();
  await until("asked at every door", () => world.server.requests.length >= 2);
  const asked = () => world.server.requests.length;
  const first = asked();
  for (let shells = 0; shells < 20; shells++) world.runtime.change({ shells });
  await until("kept", () => world.running.store.outbox.waiting.value > 0);
  expect(asked()).toBe(first);
});

test("a renewed certificate is shown from the next connection on", async () => {
  world.identity.due = true;
  world.start();
  await until("renewed", () => world.identity.renewals.length === 1);
  await until("shown", () => world.server.clients.has("demo-1-renewed"));
});
