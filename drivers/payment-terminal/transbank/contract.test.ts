import { CREDIT, DEBIT, PaymentRig } from "../../../tests/support/payment-terminal.ts";
import { paymentTerminalContract } from "../contract.ts";
import type { TransbankModelName } from "./models.ts";

const models: readonly TransbankModelName[] = ["transbank-autoservicio", "transbank-integrado"];

for (const model of models) {
  paymentTerminalContract(`${model} on the simulator`, () => {
    const rig = new PaymentRig(model);
    return {
      terminal: rig.driver,
      insertCard: (kind, last4) => rig.terminal.insertCard({ ...(kind === "credit" ? CREDIT : DEBIT), last4 }),
      removeCard: () => rig.terminal.removeCard(),
      decline: () => rig.terminal.decline(),
      cancelAtTerminal: () => rig.terminal.cancelAtTerminal(),
      unplug: () => rig.terminal.unplug(),
      plug: () => rig.terminal.plug(),
      balance: () => rig.terminal.ledger.balance,
      now: () => rig.clock.now(),
      settle: (work) => rig.settle(work),
      dispose: () => rig.dispose(),
    };
  });
}
