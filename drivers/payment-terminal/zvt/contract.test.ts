import { join } from "node:path";
import { describe } from "vitest";
import { silentLogger } from "../../../base/log.ts";
import { ZvtSimulatedTerminal } from "../../../simulators/payment-terminal/zvt/terminal.ts";
import { MemoryWire } from "../../../simulators/wire/memory.ts";
import { settleOn } from "../../../tests/support/payment-terminal.ts";
import { tracedScenario } from "../../../tests/support/traced-scenario.ts";
import { CREDIT, DEBIT, ZvtRig } from "../../../tests/support/zvt-terminal.ts";
import { paymentScenario, paymentTerminalContract } from "../contract.ts";
import { ZvtTerminal } from "./driver.ts";
import type { ZvtModelName } from "./models.ts";

const models: readonly ZvtModelName[] = ["zvt-tcp", "zvt-serial"];

for (const model of models) {
  paymentTerminalContract({ model, transport: "memory" }, () => {
    const rig = new ZvtRig(model);
    return {
      terminal: rig.driver,
      insertCard: (kind, last4) => rig.terminal.insertCard({ ...(kind === "credit" ? CREDIT : DEBIT), last4 }),
      removeCard: () => rig.terminal.removeCard(),
      decline: () => rig.terminal.decline(),
      cancelAtTerminal: () => rig.terminal.cancelAtTerminal(),
      unplug: () => rig.terminal.unplug(),
      plug: () => rig.terminal.plug(),
      hang: rig.line.hang,
      balance: () => rig.balance,
      now: () => rig.clock.now(),
      settle: (work) => rig.settle(work),
      dispose: () => rig.dispose(),
    };
  });

  describe(`payment terminal contract: ${model} on a replayed trace`, () => {
    tracedScenario<ZvtTerminal, (kind: "credit" | "debit", last4: string) => void>({
      ...{ kind: "payment-terminal", model, file: join(import.meta.dirname, "traces", `${model}-sale.jsonl`) },
      device: ({ open, clock }) =>
        new ZvtTerminal({ id: "terminal", model, open, clock, log: silentLogger, random: () => 0 }),
      simulate: async (clock) => {
        const wire = new MemoryWire();
        const transport = model === "zvt-tcp" ? "tcp" : "serial";
        const terminal = new ZvtSimulatedTerminal({ transport, wire, clock });
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
