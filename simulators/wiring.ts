import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SimulatedDevice } from "./operator.ts";

/** What a kiosk has to know of its simulated devices to open them. */
export type WiredDevice = Pick<SimulatedDevice, "kind" | "port" | "reach">;

const WIRING = "devices.json";

/** Leaves word in a kiosk's folder of where its cables end; to be called when the devices have started. */
export function writeWiring(folder: string, devices: readonly SimulatedDevice[]): void {
  const wired = devices
    .filter(({ problem }) => problem === undefined)
    .map(({ kind, port, reach }): WiredDevice => ({ kind, port, ...(reach === undefined ? {} : { reach }) }));
  writeFileSync(join(folder, WIRING), JSON.stringify(wired, null, 2));
}

/** @throws Error when the simulators of this kiosk have not been started. */
export function readWiring(folder: string): readonly WiredDevice[] {
  return JSON.parse(readFileSync(join(folder, WIRING), "utf8"));
}
