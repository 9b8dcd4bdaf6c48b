import { join } from "node:path";
import { silentLogger } from "../../base/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { TransbankTerminal } from "../../drivers/payment-terminal/transbank/driver.ts";
import { createReceiptPrinter } from "../../drivers/receipt-printer/driver.ts";
import { EPSON_TM } from "../../drivers/receipt-printer/profile.ts";
import { serialChannel } from "../../drivers/transport/serial.ts";
import { createPaymentTerminalSimulator } from "../../simulators/payment-terminal/device.ts";
import { createReceiptPrinterSimulator } from "../../simulators/receipt-printer/simulator.ts";

/**
 * A process of its own that pays and prints without a pause, with the real drivers on simulated devices of its own: the load of
 * a machine that does both while somebody taps. Tells its parent each sale and each ticket that is done; ends with it.
 * Argument: the folder for the simulated cables' ends.
 */
const BAUD = 38_400;
const folder = process.argv[2] ?? ".";
const clock = systemClock;
const common = { clock, log: silentLogger, random: Math.random };
const terminalPath = join(folder, "load-terminal");
const printerPath = join(folder, "load-printer");

const devices = [
  createPaymentTerminalSimulator({
    id: "terminal",
    model: "transbank-autoservicio",
    path: terminalPath,
    clock,
    autoplay: 100,
  }),
  createReceiptPrinterSimulator({ id: "printer", model: EPSON_TM.model, path: printerPath, clock, paced: BAUD }),
];
for (const device of devices) await device.start();

const terminal = new TransbankTerminal({
  ...common,
  id: "terminal",
  model: "transbank-autoservicio",
  open: serialChannel({ path: terminalPath, baudRate: 115_200 }, clock),
});
const printer = createReceiptPrinter({
  ...common,
  id: "printer",
  profile: EPSON_TM,
  open: serialChannel({ path: printerPath, baudRate: BAUD }, clock),
  lineRate: BAUD,
});
terminal.start();
printer.start();
process.on("disconnect", () => process.exit(0));

const blocks = Array.from({ length: 60 }, (_, line) => ({
  type: "text" as const,
  text: `line ${line} of a long ticket`,
}));

async function pay(): Promise<never> {
  for (let ticket = 1; ; ticket++) {
    const sale = await terminal.sale({ amount: 1500, ticket: `L${ticket}`, startedAt: clock.now() });
    process.send?.({ done: "sale", outcome: sale.outcome });
  }
}

async function print(): Promise<never> {
  for (;;) {
    const ticket = await printer.print({ blocks });
    process.send?.({ done: "print", outcome: ticket.outcome });
  }
}

await Promise.all([pay(), print()]);
