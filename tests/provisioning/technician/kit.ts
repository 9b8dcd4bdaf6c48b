import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../../base/node/system-clock.ts";
import { MachineTree } from "../../../provisioning/devices/testing.ts";
import { createCodeReaderSimulator } from "../../../simulators/code-reader/simulator.ts";
import { createPaymentTerminalSimulator } from "../../../simulators/payment-terminal/device.ts";
import { createReceiptPrinterSimulator } from "../../../simulators/receipt-printer/simulator.ts";

const PROJECT = join(import.meta.dirname, "../../..");

/** A machine in a folder, with simulated devices at the ends of its cables. */
export async function startMachine() {
  const tree = new MachineTree(mkdtempSync(join(tmpdir(), "kiosk-")));
  const scanner = tree.serial(
    { socket: "1-2", vendor: "05f9", product: "4204", serial: "G00A", manufacturer: "Datalogic", name: "Scanner" },
    "ttyACM0",
    "cdc_acm",
  );
  const printer = tree.serial(
    { socket: "1-3", vendor: "0403", product: "6001", serial: "A50285BI", manufacturer: "FTDI", name: "FT232R" },
    "ttyUSB0",
    "ftdi_sio",
  );
  const terminal = tree.serial(
    { socket: "1-4.1", vendor: "067b", product: "2303", manufacturer: "Prolific", name: "USB-Serial" },
    "ttyUSB1",
    "pl2303",
  );
  const at = (port: string) => join(tree.folder, port);
  for (const port of [scanner, printer, terminal]) rmSync(at(port));
  const clock = systemClock;
  const devices = {
    reader: createCodeReaderSimulator({ id: "reader", path: at(scanner) }),
    printer: createReceiptPrinterSimulator({ id: "printer", model: "custom-vkp80", path: at(printer), clock }),
    terminal: createPaymentTerminalSimulator({
      ...{ id: "terminal", model: "transbank-autoservicio", path: at(terminal), clock },
    }),
  };
  for (const device of Object.values(devices)) await device.start();
  tree.write("/etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n');
  tree.write("/etc/hostname", "totem-17\n");
  tree.write("/proc/meminfo", "MemTotal:        4000000 kB\n");
  tree.write("/sys/class/dmi/id/product_name", "Box PC 5\n").write("/sys/class/dmi/id/product_serial", "BX-0042\n");
  return {
    tree,
    devices,
    stop: async () => {
      for (const device of Object.values(devices)) await device.stop();
      rmSync(tree.folder, { recursive: true, force: true });
    },
  };
}
export type Machine = Awaited<ReturnType<typeof startMachine>>;

export const BOUND = `  - id: printer
    kind: receipt-printer
    model: custom-vkp80
    port: /dev/serial/by-id/usb-FTDI_FT232R_A50285BI-if00
  - id: terminal
    kind: payment-terminal
    model: transbank-autoservicio
    port: /dev/serial/by-path/pci-0000:00:14.0-usb-0:4.1:1.0
  - id: reader
    kind: code-reader
    model: serial-scanner
    port: /dev/serial/by-id/usb-Datalogic_Scanner_G00A-if00
`;

/** Writes the runtime's configuration of the machine. @param devices YAML of the list's entries; empty for none. */
export function writeKioskFile({ tree }: Machine, devices: string, gateway: string): string {
  const file = join(tree.folder, "etc/ventanilla/kiosk.yaml");
  mkdirSync(join(tree.folder, "etc/ventanilla"), { recursive: true });
  writeFileSync(
    file,
    `# The kiosk at the entrance.
kiosk:
  id: kiosk-17
  place: ChileAtiende Ñuñoa
  screenWidth: 268
devices:${devices === "" ? " []" : ""}
${devices}gateway:
  url: ${gateway}
data: ${join(tree.folder, "var/lib/ventanilla/runtime")}
view:
  bundle: /opt/ventanilla/current/ui
services: /opt/ventanilla/current/runtime/services
`,
  );
  return file;
}

export type Ended = { readonly status: number | null; readonly out: string; readonly complaint: string };

/** Starts one command of the technician's tool on a machine. */
export function startProvision(machine: Machine, args: readonly string[]) {
  const node = join(PROJECT, "node_modules/.bin/node");
  // As `npm run provision` does it.
  const program = [join(PROJECT, "scripts/run.mjs"), "provisioning/cli/main.ts"];
  return spawn(node, [...program, ...args, "--root", machine.tree.folder], {
    env: { ...process.env, LANG: "en_GB.UTF-8" },
  });
}

/** Runs one command of the technician's tool to its end. */
export async function provision(machine: Machine, args: readonly string[]): Promise<Ended> {
  const child = startProvision(machine, args);
  let out = "";
  let complaint = "";
  child.stdout.on("data", (bytes) => (out += bytes));
  child.stderr.on("data", (bytes) => (complaint += bytes));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on("close", resolve);
  return { status: await promise, out, complaint };
}
