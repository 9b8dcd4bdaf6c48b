import { pause } from "../../../../base/deadline.ts";
import { silentLogger } from "../../../../base/log.ts";
import { systemClock } from "../../../../base/node/system-clock.ts";
import { type PaymentTerminalHarness, paymentTerminalContract } from "../../../../drivers/payment-terminal/contract.ts";
import type { PaymentTerminal } from "../../../../drivers/payment-terminal/interface.ts";
import { TransbankTerminal } from "../../../../drivers/payment-terminal/transbank/driver.ts";
import { TRANSBANK_MODELS, type TransbankModelName } from "../../../../drivers/payment-terminal/transbank/models.ts";
import { zvtChannel } from "../../../../drivers/payment-terminal/zvt/channel.ts";
import { ZvtTerminal } from "../../../../drivers/payment-terminal/zvt/driver.ts";
import { serialChannel } from "../../../../drivers/transport/serial.ts";
import { SimulatedTerminal } from "../../../../simulators/payment-terminal/terminal.ts";
import { ZvtSimulatedTerminal } from "../../../../simulators/payment-terminal/zvt/terminal.ts";
import type { Gadget } from "../gadget.ts";
import { terminalGadget, zvtGadget } from "../gadgets.ts";
import { PATIENCE, PATIENCE_ZVT, QUICK, QUICK_ZVT, ZVT_CARDS } from "../quick-terminal.ts";
import { AcmWire } from "../wires.ts";

const LINK_WITHIN = 30_000;

export function transbankContracts(): void {
  const gadget = terminalGadget();
  for (const model of ["transbank-autoservicio", "transbank-integrado"] as const) transbankContract(model, gadget);
}

/** ZVT over a serial line, as terminals with a USB socket offer it. */
export function zvtContracts(): void {
  const gadget = zvtGadget();
  paymentTerminalContract({ model: "zvt-serial", transport: "usb-cdc-acm" }, () => {
    const wire = new AcmWire(gadget);
    const simulator = new ZvtSimulatedTerminal({ transport: "serial", wire, clock: systemClock, settings: QUICK_ZVT });
    simulator.powerOn();
    const driver = new ZvtTerminal({
      ...{ id: "terminal", model: "zvt-serial", settings: PATIENCE_ZVT, clock: systemClock },
      open: zvtChannel("zvt-serial", wire.path, undefined, systemClock),
      ...{ random: () => 0.5, log: silentLogger },
    });
    driver.start();
    return harness(driver, simulator, wire, (kind, last4) => simulator.insertCard({ ...ZVT_CARDS[kind], last4 }));
  });
}

function transbankContract(model: TransbankModelName, gadget: Gadget): void {
  paymentTerminalContract({ model, transport: "usb-cdc-acm" }, () => {
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
    return harness(driver, simulator, wire, (kind, last4) =>
      simulator.insertCard({ kind, last4, brand: kind === "credit" ? "VI" : "DB" }),
    );
  });
}

type Simulator = {
  removeCard(): void;
  decline(): void;
  cancelAtTerminal(): void;
  unplug(): void;
  plug(): void;
  powerOff(): void;
  readonly ledger: { readonly balance: number };
};

function harness(
  driver: PaymentTerminal,
  simulator: Simulator,
  wire: AcmWire,
  insertCard: PaymentTerminalHarness["insertCard"],
): PaymentTerminalHarness {
  return {
    terminal: afterTheCable(driver, wire),
    insertCard,
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
}

/** The suite's cable is out as soon as it is pulled; on real USB the host needs a moment to see it. Commands wait for that. */
function afterTheCable(driver: PaymentTerminal, wire: AcmWire): PaymentTerminal {
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
