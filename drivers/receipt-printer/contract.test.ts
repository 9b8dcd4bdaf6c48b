import { join } from "node:path";
import { describe } from "vitest";
import { silentLogger } from "../../base/log.ts";
import { createMemoryBench } from "../../simulators/receipt-printer/bench.ts";
import { createReceiptPrinterSimulator } from "../../simulators/receipt-printer/simulator.ts";
import { MemoryWire } from "../../simulators/wire/memory.ts";
import { hangingLine } from "../../tests/support/hanging.ts";
import { type Surroundings, tracedScenario } from "../../tests/support/traced-scenario.ts";
import { type HandVerb, type PrinterBench, printerScenario, receiptPrinterContract } from "./contract.ts";
import { createReceiptPrinter } from "./driver.ts";
import type { ReceiptPrinter } from "./interface.ts";
import { CUSTOM_VKP80, EPSON_TM, type PrinterProfile } from "./profile.ts";

const LINE_RATE = 38_400;
/** Milliseconds: how finely a wait is cut, and how long nothing may happen. */
const STEP = 10;
const REST = 20_000;

const printerOn = (profile: PrinterProfile, { open, clock }: Surroundings) =>
  createReceiptPrinter({
    ...{ id: "printer", profile, open, clock, lineRate: LINE_RATE },
    ...{ random: () => 0.4, log: silentLogger },
  });

async function simulatedBench(profile: PrinterProfile): Promise<PrinterBench> {
  const { clock, wire, simulator, act } = await createMemoryBench(profile.model, LINE_RATE);
  const line = hangingLine(wire.open);
  const printer = printerOn(profile, { open: line.open, clock });
  printer.start();
  const hand = new Proxy({} as PrinterBench["hand"], { get: (_, verb) => () => act(String(verb)) }) as {
    readonly [verb in HandVerb]: () => void;
  };
  return {
    printer,
    advance: (milliseconds) => clock.advance(milliseconds),
    until: async (holds, within) => {
      for (let left = within; left > 0 && !holds(); left -= STEP) await clock.advance(STEP);
    },
    rest: () => clock.advance(REST),
    hand,
    hang: line.hang,
    leaveLines: (afterLines) => act("paperEnd", { afterLines }),
    halfway: () => simulator.machine.unfinished !== undefined,
    tickets: () => simulator.tickets.map(({ text }) => text),
    stop: async () => {
      await printer.stop();
      await simulator.stop();
    },
  };
}

for (const profile of [EPSON_TM, CUSTOM_VKP80]) {
  const { model } = profile;
  receiptPrinterContract({ model, transport: "memory" }, () => simulatedBench(profile));

  describe(`receipt printer contract: ${model} on a replayed trace`, () => {
    tracedScenario<ReceiptPrinter, undefined>({
      ...{ kind: "receipt-printer", model, file: join(import.meta.dirname, "traces", `${model}-ticket.jsonl`) },
      device: (surroundings) => printerOn(profile, surroundings),
      simulate: async (clock) => {
        const wire = new MemoryWire();
        const device = { id: "printer", model, path: "", clock, wire, paced: LINE_RATE };
        const simulator = createReceiptPrinterSimulator(device);
        await simulator.start();
        return { open: wire.open, hand: undefined, stop: () => simulator.stop() };
      },
      idle: undefined,
      run: (printer, _hand, clock) => printerScenario(printer, { advance: (time) => clock.advance(time) }),
    });
  });
}
