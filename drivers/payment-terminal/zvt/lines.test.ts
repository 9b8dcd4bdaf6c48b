import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import type { ZvtTerminalSettings } from "../../../simulators/payment-terminal/zvt/settings.ts";
import { ZvtSimulatedTerminal } from "../../../simulators/payment-terminal/zvt/terminal.ts";
import { PtyWire } from "../../../simulators/wire/pty.ts";
import { TcpWire } from "../../../simulators/wire/tcp.ts";
import type { Wire } from "../../../simulators/wire/wire.ts";
import { hangingLine } from "../../../tests/support/hanging.ts";
import { CREDIT, DEBIT } from "../../../tests/support/zvt-terminal.ts";
import { paymentTerminalContract } from "../contract.ts";
import { zvtChannel } from "./channel.ts";
import { ZvtTerminal } from "./driver.ts";
import type { ZvtModelName } from "./models.ts";

/** The contract in real time, over the transports that a kiosk uses. */
const FAST: Partial<ZvtTerminalSettings> = { thinking: 1, pin: 10, bank: 10, boot: 50 };

function harness(model: ZvtModelName, wire: Wire) {
  const transport = model === "zvt-tcp" ? "tcp" : "serial";
  const terminal = new ZvtSimulatedTerminal({ transport, wire, clock: systemClock, settings: FAST });
  terminal.powerOn();
  const line = hangingLine(zvtChannel(model, wire.path, undefined, systemClock));
  const driver = new ZvtTerminal({
    id: "terminal",
    model,
    open: line.open,
    settings: { connect: 1_500 },
    clock: systemClock,
    log: silentLogger,
    random: Math.random,
  });
  driver.start();
  return {
    terminal: driver,
    insertCard: (kind: "credit" | "debit", last4: string) =>
      terminal.insertCard({ ...(kind === "credit" ? CREDIT : DEBIT), last4 }),
    removeCard: () => terminal.removeCard(),
    decline: () => terminal.decline(),
    cancelAtTerminal: () => terminal.cancelAtTerminal(),
    unplug: () => terminal.unplug(),
    plug: () => terminal.plug(),
    hang: line.hang,
    balance: () => terminal.ledger.balance,
    now: () => systemClock.now(),
    settle: <T>(work: Promise<T>) => work,
    dispose: async () => {
      await driver.stop();
      terminal.powerOff();
    },
  };
}

const listening = await TcpWire.plugIn();
paymentTerminalContract({ model: "zvt-tcp", transport: "tcp" }, () => harness("zvt-tcp", listening));

const folder = mkdtempSync(join(tmpdir(), "zvt-lines-"));
let number = 0;
paymentTerminalContract({ model: "zvt-serial", transport: "pty" }, () =>
  harness("zvt-serial", new PtyWire(join(folder, `port-${number++}`))),
);
