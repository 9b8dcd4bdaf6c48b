import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createUpsSimulator, type UpsSimulator } from "./simulator.ts";
import { UPSD_FAULTS } from "./upsd.ts";

let simulator: UpsSimulator;

beforeEach(async () => {
  simulator = createUpsSimulator({ id: "ups" });
  await simulator.start();
});
afterEach(() => simulator.stop());

/** What the daemon answers to `text`, up to `until` or the end of the connection. */
async function ask(text: string, until: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port: Number(simulator.port.split(":")[1]) });
  const { promise, resolve } = Promise.withResolvers<string>();
  let heard = "";
  socket.on("data", (bytes) => {
    heard += bytes.toString("latin1");
    if (heard.includes(until)) resolve(heard);
  });
  socket.on("close", () => resolve(heard));
  socket.write(text);
  return await promise.finally(() => socket.destroy());
}

const list = () => ask("LIST VAR kiosk\n", "END LIST VAR kiosk\n");
const run = (action: string, parameters = {}) => simulator.actions[action]?.run(parameters);

test("it answers as the daemon does", async () => {
  expect((await list()).split("\n").slice(0, 3)).toEqual([
    "BEGIN LIST VAR kiosk",
    'VAR kiosk battery.charge "100"',
    'VAR kiosk battery.runtime "1800"',
  ]);
  expect(await ask("LIST VAR other\n", "\n")).toBe("ERR UNKNOWN-UPS\n");
  expect(await ask("INSTCMD kiosk shutdown.return\n", "\n")).toBe("ERR UNKNOWN-COMMAND\n");
});

test.each([
  ["mains-off", {}, '"OB DISCHRG"'],
  ["drain", { charge: 4, runtime: 30 }, 'battery.charge "4"'],
  ["mains-on", {}, '"OL CHRG"'],
  ["wear-battery", {}, '"OL RB"'],
  ["new-battery", {}, '"OL"'],
  ["bypass", {}, '"BYPASS"'],
  ["order-off", {}, '"OL FSD"'],
])("%s is seen on the wire", async (action, parameters, seen) => {
  await run(action, parameters);
  expect(await list()).toContain(seen);
});

test("cable, driver and daemon can each be away, and come back", async () => {
  await run("pull-cable");
  expect(await ask("LIST VAR kiosk\n", "\n")).toBe("ERR DATA-STALE\n");
  await run("kill-driver");
  expect(await ask("LIST VAR kiosk\n", "\n")).toBe("ERR DRIVER-NOT-CONNECTED\n");
  await run("put-cable");
  expect(await list()).toContain("END LIST");
  const { port } = simulator;
  await run("stop-daemon");
  await run("start-daemon");
  expect(simulator.port).toBe(port);
});

test("a planned fault comes once", async () => {
  await run("fail-next", { fault: "die-in-the-middle" });
  const broken = await list();
  expect(broken).toMatch(/ups\.sta$/);
  expect(await list()).toContain("END LIST");
});

test.each([
  ["drain", { charge: 101 }, "charge must be 0 to 100 per cent"],
  ["drain", { runtime: "x" }, "runtime must be"],
  ["fail-next", { fault: "fire" }, `fault must be one of ${UPSD_FAULTS.join(", ")}`],
])("wrong parameters of %s are told to the operator", async (action, parameters, sentence) => {
  await expect(async () => run(action, parameters)).rejects.toThrow(sentence);
});
