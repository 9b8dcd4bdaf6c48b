import type { Clock } from "../../../base/clock.ts";
import type { DeviceStatus } from "../../../base/contracts/device-status.ts";
import type { Logger } from "../../../base/log.ts";
import { Mutex } from "../../../base/mutex.ts";
import { type Observable, Subject, sameData } from "../../../base/observable.ts";
import { failed, type Outcome } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type { CommandOptions } from "../../device.ts";
import { isProvisional } from "../../first-status.ts";
import { reopen } from "../../reopen.ts";
import type { OpenChannel } from "../../transport/byte-channel.ts";
import { Connection } from "../../transport/connection.ts";
import type { HotPlug } from "../../transport/hot-plug.ts";
import { Conditions } from "../conditions.ts";
import { Heartbeat } from "../heartbeat.ts";
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

export type TransbankOptions = {
  readonly id: string;
  readonly model: TransbankModelName;
  readonly open: OpenChannel;
  readonly settings?: Partial<TransbankSettings>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Uniform in [0, 1); spreads reconnection attempts. */
  readonly random: () => number;
  readonly hotPlug?: HotPlug | undefined;
};

/** How many earlier tickets are kept to tell a late answer from a contradiction. */
const KNOWN_TICKETS = 50;

/** Transbank POS Autoservicio and POS Integrado on a serial line. */
export class TransbankTerminal implements PaymentTerminal {
  readonly id: string;
  readonly model: TransbankModelName;
  readonly capabilities: PaymentCapabilities;
  readonly #options: TransbankOptions;
  readonly #settings: TransbankSettings;
  readonly #connection: Connection<TransbankSession>;
  readonly #conditions: Conditions;
  readonly #status: Subject<DeviceStatus>;
  readonly #stopping = new AbortController();
  readonly #line: Line;
  readonly #register: CashRegister;
  /** Commands and heartbeats take turns; a second command does not wait, it is told that the terminal is busy. */
  readonly #turns = new Mutex();
  #command: string | undefined;
  #attempt: SaleAttempt | undefined;
  /** Tickets of this driver's attempts, oldest first, and whether the caller was told of an approval. */
  readonly #tickets = new Map<string, boolean>();
  readonly #heart: Heartbeat;

  constructor(options: TransbankOptions) {
    const { id, model, open, clock, log, random } = options;
    this.id = id;
    this.model = model;
    this.#options = options;
    this.#settings = transbankSettings(options.settings);
    const profile = TRANSBANK_MODELS[model];
    this.capabilities = profile.capabilities;
    this.#conditions = new Conditions(id, RESPONSE_CODES, clock, log, () => this.#publish());
    this.#connection = new Connection<TransbankSession>({
      device: id,
      open,
      start: (channel) =>
        new TransbankSession(channel, {
          device: id,
          settings: this.#settings,
          clock,
          log,
          onStray: (data) => this.#stray(data),
        }),
      end: (session) => session.end(),
      clock,
      random,
      log,
      hotPlug: options.hotPlug,
    });
    this.#heart = new Heartbeat({
      ...{ clock, every: this.#settings.heartbeat, stop: this.#stopping.signal },
      ask: () => this.#beat(),
      onSilent: () => this.#conditions.raise("not-answering"),
    });
    this.#status = new Subject(this.#describe(), sameData);
    this.#line = {
      device: id,
      model: profile,
      settings: this.#settings,
      clock,
      log,
      stop: this.#stopping.signal,
      absence: () => {
        const state = this.#connection.state.value;
        const error = coded(state.link === "connecting" ? "link.refused" : "link.absent");
        const cause = state.link === "connected" ? id : state.cause;
        return cause.startsWith(error.message) ? { ...error, message: cause } : coded(error.code, cause);
      },
      connected: (milliseconds, signal) => this.#connection.connected(milliseconds, signal),
      knowsTicket: (ticket) => this.#tickets.has(ticket),
    };
    this.#register = new CashRegister(this.#line, {
      answered: () => this.#answered(),
      silent: () => this.#conditions.raise("not-answering"),
      note: (code) => this.#conditions.note(code),
    });
    this.#connection.state.subscribe(({ link }) => {
      this.#heart.line(link === "connected");
      this.#publish();
    });
  }

  get status(): Observable<DeviceStatus> {
    return this.#status;
  }

  start(): void {
    this.#connection.start();
    this.#heart.start();
  }

  /**
   * The protocol has no command for it, so this is a new line and a question. Never while a command is under way; what is in doubt stays so:
   * ask `recover` afterwards.
   */
  reset(options: CommandOptions = {}): Promise<Outcome<void>> {
    return this.#run("reset", async () => {
      const reopened = await reopen(this.#connection, this.id, options);
      return reopened.outcome === "ok" ? await this.#register.poll(options.signal) : reopened;
    });
  }

  /** A sale under way ends as `unknown`; ask `recover` when the terminal is served again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#turns.withLock(() => Promise.resolve());
    await this.#heart.ended();
    await this.#connection.stop();
  }

  poll(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#run("poll", () => this.#register.poll(options?.signal));
  }

  async sale(intent: SaleIntent, options?: SaleOptions): Promise<Outcome<SaleResult>> {
    const refusal = refusalOf(intent, options, this.capabilities);
    if (refusal !== undefined) return failed(refusal);
    return await this.#run("sale", async () => {
      this.#remember(intent.ticket, false);
      const attempt = new SaleAttempt(this.#line, intent, options?.onPrompt);
      this.#attempt = attempt;
      try {
        const outcome = await attempt.charge(options?.signal);
        if (outcome.outcome === "ok") {
          this.#answered();
          this.#remember(intent.ticket, outcome.value.status === "approved");
          this.#conditions.note(outcome.value.responseCode);
        } else if (outcome.error.code === "payment.in-doubt") this.#conditions.raise("not-answering");
        return outcome;
      } finally {
        this.#attempt = undefined;
      }
    });
  }

  recover(intent: SaleIntent, options?: CommandOptions): Promise<Outcome<Recovery>> {
    return this.#run("recover", async () => {
      const attempt = new SaleAttempt(this.#line, intent);
      this.#attempt = attempt;
      try {
        const outcome = await attempt.recover(options?.signal);
        if (outcome.outcome === "ok") {
          this.#answered();
          if (outcome.value.taken) this.#remember(intent.ticket, outcome.value.sale.status === "approved");
        }
        return outcome;
      } finally {
        this.#attempt = undefined;
      }
    });
  }

  lastSale(options?: CommandOptions): Promise<Outcome<SaleResult | undefined>> {
    return this.#run("last-sale", () => this.#register.lastSale(options?.signal));
  }

  reverse(sale: SaleResult, options?: CommandOptions): Promise<Outcome<ReversalResult>> {
    return this.#run("reverse", () => this.#register.reverse(sale, options?.signal));
  }

  /**
   * Gives back by operation number (POS Integrado) or the last sale, whichever that is (POS Autoservicio). For people
   * who know what they do; programs use `reverse`.
   */
  refund(operationNumber: string | undefined, options?: CommandOptions): Promise<Outcome<ReversalResult>> {
    return this.#run("refund", () => this.#register.refund(operationNumber, options?.signal));
  }

  closeDay(options?: CommandOptions): Promise<Outcome<{ readonly voucher?: readonly string[] }>> {
    return this.#run("close", () => this.#register.closeDay(options?.signal));
  }

  totals(options?: CommandOptions): Promise<Outcome<{ readonly count: number; readonly amount: number }>> {
    return this.#run("totals", () => this.#register.totals(options?.signal));
  }

  details(options?: CommandOptions): Promise<Outcome<readonly SaleResult[]>> {
    return this.#run("details", () => this.#register.details(options?.signal));
  }

  loadKeys(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#run("load-keys", () => this.#register.loadKeys(options?.signal));
  }

  initialise(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#run("initialise", () => this.#register.initialise(options?.signal));
  }

  async #run<T>(command: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (this.#stopping.signal.aborted) return failed(coded("common.cancelled", command));
    if (this.#command !== undefined) return failed(coded("payment.busy", this.#command));
    this.#command = command;
    this.#publish();
    try {
      return await this.#turns.withLock(work);
    } finally {
      this.#command = undefined;
      this.#publish();
    }
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

  async #beat(): Promise<"answered" | "silent" | "not-asked"> {
    if (this.#command !== undefined || this.#connection.session === undefined) return "not-asked";
    const end = await this.#turns.withLock(async () => this.#connection.session?.exchange(POLL, this.#stopping.signal));
    if (end?.end === "answered") this.#answered();
    return end?.end === "answered" || end?.end === "silent" ? end.end : "not-asked";
  }

  #answered(): void {
    this.#heart.answered();
    this.#conditions.clear("not-answering");
    this.#publish();
  }

  #publish(): void {
    this.#status.set(this.#describe());
  }

  #describe(): DeviceStatus {
    const { link } = this.#connection.state.value;
    const usable = link === "connected" && !this.#conditions.fault;
    return {
      device: this.id,
      kind: "payment-terminal",
      model: this.model,
      link,
      readiness: !usable ? "unavailable" : this.#command === undefined ? "ready" : "busy",
      conditions: this.#conditions.list,
      provisional: isProvisional("payment-terminal", link, this.#heart.answers),
    };
  }
}
