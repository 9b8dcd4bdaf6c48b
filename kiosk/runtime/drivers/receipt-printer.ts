import { createReceiptPrinter } from "../../../drivers/receipt-printer/driver.ts";
import type { ReceiptPrinter } from "../../../drivers/receipt-printer/interface.ts";
import { PROFILES } from "../../../drivers/receipt-printer/profile.ts";
import { printerChannel } from "../../../drivers/transport/printer-port.ts";
import type { DeviceOptions, ModelFactories } from "../devices.ts";

/** A printer that is set up for 38 400 bit/s is what both profiles' makers ship most (a setting of the printer itself). */
const BAUD_RATE = 38_400;
/** Nobody stands behind a kiosk to load paper: the citizen is told soon, and gets the document in another way, milliseconds. */
const OPERATOR_WITHIN = 20_000;

const printer =
  (profile: (typeof PROFILES)[string]) =>
  (options: DeviceOptions<"receipt-printer">): ReceiptPrinter => {
    const baudRate = options.baud ?? BAUD_RATE;
    return createReceiptPrinter({
      ...options,
      profile,
      open: printerChannel({ path: options.port, baudRate }, options.clock),
      lineRate: baudRate,
      timings: { operatorWithin: OPERATOR_WITHIN },
    });
  };

export const receiptPrinters: ModelFactories<"receipt-printer"> = Object.fromEntries(
  Object.entries(PROFILES).map(([model, profile]) => [model, printer(profile)]),
);
