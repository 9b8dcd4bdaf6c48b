import { expect, test } from "vitest";
import type { RuntimeStatus } from "../../base/contracts/runtime-control.ts";
import { devicesSection, serviceSection } from "./sections.ts";

const available = { id: "fonasa/bono-atencion", version: "built-in", available: true, obstacles: [] };
const status: RuntimeStatus = {
  kiosk: "demo-1",
  version: "0.1.0",
  boot: "b",
  startedAt: 0,
  mode: "in-service",
  serving: false,
  closed: [],
  shells: 1,
  devices: [],
  institutions: {},
  gatewayReachable: true,
  services: [available, { ...available, id: "registro-civil/certificado" }],
  incidentsWaiting: 0,
  memory: 0,
};
const away = { ...available, available: false };

test.each<[string, Partial<RuntimeStatus>, string]>([
  ["every service", {}, "in-service"],
  ["some services", { services: [available, away] }, "degraded"],
  ["no service that can be used", { services: [away] }, "out-of-service"],
  ["no service at all", { services: [] }, "out-of-service"],
  ["closed for all", { closed: [{ kind: "settling" }] }, "out-of-service"],
  ["draining", { mode: "draining" }, "maintenance"],
  ["maintenance", { mode: "maintenance", services: [away] }, "maintenance"],
])("a kiosk with %s", (_name, change, state) =>
  expect(serviceSection({ ...status, ...change })).toMatchObject({ state }),
);

test("a runtime that says nothing leaves the service unknown", () =>
  expect(serviceSection(undefined)).toMatchObject({ state: "unknown", mode: null, gatewayReachable: null }));

test.each([
  [["paper-end", "paper-near-end"], "connected", "empty"],
  [["paper-near-end", "cover-open"], "connected", "low"],
  [[], "connected", "ok"],
  [["not-answering"], "connected", "unknown"],
  [["offline"], "connected", "unknown"],
  [[], "absent", "unknown"],
  [["paper-end"], "absent", "empty"],
] as const)("a printer with %j, %s, has paper: %s", (codes, link, level) => {
  const conditions = codes.map((code) => ({ code, severity: "warning" as const, who: "attendant" as const, since: 0 }));
  const printer = { device: "printer", kind: "receipt-printer" as const, model: "epson-tm" };
  const device = { ...printer, link, readiness: "ready" as const, conditions, provisional: false };
  expect(devicesSection({ ...status, devices: [device] })[0]?.consumables).toEqual([{ name: "paper", level }]);
});

test("a device in which nothing runs out has no consumables", () => {
  const terminal = { device: "terminal", kind: "payment-terminal" as const, model: "transbank-autoservicio" };
  const rest = { link: "connected" as const, readiness: "ready" as const, conditions: [], provisional: false };
  expect(devicesSection({ ...status, devices: [{ ...terminal, ...rest }] })[0]?.consumables).toEqual([]);
});
