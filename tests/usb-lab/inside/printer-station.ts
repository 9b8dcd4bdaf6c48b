import { systemClock } from "../../../base/node/system-clock.ts";
import type { ReceiptDocument } from "../../../drivers/receipt-printer/document.ts";
import { createReceiptPrinter } from "../../../drivers/receipt-printer/driver.ts";
import { EPSON_TM } from "../../../drivers/receipt-printer/profile.ts";
import { printerChannel } from "../../../drivers/transport/printer-port.ts";
import { createReceiptPrinterSimulator } from "../../../simulators/receipt-printer/simulator.ts";
import { printerGadget } from "./gadgets.ts";
import type { Station, Surroundings } from "./station.ts";
import { PrinterWire } from "./wires.ts";

/** What the printer's interface does, bits per second, and its mechanism, dots per second: a ticket takes a while, not long. */
const PACE = 115_200;
const SPEED = 3_000;
const LINES = 12;
/** An emulated processor that shares this machine with others may need longer for a status answer than any printer, milliseconds. */
const REPLY_WITHIN = 2_000;

/** A receipt printer of the USB printer class, as the Epson TM and the Custom VKP80 show themselves. */
export function printerStation({ jitter, log }: Surroundings): Station {
  const wire = new PrinterWire(printerGadget());
  const simulator = createReceiptPrinterSimulator({
    id: "printer",
    model: EPSON_TM.model,
    path: wire.path,
    clock: systemClock,
    paced: PACE,
    speed: SPEED,
    paper: Number.MAX_SAFE_INTEGER,
    wire,
  });
  simulator.plug();
  const driver = createReceiptPrinter({
    id: "printer",
    profile: EPSON_TM,
    open: printerChannel({ path: wire.path, baudRate: PACE }, systemClock),
    clock: systemClock,
    random: jitter,
    log,
    timings: { replyWithin: REPLY_WITHIN },
  });
  driver.start();
  const printed = (mark: string) =>
    simulator.tickets.filter(({ text }) => text.includes(`${mark}\n`) && text.includes(`${mark} end`));

  return {
    name: wire.path,
    status: driver.status,
    length: 400,
    plug: () => simulator.plug(),
    unplug: () => simulator.unplug(),
    settled: () => wire.settled(),
    transact: async (number) => {
      const mark = `ticket ${number}`;
      const outcome = await driver.print(ticket(mark));
      const whole = printed(mark).length;
      const wrong =
        (outcome.outcome === "ok" && whole !== 1) ||
        (outcome.outcome === "error" && whole !== 0) ||
        (outcome.outcome === "unknown" && whole > 1);
      return {
        outcome: outcome.outcome,
        ...(outcome.outcome !== "ok" && { code: outcome.error.code }),
        ...(wrong && { wrong: `the driver says ${outcome.outcome}, ${whole} came out` }),
      };
    },
    stop: async () => {
      await driver.stop();
      await simulator.stop();
      await wire.settled();
    },
  };
}

function ticket(mark: string): ReceiptDocument {
  const middle = Array.from({ length: LINES }, (_, line) => `línea ${line + 1}`);
  return { blocks: [mark, ...middle, `${mark} end`].map((text) => ({ type: "text", text })) };
}
