import { toLatin1 } from "../../../base/bytes/bytes.ts";
import { pause } from "../../../base/deadline.ts";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { codeReaderContract, scanBytes } from "../../../drivers/code-reader/contract.suite.ts";
import { hidPosReports } from "../../../drivers/code-reader/hid-pos/report.ts";
import { DEFAULT_BAUD_RATE, SerialScanner } from "../../../drivers/code-reader/serial-scanner/driver.ts";
import { paymentTerminalContract } from "../../../drivers/payment-terminal/contract.ts";
import type { PaymentTerminal } from "../../../drivers/payment-terminal/interface.ts";
import { TransbankTerminal } from "../../../drivers/payment-terminal/transbank/driver.ts";
import { TRANSBANK_MODELS, type TransbankModelName } from "../../../drivers/payment-terminal/transbank/models.ts";
import type { OpenChannel } from "../../../drivers/transport/byte-channel.ts";
import { serialChannel } from "../../../drivers/transport/serial.ts";
import { SimulatedTerminal } from "../../../simulators/payment-terminal/terminal.ts";
import { type ContractResult, describe, runRegistered } from "./contract-runner.ts";
import type { Gadget } from "./gadget.ts";
import { hidScannerGadget, scannerGadget, terminalGadget } from "./gadgets.ts";
import { hidrawScanner } from "./hid-scanner.ts";
import { PATIENCE, QUICK } from "./quick-terminal.ts";
import { AcmWire, HidWire } from "./wires.ts";

const LINK_WITHIN = 10_000;

/** The contract suites of terminals and code readers, each test on a device that is plugged in for it and pulled out after it. */
export async function runContracts(): Promise<ContractResult[]> {
  const terminal = terminalGadget();
  for (const model of ["transbank-autoservicio", "transbank-integrado"] as const) terminalContract(model, terminal);
  const serial = scannerGadget();
  describe("code reader contract: serial scanner on CDC-ACM", () => {
    codeReaderContract(async () => {
      const wire = new AcmWire(serial);
      wire.plug();
      const open = serialChannel({ path: wire.path, baudRate: DEFAULT_BAUD_RATE }, systemClock);
      return { ...reading(open, wire), scan: (...lines) => wire.write(scanBytes(lines)) };
    });
  });
  const hid = hidScannerGadget();
  describe("code reader contract: HID POS scanner", () => {
    codeReaderContract(async () => {
      const wire = new HidWire(hid);
      wire.plug();
      const scan = async (...lines: string[]) => {
        for (const report of hidPosReports({ aim: "]Q1", data: toLatin1(lines.join("\r")) })) await wire.write(report);
      };
      return { ...reading(hidrawScanner(wire.path), wire), scan };
    });
  });
  return await runRegistered();
}

function reading(open: OpenChannel, wire: AcmWire | HidWire) {
  const reader = new SerialScanner({ id: "scanner", open, clock: systemClock, random: () => 0.5, log: silentLogger });
  return {
    reader,
    dropped: () => reader.dropped,
    unplug: () => wire.unplug(),
    plug: () => wire.plug(),
    end: async () => {
      wire.unplug();
      await wire.settled();
    },
  };
}

function terminalContract(model: TransbankModelName, gadget: Gadget): void {
  paymentTerminalContract(`${model} on CDC-ACM`, () => {
    const wire = new AcmWire(gadget);
    const simulator = new SimulatedTerminal({ model, wire, clock: systemClock, settings: QUICK });
    simulator.powerOn();
    const driver = new TransbankTerminal({
      id: "terminal",
      model,
      open: serialChannel({ path: wire.path, baudRate: TRANSBANK_MODELS[model].defaultBaudRate }, systemClock),
      settings: PATIENCE,
      clock: systemClock,
      random: () => 0.5,
      log: silentLogger,
    });
    driver.start();
    return {
      terminal: afterTheCable(driver, wire),
      insertCard: (kind, last4) => simulator.insertCard({ kind, last4, brand: kind === "credit" ? "VI" : "DB" }),
      removeCard: () => simulator.removeCard(),
      decline: () => simulator.decline(),
      cancelAtTerminal: () => simulator.cancelAtTerminal(),
      unplug: () => simulator.unplug(),
      plug: () => simulator.plug(),
      balance: () => simulator.ledger.balance,
      now: () => systemClock.now(),
      settle: (work) => work,
      dispose: async () => {
        await driver.stop();
        simulator.powerOff();
        await wire.settled();
      },
    };
  });
}

/** The suite's cable is out as soon as it is pulled; on real USB the host needs a moment to see it. Commands wait for that. */
function afterTheCable(driver: TransbankTerminal, wire: AcmWire): PaymentTerminal {
  const seen = () => (driver.status.value.link === "connected") === wire.plugged;
  let waiting: Promise<void> | undefined;
  const settled = async () => {
    await wire.settled();
    const end = systemClock.monotonic() + LINK_WITHIN;
    while (!seen() && systemClock.monotonic() < end) await pause(systemClock, 10);
    waiting = undefined;
  };
  /** One wait for all, so that commands go in the order in which they were given. */
  const cable = () => {
    waiting ??= settled();
    return waiting;
  };
  return new Proxy<PaymentTerminal>(driver, {
    get: (target, name) => {
      const member = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...parameters: unknown[]) =>
        waiting === undefined && seen()
          ? member.apply(target, parameters)
          : cable().then(() => member.apply(target, parameters));
    },
  });
}
