import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { createProcessLogger } from "../../base/node/log.ts";
import { err } from "../../base/result.ts";
import { openHidPos } from "../../drivers/code-reader/hid-pos/channel.ts";
import { HID_POS_MODELS, type HidPosQuirks } from "../../drivers/code-reader/hid-pos/report.ts";
import { DEFAULT_BAUD_RATE, SerialScanner } from "../../drivers/code-reader/serial-scanner/driver.ts";
import { TransbankTerminal } from "../../drivers/payment-terminal/transbank/driver.ts";
import { TRANSBANK_MODELS, type TransbankModelName } from "../../drivers/payment-terminal/transbank/models.ts";
import { zvtChannel } from "../../drivers/payment-terminal/zvt/channel.ts";
import { ZvtTerminal } from "../../drivers/payment-terminal/zvt/driver.ts";
import type { ZvtModelName } from "../../drivers/payment-terminal/zvt/models.ts";
import { createReceiptPrinter } from "../../drivers/receipt-printer/driver.ts";
import type { ReceiptPrinter } from "../../drivers/receipt-printer/interface.ts";
import { PROFILES } from "../../drivers/receipt-printer/profile.ts";
import { hidReports } from "../../drivers/transport/hid.ts";
import { printerChannel } from "../../drivers/transport/printer-port.ts";
import { serialChannel } from "../../drivers/transport/serial.ts";
import { NutUps } from "../../drivers/ups/driver.ts";
import { reachUps } from "../../drivers/ups/reach.ts";
import { loadServices } from "../../flows/node/load-services.ts";
import { createSession } from "../../flows/session/session.ts";
import type { DeviceFactories, DeviceOptions } from "./devices.ts";
import { pcscReader } from "./drivers/chip-card-reader.ts";
import { runProcess } from "./process.ts";

/** A printer that is set up for 38 400 bit/s is what both profiles' makers ship most (a setting of the printer itself). */
const PRINTER_BAUD_RATE = 38_400;
/** Nobody stands behind a kiosk to load paper: the citizen is told soon, and gets the document in another way, milliseconds. */
const OPERATOR_WITHIN = 20_000;
/** Between two polls of an idle terminal, milliseconds: a dead line is noticed before a citizen wants to pay. */
const TERMINAL_HEARTBEAT = 30_000;

const terminal = (model: TransbankModelName) => (options: DeviceOptions) =>
  new TransbankTerminal({
    ...options,
    model,
    open: serialChannel(
      { path: options.port, baudRate: options.baud ?? TRANSBANK_MODELS[model].defaultBaudRate },
      options.clock,
    ),
    settings: {
      heartbeat: TERMINAL_HEARTBEAT,
      ...(options.saleWithin === undefined ? {} : { response: options.saleWithin * 1000 }),
    },
  });

const zvt = (model: ZvtModelName) => (options: DeviceOptions) =>
  new ZvtTerminal({
    ...options,
    model,
    open: zvtChannel(model, options.port, options.baud, options.clock),
    settings: {
      heartbeat: TERMINAL_HEARTBEAT,
      ...(options.saleWithin === undefined
        ? {}
        : { completion: options.saleWithin * 1000, longest: options.saleWithin * 1000 }),
    },
  });

const printer =
  (profile: (typeof PROFILES)[string]) =>
  (options: DeviceOptions): ReceiptPrinter => {
    const baudRate = options.baud ?? PRINTER_BAUD_RATE;
    return createReceiptPrinter({
      ...options,
      profile,
      open: printerChannel({ path: options.port, baudRate }, options.clock),
      lineRate: baudRate,
      timings: { operatorWithin: OPERATOR_WITHIN },
    });
  };

const hidScanner = (quirks: HidPosQuirks) => (options: DeviceOptions) =>
  new SerialScanner({
    ...options,
    open: openHidPos(hidReports({ path: options.port }, options.clock), quirks),
  });

/** Every driver that this release carries, by kind and model. */
const factories: DeviceFactories = {
  "payment-terminal": {
    "transbank-autoservicio": terminal("transbank-autoservicio"),
    "transbank-integrado": terminal("transbank-integrado"),
    "zvt-tcp": zvt("zvt-tcp"),
    "zvt-serial": zvt("zvt-serial"),
  },
  "receipt-printer": Object.fromEntries(Object.entries(PROFILES).map(([model, profile]) => [model, printer(profile)])),
  "code-reader": {
    "serial-scanner": (options) =>
      new SerialScanner({
        ...options,
        open: serialChannel({ path: options.port, baudRate: options.baud ?? DEFAULT_BAUD_RATE }, options.clock),
      }),
    ...Object.fromEntries(Object.entries(HID_POS_MODELS).map(([model, quirks]) => [model, hidScanner(quirks)])),
  },
  "chip-card-reader": { pcsc: pcscReader },
  ups: { nut: (options) => new NutUps({ ...options, ...reachUps(options.port, options.clock) }) },
};

// The nearest one: the project's from source, the deployable's own in the bundle.
const manifest = findPackageJSON(import.meta.url);
const { version } = JSON.parse(manifest === undefined ? "{}" : readFileSync(manifest, "utf8")) as { version?: string };

/** The services of `directory`, or every mistake in them in words. */
async function services(directory: string) {
  const loaded = await loadServices(directory);
  if (loaded.ok) return loaded;
  return err(
    loaded.error.map(({ file, line, path, problem, remedy }) => ({
      message: `${file}:${line} ${path}: ${problem} ${remedy}`,
    })),
  );
}

await runProcess({
  version: version ?? "unknown",
  factories,
  loadServices: services,
  createSession,
  log: createProcessLogger("runtime"),
});
