import { silentLogger } from "../../base/log.ts";
import { createMemoryBench } from "../../simulators/receipt-printer/bench.ts";
import { type HandVerb, type PrinterBench, receiptPrinterContract } from "./contract.ts";
import { createReceiptPrinter } from "./driver.ts";
import { CUSTOM_VKP80, EPSON_TM, type PrinterProfile } from "./profile.ts";

const LINE_RATE = 38_400;

async function simulatedBench(profile: PrinterProfile): Promise<PrinterBench> {
  const { clock, wire, simulator, act } = await createMemoryBench(profile.model, LINE_RATE);
  const printer = createReceiptPrinter({
    id: "printer",
    profile,
    open: wire.open,
    clock,
    random: () => 0.4,
    log: silentLogger,
    lineRate: LINE_RATE,
  });
  printer.start();
  const hand = new Proxy({} as PrinterBench["hand"], { get: (_, verb) => () => act(String(verb)) }) as {
    readonly [verb in HandVerb]: () => void;
  };
  return {
    printer,
    advance: (milliseconds) => clock.advance(milliseconds),
    hand,
    leaveLines: (afterLines) => act("paperEnd", { afterLines }),
    tickets: () => simulator.tickets.map(({ text }) => text),
    stop: async () => {
      await printer.stop();
      await simulator.stop();
    },
  };
}

for (const profile of [EPSON_TM, CUSTOM_VKP80])
  receiptPrinterContract(`${profile.model} on the simulator`, () => simulatedBench(profile));
