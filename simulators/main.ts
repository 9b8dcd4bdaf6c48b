import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { onStop } from "../base/node/stop.ts";
import { systemClock } from "../base/node/system-clock.ts";
import { chipCardsBehindPcsc } from "./chip-card/behind-pcsc.ts";
import { startInstitutions } from "./institutions/start.ts";
import { createKioskDevices } from "./kiosk-devices.ts";
import { startOperatorServer } from "./operator-server.ts";
import { writeWiring } from "./wiring.ts";

/**
 * All simulated devices and institutions of a kiosk, or of several, with the operator API and the dock.
 *
 * - `VENTANILLA_SIMULATORS_PORT`: loopback port, 4400 when absent, 0 for a free one;
 * - `VENTANILLA_SIMULATED_DEVICES`: folder in which the simulated cables end;
 * - `VENTANILLA_SIMULATED_KIOSKS`: JSON object of further kiosks, the folder of each by its id;
 * - `VENTANILLA_VPCD`: host and port at which vsmartcard's vpcd listens, 127.0.0.1:35963 when absent; nothing there: a private pcscd;
 * - `VENTANILLA_INSTITUTIONS_FILE`: receives the gateway's settings that reach the simulated institutions;
 * - `VENTANILLA_DOCK_LINKS`: JSON object of names and addresses that the dock shows.
 */
const environment = process.env;
const folder = environment.VENTANILLA_SIMULATED_DEVICES ?? join(import.meta.dirname, "..", "out", "demo", "devices");
const others = z.record(z.string(), z.string()).parse(JSON.parse(environment.VENTANILLA_SIMULATED_KIOSKS ?? "{}"));

const clock = systemClock;
const institutions = await startInstitutions({ clock });
const chipCards = await chipCardsBehindPcsc({
  ...{ id: "chip-card-reader", clock, folder: join(folder, "chip-card"), vpcd: environment.VENTANILLA_VPCD },
});
const kiosks = [
  { folder, devices: createKioskDevices({ folder, clock, chipCards }) },
  ...Object.entries(others).map(([kiosk, place]) => ({
    folder: place,
    devices: createKioskDevices({ kiosk, folder: place, clock }),
  })),
];
const devices = kiosks.flatMap((kiosk) => kiosk.devices);
for (const device of devices) await device.start();
for (const kiosk of kiosks) writeWiring(kiosk.folder, kiosk.devices);
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
