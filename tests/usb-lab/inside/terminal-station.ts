import { systemClock } from "../../../base/node/system-clock.ts";
import type { SaleIntent } from "../../../drivers/payment-terminal/interface.ts";
import { TransbankTerminal } from "../../../drivers/payment-terminal/transbank/driver.ts";
import { TRANSBANK_MODELS } from "../../../drivers/payment-terminal/transbank/models.ts";
import { serialChannel } from "../../../drivers/transport/serial.ts";
import { SimulatedTerminal } from "../../../simulators/payment-terminal/terminal.ts";
import { terminalGadget } from "./gadgets.ts";
import { PATIENCE, QUICK } from "./quick-terminal.ts";
import type { Station, Surroundings, Verdict } from "./station.ts";
import { AcmWire } from "./wires.ts";

const MODEL = "transbank-autoservicio";
const AMOUNT = 1_500;
const ASK_AGAIN = 5;

/** A Transbank terminal on CDC-ACM, as the Verifone UX on USB shows itself. */
export function terminalStation({ jitter, log }: Surroundings): Station {
  const wire = new AcmWire(terminalGadget());
  const simulator = new SimulatedTerminal({ model: MODEL, wire, clock: systemClock, settings: QUICK });
  simulator.powerOn();
  simulator.insertCard({ kind: "debit", last4: "0042", brand: "DB" });
  const driver = new TransbankTerminal({
    id: "terminal",
    model: MODEL,
    open: serialChannel({ path: wire.path, baudRate: TRANSBANK_MODELS[MODEL].defaultBaudRate }, systemClock),
    settings: PATIENCE,
    clock: systemClock,
    random: jitter,
    log,
  });
  driver.start();

  /** An honest doubt is asked about until it is resolved, as the journal does before anything else happens. */
  const resolve = async (intent: SaleIntent): Promise<Verdict> => {
    for (let asked = 0; asked < ASK_AGAIN; asked++) {
      const outcome = await driver.recover(intent);
      if (outcome.outcome !== "ok") continue;
      const charged = simulator.ledger.timesCharged(intent.ticket);
      const right = outcome.value.taken === (charged === 1) && charged <= 1;
      return {
        outcome: "unknown",
        ...(!right && { wrong: `recovery says ${JSON.stringify(outcome.value)}, charged ${charged} times` }),
      };
    }
    return { outcome: "unknown", wrong: `still in doubt after ${ASK_AGAIN} questions` };
  };

  return {
    name: wire.path,
    status: driver.status,
    length: 400,
    plug: () => simulator.plug(),
    unplug: () => simulator.unplug(),
    settled: () => wire.settled(),
    transact: async (number) => {
      const intent = { ticket: `L${number}`, amount: AMOUNT + (number % 100), startedAt: systemClock.now() };
      const outcome = await driver.sale(intent);
      if (outcome.outcome === "unknown") return await resolve(intent);
      const charged = simulator.ledger.timesCharged(intent.ticket);
      const claimed = outcome.outcome === "ok" && outcome.value.status === "approved" ? 1 : 0;
      return {
        outcome: outcome.outcome,
        ...(outcome.outcome === "error" && { code: outcome.error.code }),
        ...(charged !== claimed && { wrong: `the driver says charged ${claimed} times, the ledger ${charged}` }),
      };
    },
    stop: async () => {
      await driver.stop();
      simulator.powerOff();
      await wire.settled();
    },
  };
}
