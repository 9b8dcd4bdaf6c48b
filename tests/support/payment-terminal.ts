import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord } from "../../base/log.ts";
import type { SaleIntent } from "../../drivers/payment-terminal/interface.ts";
import { TransbankTerminal } from "../../drivers/payment-terminal/transbank/driver.ts";
import type { TransbankModelName } from "../../drivers/payment-terminal/transbank/models.ts";
import type { TransbankSettings } from "../../drivers/payment-terminal/transbank/settings.ts";
import type { Card } from "../../simulators/payment-terminal/ledger.ts";
import type { TerminalSettings } from "../../simulators/payment-terminal/settings.ts";
import { SimulatedTerminal } from "../../simulators/payment-terminal/terminal.ts";
import { MemoryWire } from "../../simulators/wire/memory.ts";
import { hangingLine } from "./hanging.ts";

export const DEBIT: Card = { kind: "debit", last4: "0042", brand: "DB" };
export const CREDIT: Card = { kind: "credit", last4: "0007", brand: "VI" };

/** Lets time pass until `work` has ended. @throws Error when `limit` milliseconds were not enough. */
export async function settleOn<T>(clock: SimulatedClock, work: Promise<T>, limit = 600_000): Promise<T> {
  let ended = false;
  const watched = work.finally(() => {
    ended = true;
  });
  watched.catch(() => {});
  const began = clock.monotonic();
  await clock.advance(0);
  while (!ended) {
    if (clock.monotonic() - began > limit) throw new Error(`not ended after ${limit} ms`);
    await clock.advance(50);
  }
  return await watched;
}

/** The real driver and the simulated terminal on a cable in memory, in time that moves only when told to. */
export class PaymentRig {
  readonly clock = new SimulatedClock();
  readonly wire = new MemoryWire();
  readonly line = hangingLine(this.wire.open);
  readonly logs: LogRecord[] = [];
  readonly terminal: SimulatedTerminal;
  readonly driver: TransbankTerminal;

  constructor(
    model: TransbankModelName = "transbank-autoservicio",
    options: { readonly driver?: Partial<TransbankSettings>; readonly terminal?: Partial<TerminalSettings> } = {},
  ) {
    this.terminal = new SimulatedTerminal({
      model,
      wire: this.wire,
      clock: this.clock,
      ...(options.terminal !== undefined && { settings: options.terminal }),
    });
    this.driver = new TransbankTerminal({
      id: "terminal",
      model,
      open: this.line.open,
      ...(options.driver !== undefined && { settings: options.driver }),
      clock: this.clock,
      log: createLogger("test", (record) => this.logs.push(record)),
      random: () => 0,
    });
    this.driver.start();
  }

  intent(ticket: string, amount = 1500): SaleIntent {
    return { ticket, amount, startedAt: this.clock.now() };
  }

  settle<T>(work: Promise<T>, limit?: number): Promise<T> {
    return settleOn(this.clock, work, limit);
  }

  /** A sale with the card already in the reader. */
  pay(ticket: string, amount = 1500) {
    this.terminal.insertCard(DEBIT);
    return this.settle(this.driver.sale(this.intent(ticket, amount)));
  }

  events(id: string): readonly LogRecord[] {
    return this.logs.filter(({ event }) => event === id);
  }

  /** Ends everything. @throws Error when a timer was left behind. */
  async dispose(): Promise<void> {
    await this.settle(this.driver.stop());
    this.terminal.powerOff();
    await this.clock.advance(0);
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers left behind`);
  }
}
