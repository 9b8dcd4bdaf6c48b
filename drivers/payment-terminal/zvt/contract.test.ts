import { CREDIT, DEBIT, ZvtRig } from "../../../tests/support/zvt-terminal.ts";
import { paymentTerminalContract } from "../contract.ts";
import type { ZvtModelName } from "./models.ts";

const models: readonly ZvtModelName[] = ["zvt-tcp", "zvt-serial"];

for (const model of models) {
  paymentTerminalContract(`${model} on the simulator`, () => {
    const rig = new ZvtRig(model);
    return {
      terminal: rig.driver,
      insertCard: (kind, last4) => rig.terminal.insertCard({ ...(kind === "credit" ? CREDIT : DEBIT), last4 }),
      removeCard: () => rig.terminal.removeCard(),
      decline: () => rig.terminal.decline(),
      cancelAtTerminal: () => rig.terminal.cancelAtTerminal(),
      unplug: () => rig.terminal.unplug(),
      plug: () => rig.terminal.plug(),
      balance: () => rig.balance,
      now: () => rig.clock.now(),
      settle: (work) => rig.settle(work),
      dispose: () => rig.dispose(),
    };
  });
}
