import { join } from "node:path";
import { describe } from "vitest";
import { silentLogger } from "../../../base/log.ts";
import { SimulatedTerminal } from "../../../simulators/payment-terminal/terminal.ts";
import { MemoryWire } from "../../../simulators/wire/memory.ts";
import { CREDIT, DEBIT, PaymentRig, settleOn } from "../../../tests/support/payment-terminal.ts";
import { tracedScenario } from "../../../tests/support/traced-scenario.ts";
import { paymentScenario, paymentTerminalContract } from "../contract.ts";
import { TransbankTerminal } from "./driver.ts";
import type { TransbankModelName } from "./models.ts";

const models: readonly TransbankModelName[] = ["transbank-autoservicio", "transbank-integrado"];

for (const model of models) {
  paymentTerminalContract({ model, transport: "memory" }, () => {
    const rig = new PaymentRig(model);
    return {
      terminal: rig.driver,
      insertCard: (kind, last4) => rig.terminal.insertCard({ ...(kind === "credit" ? CREDIT : DEBIT), last4 }),
      removeCard: () => rig.terminal.removeCard(),
      decline: () => rig.terminal.decline(),
      cancelAtTerminal: () => rig.terminal.cancelAtTerminal(),
      unplug: () => rig.terminal.unplug(),
      plug: () => rig.terminal.plug(),
      hang: rig.line.hang,
      balance: () => rig.terminal.ledger.balance,
      now: () => rig.clock.now(),
      settle: (work) => rig.settle(work),
      dispose: () => rig.dispose(),
    };
  });

  describe(`payment terminal contract: ${model} on a replayed trace`, () => {
    tracedScenario<TransbankTerminal, (kind: "credit" | "debit", last4: string) => void>({
      ...{ kind: "payment-terminal", model, file: join(import.meta.dirname, "traces", `${model}-sale.jsonl`) },
      device: ({ open, clock }) =>
        new TransbankTerminal({ id: "terminal", model, open, clock, log: silentLogger, random: () => 0 }),
      simulate: async (clock) => {
        const wire = new MemoryWire();
        const terminal = new SimulatedTerminal({ model, wire, clock });
        return {
          open: wire.open,
          hand: (kind, last4) => terminal.insertCard({ ...(kind === "credit" ? CREDIT : DEBIT), last4 }),
          stop: async () => terminal.powerOff(),
        };
      },
      idle: () => {},
      run: (terminal, insertCard, clock) =>
        paymentScenario(terminal, { insertCard, now: () => clock.now(), settle: (work) => settleOn(clock, work) }),
    });
  });
}
