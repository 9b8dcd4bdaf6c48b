import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../support/until.ts";
import { createWorld } from "./support/world.ts";

let world: Awaited<ReturnType<typeof createWorld>>;
beforeEach(async () => {
  world = await createWorld();
  world.start();
  await until("socket", () => world.server.hellos.length > 0);
  await until("state", () => world.server.state.service?.state === "in-service");
});
afterEach(() => world.stop());

const ends = (id: string, state: string) => until(`${id} ${state}`, () => world.server.told(id).at(-1) === state);

test("a command that comes over the socket is carried out at once, once, and told step by step", async () => {
  const { id, jws } = await world.server.command({ name: "maintenance" });
  world.server.push({ type: "command", jws });
  world.server.push({ type: "command", jws });
  await world.server.desire({ commands: [jws] });
  world.server.push({ type: "desired" });
  await ends(id, "done");
  await until("closed", () => world.server.state.service?.state === "maintenance");
  await until("desired", () => world.software.pursued.at(-1)?.commands.length === 1);
  const { id: next, jws: resume } = await world.server.command({ name: "resume" });
  world.server.push({ type: "command", jws: resume });
  await ends(next, "done");
  expect(world.server.told(id)).toEqual(["received", "running", "done"]);
  expect(world.runtime.asked.map(({ body }) => body)).toEqual([{ mode: "maintenance" }, { mode: "in-service" }]);
});

test("a command that waited for the kiosk comes with the desired state, and not after its time", async () => {
  const late = await world.server.command({ name: "drain" }, { exp: Math.floor(Date.now() / 1000) - 1 });
  const good = await world.server.command({ name: "device-self-test", device: "printer" });
  await world.server.desire({ commands: [late.jws, good.jws] });
  world.server.push({ type: "desired" });
  await ends(good.id, "done");
  expect(world.server.told(late.id)).toEqual(["received", "expired"]);
  expect(world.runtime.asked.map(({ path }) => path)).toEqual(["/v1/devices/printer/test"]);
});

test("a device is reset by the runtime, and its refusal is told", async () => {
  const good = await world.server.command({ name: "reset-device", device: "printer" });
  world.server.push({ type: "command", jws: good.jws });
  await ends(good.id, "done");
  expect(world.runtime.asked.map(({ path, body }) => [path, body])).toEqual([["/v1/devices/printer/reset", {}]]);
  world.runtime.refusal = { code: "runtime.serving", message: "printer" };
  const refused = await world.server.command({ name: "reset-device", device: "printer" });
  world.server.push({ type: "command", jws: refused.jws });
  await ends(refused.id, "refused");
});

test("a print whose end the runtime does not know is told as unknown", async () => {
  world.runtime.testResult = { outcome: "unknown", code: "printer.not-answering" };
  const { id, jws } = await world.server.command({ name: "test-print", device: "printer" });
  world.server.push({ type: "command", jws });
  await ends(id, "unknown");
});

test("commands for another kiosk, of another signer or of an unknown name change nothing", async () => {
  const other = await world.server.command({ name: "drain" }, { aud: "demo-2" });
  const strange = await world.server.command({ name: "drain" }, { command: { name: "format-disk" } });
  const good = await world.server.command({ name: "resume" });
  const forged = `${good.jws.slice(0, -8)}AAAAAAAA`;
  for (const jws of [other.jws, strange.jws, forged, "nonsense"]) world.server.push({ type: "command", jws });
  await ends(strange.id, "refused");
  world.server.push({ type: "command", jws: good.jws });
  await ends(good.id, "done");
  expect(world.server.told(other.id)).toEqual([]);
  expect(world.runtime.asked).toHaveLength(1);
});

test("the runtime is restarted when the citizen has left, and the command is done when it is back", async () => {
  world.guard.before = async () => {
    await world.runtime.stop();
    world.runtime.change({ boot: "another" });
    await world.runtime.start();
  };
  world.runtime.change({ serving: true });
  const { id, jws } = await world.server.command({ name: "restart-part", part: "runtime" });
  world.server.push({ type: "command", jws });
  await ends(id, "running");
  expect(world.guard.restarts).toEqual([]);
  world.runtime.change({ serving: false });
  await ends(id, "done");
  expect(world.guard.restarts).toEqual(["runtime"]);
  await until("event", () =>
    world.server.reports.some((report) => report.type === "event" && report.event === "agent.runtime-restarted"),
  );
});

test("after its own restart the agent says done; what else it was doing when it ended is unknown, and is not repeated", async () => {
  let asked = false;
  world.guard.before = async () => {
    asked = true;
    await new Promise<void>(() => {});
  };
  const { id, jws } = await world.server.command({ name: "restart-part", part: "agent" });
  const waiting = await world.server.command({ name: "resume" });
  world.server.push({ type: "command", jws });
  world.server.push({ type: "command", jws: waiting.jws });
  await until("asked", () => asked);
  await ends(waiting.id, "received");
  await world.halt();
  world.start();
  await ends(id, "done");
  await ends(waiting.id, "done");
  expect(world.server.told(id)).toEqual(["received", "running", "done"]);
  expect(world.guard.restarts).toEqual(["agent"]);

  const shell = await world.server.command({ name: "restart-part", part: "shell" });
  await until("socket", () => world.server.sockets > 0);
  world.server.push({ type: "command", jws: shell.jws });
  await until("asked again", () => world.guard.restarts.length === 2);
  await world.halt();
  world.start();
  await ends(shell.id, "unknown");
  expect(world.guard.restarts).toEqual(["agent", "shell"]);
});

test("logs that reach the fleet have nothing but what the registry allows", async () => {
  const lines = [
    {
      time: "2026-11-23T12:00:00.000Z",
      level: "info",
      part: "runtime",
      event: "view.client",
      fields: { transport: "unix", run: "12345678-5" },
    },
    {
      time: "2026-11-23T12:00:01.000Z",
      part: "María Pérez",
      event: "device.link",
      fields: { device: 7, link: "absent" },
      run: "12345678-5",
    },
    { event: "something.else", fields: {} },
  ];
  const text = [...lines.map((line) => JSON.stringify(line)), "Error: María Pérez 12345678-5", ""].join("\n");
  writeFileSync(join(world.directory, "runtime.log"), text);
  const { id, jws } = await world.server.command({ name: "logs", part: "runtime", lines: 50 });
  world.server.push({ type: "command", jws });
  await ends(id, "done");
  expect(world.server.uploads.get(id)?.records).toEqual([
    { time: "2026-11-23T12:00:00.000Z", level: "info", part: "runtime", event: "view.client", transport: "unix" },
    { time: "2026-11-23T12:00:01.000Z", level: "info", event: "device.link", link: "absent" },
  ]);
});
