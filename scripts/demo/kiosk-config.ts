import { join } from "node:path";
import { stringify } from "yaml";
import { readWiring } from "../../simulators/wiring.ts";

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

/**
 * Which of a kiosk's simulated devices its runtime has, and what it calls them. One that is missing on this machine, as the chip card
 * reader may be, is left out.
 */
const RUNTIME_DEVICES: { readonly [kind: string]: { readonly id: string; readonly model: string } } = {
  "payment-terminal": { id: "terminal", model: "transbank-autoservicio" },
  "receipt-printer": { id: "printer", model: "custom-vkp80" },
  "code-reader": { id: "scanner", model: "serial-scanner" },
  ups: { id: "ups", model: "nut" },
};

/**
 * The runtime's configuration file of a kiosk with simulated devices, YAML.
 *
 * @throws Error when the simulators of this kiosk have not been started.
 */
export function kioskConfig(options: KioskConfigOptions): string {
  const { id, place, devices, directory, saleWithin } = options;
  return stringify({
    kiosk: { id, place, screenWidth: 301, demo: true },
    devices: readWiring(devices).flatMap(({ kind, port }) => {
      const named = RUNTIME_DEVICES[kind];
      if (named === undefined) return [];
      const within = kind === "payment-terminal" && saleWithin !== undefined ? { saleWithin } : {};
      return [{ ...named, kind, port, ...within }];
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

/** What the runtime's process needs in its environment to find its devices, e.g. where its chip card reader's service is. */
export function deviceEnvironment(devices: string): { readonly [name: string]: string } {
  return Object.assign({}, ...readWiring(devices).map(({ reach }) => reach?.environment));
}
