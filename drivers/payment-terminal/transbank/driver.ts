import type { DeviceStatus } from "../../../base/contracts/device-status.ts";
import type { Observable } from "../../../base/observable.ts";
import { failed, type Outcome } from "../../../base/outcome.ts";
import type { CommandOptions } from "../../device.ts";
import { Attendance, type TerminalSurroundings } from "../attendance.ts";
import { refusalOf } from "../intent.ts";
import type {
  PaymentCapabilities,
  PaymentTerminal,
  Recovery,
  ReversalResult,
  SaleIntent,
  SaleOptions,
  SaleResult,
} from "../interface.ts";
import { CashRegister } from "./cash-register.ts";
import { type Line, POLL } from "./line.ts";
import { TRANSBANK_MODELS, type TransbankModelName } from "./models.ts";
import { RESPONSE_CODES } from "./response-codes.ts";
import { SaleAttempt } from "./sale.ts";
import { TransbankSession } from "./session.ts";
import { type TransbankSettings, transbankSettings } from "./settings.ts";

export type TransbankOptions = TerminalSurroundings & {
  readonly model: TransbankModelName;
  readonly settings?: Partial<TransbankSettings>;
};

/** How many earlier tickets are kept to tell a late answer from a contradiction. */
const KNOWN_TICKETS = 50;

/** Transbank POS Autoservicio and POS Integrado on a serial line. */
export class TransbankTerminal implements PaymentTerminal {
  readonly id: string;
  readonly model: TransbankModelName;
  readonly capabilities: PaymentCapabilities;
  readonly #options: TransbankOptions;
  readonly #terminal: Attendance<TransbankSession>;
  readonly #line: Line;
  readonly #register: CashRegister;
  #attempt: SaleAttempt | undefined;
  /** Tickets of this driver's attempts, oldest first, and whether the caller was told of an approval. */
  readonly #tickets = new Map<string, boolean>();

  constructor(options: TransbankOptions) {
    const { id, model, clock, log } = options;
    this.id = id;
    this.model = model;
    this.#options = options;
    const settings = transbankSettings(options.settings);
    const profile = TRANSBANK_MODELS[model];
    this.capabilities = profile.capabilities;
    const terminal = new Attendance<TransbankSession>(options, {
      ...{ model, codes: RESPONSE_CODES, way: "device-file", heartbeat: settings.heartbeat },
      start: (channel) =>
        new TransbankSession(channel, { device: id, settings, clock, log, onStray: (data) => this.#stray(data) }),
      end: (session) => session.end(),
      beat: (session) => this.#beat(session),
    });
    this.#terminal = terminal;
    this.#line = {
      ...{ device: id, model: profile, settings, clock, log, stop: terminal.stopping },
      absence: () => terminal.absence(),
      connected: (milliseconds, signal) => terminal.connected(milliseconds, signal),
      knowsTicket: (ticket) => this.#tickets.has(ticket),
    };
    this.#register = new CashRegister(this.#line, terminal.findings);
  }

  get status(): Observable<DeviceStatus> {
    return this.#terminal.status;
  }

  start(): void {
    this.#terminal.start();
  }

  reset(options: CommandOptions = {}): Promise<Outcome<void>> {
    return this.#terminal.reset((signal) => this.#register.poll(signal), options);
  }

  /** A sale under way ends as `unknown`; ask `recover` when the terminal is served again. */
  stop(): Promise<void> {
    return this.#terminal.stop();
  }

  poll(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#terminal.run("poll", () => this.#register.poll(options?.signal));
  }

  async sale(intent: SaleIntent, options?: SaleOptions): Promise<Outcome<SaleResult>> {
    const refusal = refusalOf(intent, options, this.capabilities);
    if (refusal !== undefined) return failed(refusal);
    return await this.#terminal.run("sale", async () => {
      this.#remember(intent.ticket, false);
      const attempt = new SaleAttempt(this.#line, intent, options?.onPrompt);
      this.#attempt = attempt;
      try {
        const outcome = await attempt.charge(options?.signal);
        if (outcome.outcome === "ok") {
          this.#terminal.answered();
          this.#remember(intent.ticket, outcome.value.status === "approved");
          this.#terminal.conditions.note(outcome.value.responseCode);
        } else if (outcome.error.code === "payment.in-doubt") this.#terminal.conditions.raise("not-answering");
        return outcome;
      } finally {
        this.#attempt = undefined;
      }
    });
  }

  recover(intent: SaleIntent, options?: CommandOptions): Promise<Outcome<Recovery>> {
    return this.#terminal.run("recover", async () => {
      const attempt = new SaleAttempt(this.#line, intent);
      this.#attempt = attempt;
      try {
        const outcome = await attempt.recover(options?.signal);
        if (outcome.outcome === "ok") {
          this.#terminal.answered();
          if (outcome.value.taken) this.#remember(intent.ticket, outcome.value.sale.status === "approved");
        }
        return outcome;
      } finally {
        this.#attempt = undefined;
      }
    });
  }

  lastSale(options?: CommandOptions): Promise<Outcome<SaleResult | undefined>> {
    return this.#terminal.run("last-sale", () => this.#register.lastSale(options?.signal));
  }

  reverse(sale: SaleResult, options?: CommandOptions): Promise<Outcome<ReversalResult>> {
    return this.#terminal.run("reverse", () => this.#register.reverse(sale, options?.signal));
  }

  /**
   * Gives back by operation number (POS Integrado) or the last sale, whichever that is (POS Autoservicio). For people
   * who know what they do; programs use `reverse`.
   */
  refund(operationNumber: string | undefined, options?: CommandOptions): Promise<Outcome<ReversalResult>> {
    return this.#terminal.run("refund", () => this.#register.refund(operationNumber, options?.signal));
  }

  closeDay(options?: CommandOptions): Promise<Outcome<{ readonly voucher?: readonly string[] }>> {
    return this.#terminal.run("close", () => this.#register.closeDay(options?.signal));
  }

  totals(options?: CommandOptions): Promise<Outcome<{ readonly count: number; readonly amount: number }>> {
    return this.#terminal.run("totals", () => this.#register.totals(options?.signal));
  }

  details(options?: CommandOptions): Promise<Outcome<readonly SaleResult[]>> {
    return this.#terminal.run("details", () => this.#register.details(options?.signal));
  }

  loadKeys(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#terminal.run("load-keys", () => this.#register.loadKeys(options?.signal));
  }

  initialise(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#terminal.run("initialise", () => this.#register.initialise(options?.signal));
  }

  #remember(ticket: string, approved: boolean): void {
    this.#tickets.set(ticket, approved);
    const [oldest] = this.#tickets.keys();
    if (this.#tickets.size > KNOWN_TICKETS && oldest !== undefined) this.#tickets.delete(oldest);
  }

  #stray(data: string): void {
    if (this.#attempt?.hear(data) === true) return;
    const approved = this.#register.approvedSale(data);
    if (approved === undefined || this.#tickets.get(approved.ticket) === true) return;
    this.#options.log("payment.late-approval", { device: this.id, amount: approved.amount });
  }

  async #beat(session: TransbankSession): Promise<"answered" | "silent" | "not-asked"> {
    const { end } = await session.exchange(POLL, this.#terminal.stopping);
    if (end === "answered") this.#terminal.answered();
    return end === "answered" || end === "silent" ? end : "not-asked";
  }
}
