import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord } from "../../base/log.ts";
import type { SaleIntent, SaleOptions } from "../../drivers/payment-terminal/interface.ts";
import { ZvtTerminal } from "../../drivers/payment-terminal/zvt/driver.ts";
import type { ZvtModelName } from "../../drivers/payment-terminal/zvt/models.ts";
import type { ZvtSettingsInput } from "../../drivers/payment-terminal/zvt/settings.ts";
import type { Card } from "../../simulators/payment-terminal/ledger.ts";
import type { ZvtTerminalSettings } from "../../simulators/payment-terminal/zvt/settings.ts";
import { ZvtSimulatedTerminal } from "../../simulators/payment-terminal/zvt/terminal.ts";
import { MemoryWire } from "../../simulators/wire/memory.ts";
import { hangingLine } from "./hanging.ts";

export const DEBIT: Card = { kind: "debit", last4: "0042", brand: "DB" };
export const CREDIT: Card = { kind: "credit", last4: "0007", brand: "VI" };

export type ZvtRigOptions = {
  readonly driver?: ZvtSettingsInput;
  readonly terminal?: Partial<ZvtTerminalSettings>;
};

/** The real ZVT driver and the simulated terminal on a cable in memory, in time that moves only when told to. */
export class ZvtRig {
  readonly clock = new SimulatedClock();
  readonly wire = new MemoryWire();
  readonly line = hangingLine(this.wire.open);
  readonly logs: LogRecord[] = [];
  readonly terminal: ZvtSimulatedTerminal;
  readonly driver: ZvtTerminal;
  readonly model: ZvtModelName;

  constructor(model: ZvtModelName = "zvt-tcp", options: ZvtRigOptions = {}) {
    this.model = model;
    this.terminal = new ZvtSimulatedTerminal({
      transport: model === "zvt-tcp" ? "tcp" : "serial",
      wire: this.wire,
      clock: this.clock,
      ...(options.terminal !== undefined && { settings: options.terminal }),
    });
    this.driver = this.anotherDriver(options.driver);
    this.driver.start();
  }

  /** As after a restart of the process: a driver that remembers nothing. The caller starts and stops it. */
  anotherDriver(settings: ZvtSettingsInput | undefined): ZvtTerminal {
    return new ZvtTerminal({
      id: "terminal",
      model: this.model,
      open: this.line.open,
      ...(settings !== undefined && { settings }),
      clock: this.clock,
      log: createLogger("test", (record) => this.logs.push(record)),
      random: () => 0,
    });
  }

  intent(ticket: string, amount = 1500): SaleIntent {
    return { ticket, amount, startedAt: this.clock.now() };
  }

  /** Lets time pass until `work` has ended. @throws Error when `limit` milliseconds were not enough. */
  async settle<T>(work: Promise<T>, limit = 2_000_000): Promise<T> {
    let ended = false;
    const watched = work.finally(() => {
      ended = true;
    });
    watched.catch(() => {});
    const began = this.clock.monotonic();
    await this.clock.advance(0);
    while (!ended) {
      if (this.clock.monotonic() - began > limit) throw new Error(`not ended after ${limit} ms`);
      await this.clock.advance(50);
    }
    return await watched;
  }

  /** A sale with the card already in the reader. */
  pay(ticket: string, amount = 1500, options?: SaleOptions) {
    this.terminal.insertCard(DEBIT);
    return this.settle(this.driver.sale(this.intent(ticket, amount), options));
  }

  events(id: string): readonly LogRecord[] {
    return this.logs.filter(({ event }) => event === id);
  }

  /** How often the terminal was asked for this, by its control field. */
  count(control: number): number {
    return this.terminal.requests.filter((request) => request === control).length;
  }

  /** Money that left citizens' accounts and was not given back. */
  get balance(): number {
    return this.terminal.ledger.balance;
  }

  /** Ends everything. @throws Error when a timer was left behind. */
  async dispose(): Promise<void> {
    await this.settle(this.driver.stop());
    this.terminal.powerOff();
    await this.clock.advance(0);
    if (this.clock.pending > 0) throw new Error(`${this.clock.pending} timers left behind`);
  }
}
