import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { assertOk } from "../../base/result.ts";
import { createCodeReaderSimulator } from "../../simulators/code-reader/simulator.ts";
import { createDocumentScannerSimulator } from "../../simulators/document-scanner/simulator.ts";
import { createFingerprintReaderSimulator } from "../../simulators/fingerprint-reader/simulator.ts";
import { createIoBoardSimulator } from "../../simulators/io-board/simulator.ts";
import { SIMULATED_WIRING } from "../../simulators/io-board/wiring.ts";
import { SIMULATED_KEYPAD } from "../../simulators/keypad/profile.ts";
import { createKeypadSimulator } from "../../simulators/keypad/simulator.ts";
import type { SimulatedDevice } from "../../simulators/operator.ts";
import { createPagePrinterSimulator } from "../../simulators/page-printer/simulator.ts";
import { createPaymentTerminalSimulator } from "../../simulators/payment-terminal/device.ts";
import { createReceiptPrinterSimulator } from "../../simulators/receipt-printer/simulator.ts";
import { createUpsSimulator } from "../../simulators/ups/simulator.ts";
import { parseConfig } from "./config/load.ts";
import { createDevices } from "./devices.ts";
import { FACTORIES } from "./drivers.ts";
import { allDevices, type DeviceSet } from "./serving.ts";

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of running.splice(0).reverse()) await each.stop();
});

const surroundings = { clock: systemClock, random: () => 0.5, log: silentLogger };

function configured(devices: readonly object[]) {
  const text = stringify({
    kiosk: { id: "demo-1", place: "Santiago", screenWidth: 337 },
    devices,
    gateway: { url: "http://127.0.0.1:4300" },
    ...{ data: "data", view: { bundle: "ui" }, services: "services" },
  });
  return assertOk(parseConfig(text, "/kiosk.yaml"), "config").devices;
}

/** Starts what is configured, and tells what it came to. */
function started(devices: readonly object[]): DeviceSet {
  const made = assertOk(createDevices(configured(devices), FACTORIES, surroundings), "devices");
  for (const device of allDevices(made)) {
    device.start();
    running.push(device);
  }
  return made;
}

test("a device of every kind is configured, found on its port and ready", async () => {
  const folder = mkdtempSync(join(tmpdir(), "drivers-"));
  const path = (name: string) => join(folder, name);
  const own: { readonly [kind: string]: object } = {
    keypad: {
      model: "generic-numbered",
      keys: SIMULATED_KEYPAD.keys.map(({ page, usage, means }) => `${means}=${page}:${usage.toString(16)}`).join(","),
    },
    "io-board": { wiring: SIMULATED_WIRING },
  };
  const simulators: SimulatedDevice[] = [
    createPaymentTerminalSimulator({
      ...{ id: "terminal", model: "transbank-autoservicio", path: path("terminal"), clock: systemClock },
    }),
    createReceiptPrinterSimulator({
      ...{ id: "printer", model: "custom-vkp80", path: path("printer"), clock: systemClock, paced: 38_400 },
    }),
    createCodeReaderSimulator({ id: "reader", path: path("reader") }),
    createPagePrinterSimulator({ id: "pages", clock: systemClock }),
    createFingerprintReaderSimulator({ id: "finger", path: path("finger") }),
    createDocumentScannerSimulator({ id: "papers", clock: systemClock }),
    createIoBoardSimulator({ id: "housing", path: path("housing") }),
    createKeypadSimulator({ id: "keypad", path: path("keypad") }),
    createUpsSimulator({ id: "power" }),
  ];
  for (const simulator of simulators) {
    await simulator.start();
    running.push(simulator);
  }
  const devices = started(simulators.map(({ id, kind, model, port }) => ({ id, kind, model, port, ...own[kind] })));
  const states = () =>
    allDevices(devices).map(({ status }) => `${status.value.kind} ${status.value.link} ${status.value.readiness}`);
  await expect
    .poll(() => states().filter((state) => !state.endsWith("connected ready")), { timeout: 20_000 })
    .toEqual([]);
  expect(states()).toHaveLength(9);
  expect(devices.keypad[0]?.capabilities).toMatchObject({ jack: true });
  expect(devices["io-board"][0]?.capabilities.relays).toEqual(["modem-power", "door-lock"]);
}, 30_000);

test("a UPS whose address cannot be read is told by its status; the kiosk starts", async () => {
  const [ups] = started([{ id: "power", kind: "ups", model: "nut", port: "no address" }]).ups;
  await expect.poll(() => ups?.status.value.link).toBe("connecting");
  expect(ups?.power.value.source).toBe("unknown");
});

test("a chip card reader without PC/SC and without trust is there all the same, and says what it lacks", async () => {
  vi.stubEnv("PCSCLITE_CSOCK_NAME", "/nonexistent/pcscd.comm");
  const [reader] = started([{ id: "chip", kind: "chip-card-reader", model: "pcsc", port: "*" }])["chip-card-reader"];
  expect(reader?.status.value).toMatchObject({ link: "absent", readiness: "unavailable" });
  expect(reader?.status.value.conditions.map(({ code }) => code)).toEqual(["service-absent", "no-trust"]);
  vi.unstubAllEnvs();
});

test("a model without a driver is refused with the models that have one", () => {
  const devices = configured([{ id: "finger", kind: "fingerprint-reader", model: "acme", port: "/dev/usb1" }]);
  expect(createDevices(devices, FACTORIES, surroundings)).toMatchObject({
    ok: false,
    error: [
      {
        code: "runtime.unknown-model",
        message: expect.stringContaining("models of a fingerprint-reader: sensor-socket"),
      },
    ],
  });
});
