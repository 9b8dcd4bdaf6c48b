import { join } from "node:path";
import { stringify } from "yaml";

export type KioskConfigOptions = {
  readonly id: string;
  readonly place: string;
  /** Folder in which the simulated cables end. */
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

/** The runtime's configuration file of a kiosk with simulated devices, YAML. */
export function kioskConfig(options: KioskConfigOptions): string {
  const { id, place, devices, directory, saleWithin } = options;
  return stringify({
    kiosk: { id, place, screenWidth: 301, demo: true },
    devices: [
      {
        id: "terminal",
        kind: "payment-terminal",
        model: "transbank-autoservicio",
        port: join(devices, "payment-terminal"),
        ...(saleWithin === undefined ? {} : { saleWithin }),
      },
      { id: "printer", kind: "receipt-printer", model: "custom-vkp80", port: join(devices, "receipt-printer") },
      { id: "scanner", kind: "code-reader", model: "serial-scanner", port: join(devices, "code-reader") },
    ],
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
