import { join } from "node:path";
import { stringify } from "yaml";
import { SIMULATED_WIRING } from "../../simulators/io-board/wiring.ts";
import { SIMULATED_KEYPAD } from "../../simulators/keypad/profile.ts";
import { readWiring, type WiredDevice } from "../../simulators/wiring.ts";

export type KioskConfigOptions = {
  readonly id: string;
  readonly place: string;
  /** Folder in which the simulated cables end; the simulators have been started. */
  readonly devices: string;
  readonly gateway: { readonly url: string; readonly ca: string; readonly certificate: string; readonly key: string };
  /** Directory of this kiosk's files. */
  readonly directory: string;
  readonly port: number;
  readonly services: string;
  readonly ui: string;
  /** Seconds that the payment terminal has for one sale, where a test cannot wait for the model's own. */
  readonly saleWithin?: number | undefined;
  /** What else goes into the file, e.g. shorter time-outs in tests. */
  readonly others?: Readonly<Record<string, unknown>> | undefined;
};

type Entry = { readonly id: string; readonly model: string; readonly [setting: string]: unknown };

/** The simulated keypad's codes as a technician would write them. */
const KEYS = SIMULATED_KEYPAD.keys.map(({ means, page, usage }) => `${means}=${page}:${usage.toString(16)}`).join(",");

/** The entry of each kind that the runtime has drivers for. A device that is missing on this machine, as the chip card reader may be, has none. */
const ENTRIES: { readonly [kind: string]: (device: WiredDevice, options: KioskConfigOptions) => Entry } = {
  "payment-terminal": (_, { saleWithin }) => ({
    ...{ id: "terminal", model: "transbank-autoservicio" },
    ...(saleWithin === undefined ? {} : { saleWithin }),
  }),
  "receipt-printer": () => ({ id: "printer", model: "custom-vkp80" }),
  "code-reader": () => ({ id: "scanner", model: "serial-scanner" }),
  "chip-card-reader": ({ reach }) => ({ id: "chip", model: "pcsc", port: "*", ...reach?.options }),
  "page-printer": () => ({ id: "pages", model: "ipp" }),
  "fingerprint-reader": () => ({ id: "fingers", model: "sensor-socket" }),
  "document-scanner": () => ({ id: "papers", model: "escl" }),
  keypad: () => ({ id: "keypad", model: "generic-numbered", keys: KEYS }),
  "io-board": () => ({ id: "housing", model: "modbus-rtu", wiring: SIMULATED_WIRING }),
  ups: () => ({ id: "ups", model: "nut" }),
};

/**
 * The runtime's configuration file of a kiosk with simulated devices, YAML.
 *
 * @throws Error when the simulators of this kiosk have not been started.
 */
export function kioskConfig(options: KioskConfigOptions): string {
  const { id, place, devices, directory } = options;
  return stringify({
    kiosk: { id, place, screenWidth: 301, demo: true },
    devices: readWiring(devices).flatMap((device) => {
      const { kind, port } = device;
      const entry = ENTRIES[kind]?.(device, options);
      return entry === undefined ? [] : [{ kind, port, ...entry }];
    }),
    gateway: options.gateway,
    data: join(directory, "runtime"),
    view: {
      port: options.port,
      openPage: true,
      socket: join(directory, "view.sock"),
      tokenFile: join(directory, "view.token"),
      bundle: options.ui,
    },
    control: { socket: join(directory, "control.sock") },
    services: options.services,
    ...options.others,
  });
}

/**
 * What the runtime's process needs in its environment to find its devices, e.g. where its chip card reader's service is. What is set in the
 * environment of whoever starts the demonstration goes first.
 */
export function deviceEnvironment(devices: string): { readonly [name: string]: string } {
  const wanted = readWiring(devices).flatMap(({ reach }) => Object.entries(reach?.environment ?? {}));
  return Object.fromEntries(wanted.filter(([name]) => process.env[name] === undefined));
}
