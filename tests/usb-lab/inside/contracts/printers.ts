import { pause } from "../../../../base/deadline.ts";
import { silentLogger } from "../../../../base/log.ts";
import { systemClock } from "../../../../base/node/system-clock.ts";
import {
  type HandVerb,
  type PrinterBench,
  receiptPrinterContract,
} from "../../../../drivers/receipt-printer/contract.ts";
import { createReceiptPrinter } from "../../../../drivers/receipt-printer/driver.ts";
import { EPSON_TM } from "../../../../drivers/receipt-printer/profile.ts";
import { printerChannel } from "../../../../drivers/transport/printer-port.ts";
import { createReceiptPrinterSimulator } from "../../../../simulators/receipt-printer/simulator.ts";
import { printerGadget } from "../gadgets.ts";
import { PrinterWire } from "../wires.ts";

const PACE = 115_200;
const LOOK_EVERY = 10;
/** What an emulated processor that shares this machine with others may need beyond what a printer needs, milliseconds. */
const PATIENCE = 30_000;
/** Nothing that happens by itself takes longer on this printer, milliseconds. */
const REST = 1_200;
/** The driver's patience, cut down to what a test can wait for; an answer's is shorter than a power cycle, the operator's longer than a rest. */
const TIMINGS = {
  ...{ connectWithin: 1_500, replyWithin: 1_000, pollBusy: 150, pollIdle: 300 },
  ...{ operatorWithin: 4_000, confirmationGrace: 2_500 },
};

export function printerContracts(): void {
  receiptPrinterContract({ model: EPSON_TM.model, transport: "usb-usblp" }, async () => usbBench());
}

function usbBench(): PrinterBench {
  const wire = new PrinterWire(printerGadget());
  const simulator = createReceiptPrinterSimulator({
    ...{ id: "printer", model: EPSON_TM.model, path: wire.path, clock: systemClock, paced: PACE, wire },
  });
  simulator.plug();
  const printer = createReceiptPrinter({
    id: "printer",
    profile: EPSON_TM,
    open: printerChannel({ path: wire.path, baudRate: PACE }, systemClock),
    clock: systemClock,
    random: () => 0.5,
    log: silentLogger,
    timings: TIMINGS,
  });
  printer.start();
  const act = async (verb: string, parameters = {}) => {
    await simulator.actions[verb]?.run(parameters);
    await wire.settled();
  };
  const hand = new Proxy({} as PrinterBench["hand"], { get: (_, verb) => () => act(String(verb)) }) as {
    readonly [verb in HandVerb]: () => Promise<void>;
  };
  return {
    printer,
    advance: async (milliseconds) => void (await pause(systemClock, milliseconds)),
    until: async (holds, within) => {
      const end = systemClock.monotonic() + Math.max(within, PATIENCE);
      while (!holds() && systemClock.monotonic() < end) await pause(systemClock, LOOK_EVERY);
    },
    rest: async () => void (await pause(systemClock, REST)),
    hand,
    leaveLines: (afterLines) => void act("paperEnd", { afterLines }),
    halfway: () => simulator.machine.unfinished !== undefined,
    tickets: () => simulator.tickets.map(({ text }) => text),
    stop: async () => {
      await printer.stop();
      await simulator.stop();
      await wire.settled();
    },
  };
}
