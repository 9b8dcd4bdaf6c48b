import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onStop } from "../base/node/stop.ts";
import { systemClock } from "../base/node/system-clock.ts";
import { createCodeReaderSimulator } from "./code-reader/simulator.ts";
import { startInstitutions } from "./institutions/start.ts";
import { startOperatorServer } from "./operator-server.ts";
import { createPaymentTerminalSimulator } from "./payment-terminal/device.ts";
import { createReceiptPrinterSimulator } from "./receipt-printer/simulator.ts";

/**
 * All simulated devices and institutions of one kiosk, with the operator API and the dock.
 *
 * - `VENTANILLA_SIMULATORS_PORT`: loopback port, 4400 when absent, 0 for a free one;
 * - `VENTANILLA_SIMULATED_DEVICES`: folder in which the simulated cables end;
 * - `VENTANILLA_INSTITUTIONS_FILE`: receives the gateway's settings that reach the simulated institutions;
 * - `VENTANILLA_DOCK_LINKS`: JSON object of names and addresses that the dock shows.
 */
const environment = process.env;
const folder = environment.VENTANILLA_SIMULATED_DEVICES ?? join(import.meta.dirname, "..", "out", "demo", "devices");
mkdirSync(folder, { recursive: true });

const clock = systemClock;
const institutions = await startInstitutions({ clock });
const devices = [
  createCodeReaderSimulator({ id: "code-reader", path: join(folder, "code-reader") }),
  createPaymentTerminalSimulator({
    id: "payment-terminal",
    model: "transbank-autoservicio",
    path: join(folder, "payment-terminal"),
    clock,
  }),
  createReceiptPrinterSimulator({
    id: "receipt-printer",
    model: "custom-vkp80",
    path: join(folder, "receipt-printer"),
    clock,
    paced: 38_400,
  }),
];
for (const device of devices) await device.start();
if (environment.VENTANILLA_INSTITUTIONS_FILE !== undefined)
  writeFileSync(environment.VENTANILLA_INSTITUTIONS_FILE, JSON.stringify(institutions.gatewayConfig));

const server = await startOperatorServer({
  devices: [...devices, ...institutions.devices],
  port: Number(environment.VENTANILLA_SIMULATORS_PORT ?? 4400),
  page: join(import.meta.dirname, "..", "out", "dock"),
  links: JSON.parse(environment.VENTANILLA_DOCK_LINKS ?? "{}"),
}).catch((problem: unknown) => {
  process.stderr.write(
    `The simulators cannot start: ${problem instanceof Error ? problem.message : String(problem)}\n`,
  );
  process.exit(1);
});

onStop(() => {
  void (async () => {
    await server.close();
    for (const device of devices) await device.stop();
    await institutions.stop();
    process.exit(0);
  })();
});
process.stdout.write(`simulators ${server.url}\n`);
