import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readinessReportSchema } from "../../../base/contracts/fleet/readiness.ts";
import { BOUND, type Machine, provision, startMachine, writeKioskFile } from "./kit.ts";

let machine: Machine;
let gateway: Server;
beforeAll(async () => {
  machine = await startMachine();
  gateway = createServer((_request, response) => response.end('{"institutions":{}}'));
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  writeKioskFile(machine, BOUND, `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`);
});
afterAll(async () => {
  await machine.stop();
  gateway.closeAllConnections();
  await new Promise((resolve) => gateway.close(resolve));
});

type Checked = { results: { check: string; verdict: string; code?: string; detail: { en: string } }[] };
const verdictsOf = (out: string) =>
  Object.fromEntries((JSON.parse(out) as Checked).results.map(({ check, verdict, code }) => [check, code ?? verdict]));

test("what is plugged in is listed with what it is bound to", async () => {
  const listed = await provision(machine, ["devices", "--json"]);
  expect(JSON.parse(listed.out)).toMatchObject([
    { path: "/dev/ttyACM0", boundTo: "reader", suggestion: { kind: "code-reader" }, identity: "05f9:4204 serial G00A" },
    { path: "/dev/ttyUSB0", boundTo: "printer", driver: "ftdi_sio" },
    { path: "/dev/ttyUSB1", boundTo: "terminal", identity: "067b:2303 usb 1-4.1" },
  ]);
});

test("a kiosk whose devices answer is ready, and its report says so", async () => {
  const checked = await provision(machine, ["check", "--skip-scan", "--json"]);
  expect(verdictsOf(checked.out)).toMatchObject({
    ...{ "device.printer": "pass", "device.terminal": "pass", "device.reader": "not-run" },
    ...{ "network.gateway": "pass", "network.fleet": "not-run", "machine.memory": "pass" },
  });
  expect(machine.devices.printer.pictures?.().length).toBeGreaterThan(0);
  const reported = await provision(machine, ["report", "--json", "--technician", "Ana Núñez"]);
  const report = readinessReportSchema.parse(JSON.parse(reported.out));
  expect(report).toMatchObject({
    ...{ kiosk: "kiosk-17", place: "ChileAtiende Ñuñoa", technician: "Ana Núñez" },
    machine: { hostname: "totem-17", product: "Box PC 5", serial: "BX-0042", os: "Debian GNU/Linux 13 (trixie)" },
    devices: [{ identity: "0403:6001 serial A50285BI" }, {}, {}],
  });
  const again = await provision(machine, ["report", "--json", "--technician", "Ana Núñez"]);
  expect(JSON.parse(again.out)).toMatchObject({ id: report.id });
});
