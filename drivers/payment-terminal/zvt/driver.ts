import type { Clock } from "../../../base/clock.ts";
import type { DeviceStatus } from "../../../base/contracts/device-status.ts";
import type { Logger } from "../../../base/log.ts";
import { Mutex } from "../../../base/mutex.ts";
import { type Observable, Subject, sameData } from "../../../base/observable.ts";
import { failed, type Outcome } from "../../../base/outcome.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import type { CommandOptions } from "../../device.ts";
import { isProvisional } from "../../first-status.ts";
import type { Apdu } from "../../framing/apdu-stream.ts";
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
import { askLastReceipt } from "./last-receipt.ts";
import { type Line, ready } from "./line.ts";
import { Memories } from "./memories.ts";
import { capabilitiesOf, ZVT_MODELS, type ZvtModelName } from "./models.ts";
import { register } from "./register.ts";
import { RESULT_CODES } from "./result-codes.ts";
import { SaleAttempt } from "./sale.ts";
import { ZvtSession } from "./session.ts";
import { type ZvtSettings, type ZvtSettingsInput, zvtSettings } from "./settings.ts";
import { answerToStray, tellsApproval } from "./strays.ts";

export type ZvtOptions = {
  readonly id: string;
  readonly model: ZvtModelName;
  readonly open: OpenChannel;
  readonly settings?: ZvtSettingsInput;
  readonly clock: Clock;
  readonly log: Logger;
  /** Uniform in [0, 1); spreads reconnection attempts. */
  readonly random: () => number;
  readonly hotPlug?: HotPlug | undefined;
};

/** A terminal that speaks ZVT, over TCP or a serial line. */
export class ZvtTerminal implements PaymentTerminal {
  readonly id: string;
  readonly model: ZvtModelName;
  readonly capabilities: PaymentCapabilities;
  readonly #options: ZvtOptions;
  readonly #settings: ZvtSettings;
  readonly #connection: Connection<ZvtSession>;
  readonly #conditions: Conditions;
  readonly #status: Subject<DeviceStatus>;
  readonly #stopping = new AbortController();
  readonly #line: Line;
  readonly #register: CashRegister;
  readonly #memories = new Memories();
  /** Commands and heartbeats take turns; a second command does not wait, it is told that the terminal is busy. */
  readonly #turns = new Mutex();
  #command: string | undefined;
  #attempt: SaleAttempt | undefined;
  readonly #heart: Heartbeat;

  constructor(options: ZvtOptions) {
    const { id, model, open, clock, log, random } = options;
    this.id = id;
    this.model = model;
    this.#options = options;
    this.#settings = zvtSettings(options.settings);
    this.capabilities = capabilitiesOf(this.#settings);
    this.#conditions = new Conditions(id, RESULT_CODES, clock, log, () => this.#publish());
    this.#connection = new Connection<ZvtSession>({
      device: id,
      open,
      start: (channel) =>
        new ZvtSession(channel, {
          device: id,
          transport: ZVT_MODELS[model].transport,
          settings: this.#settings,
          clock,
          log,
          onStray: (apdu) => this.#stray(apdu),
        }),
      end: (session) => session.end(),
      clock,
      random,
      log,
      hotPlug: options.hotPlug,
      way: ZVT_MODELS[model].transport === "tcp" ? "network" : "device-file",
    });
    this.#heart = new Heartbeat({
      ...{ clock, every: this.#settings.heartbeat, stop: this.#stopping.signal },
      ask: () => this.#beat(),
      onSilent: () => this.#conditions.raise("not-answering"),
    });
    this.#status = new Subject(this.#describe(), sameData);
    this.#line = {
      device: id,
      settings: this.#settings,
      clock,
      log,
      stop: this.#stopping.signal,
      absence: () => this.#absence(),
      connected: (milliseconds, signal) => this.#connection.connected(milliseconds, signal),
      registered: (session, signal) => this.#registered(session, signal),
      memory: (intent) => this.#memories.of(intent),
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
    return await this.#run("sale", () => this.#charge(intent, options));
  }

  recover(intent: SaleIntent, options?: CommandOptions): Promise<Outcome<Recovery>> {
    return this.#run("recover", async () => {
      const attempt = new SaleAttempt(this.#line, intent);
      this.#attempt = attempt;
      try {
        const { outcome, key } = await attempt.recover(options?.signal);
        if (key !== undefined) this.#memories.made(intent.ticket, key);
        if (outcome.outcome === "ok") this.#answered();
        return outcome;
      } finally {
        this.#attempt = undefined;
      }
    });
  }

  lastSale(options?: CommandOptions): Promise<Outcome<SaleResult | undefined>> {
    return this.#run("last-sale", () =>
      this.#register.lastSale((key) => this.#memories.ticketOf(key) ?? "", options?.signal),
    );
  }

  reverse(sale: SaleResult, options?: CommandOptions): Promise<Outcome<ReversalResult>> {
    return this.#change("reverse", () => this.#register.reverse(sale.operationNumber, sale.amount, options?.signal));
  }

  /** Gives back by receipt number alone. For people who know what they do; programs use `reverse`. */
  refund(operationNumber: string | undefined, options?: CommandOptions): Promise<Outcome<ReversalResult>> {
    return this.#change("refund", () => this.#register.reverse(operationNumber, undefined, options?.signal));
  }

  /** Gives an amount to a card, without an earlier sale. Integer pesos. */
  credit(amount: number, options?: CommandOptions): Promise<Outcome<ReversalResult>> {
    return this.#change("credit", () => this.#register.credit(amount, options?.signal));
  }

  closeDay(options?: CommandOptions): Promise<Outcome<{ readonly voucher?: readonly string[] }>> {
    return this.#change("close", () => this.#register.closeDay(options?.signal));
  }

  totals(options?: CommandOptions): Promise<Outcome<{ readonly count: number; readonly amount: number }>> {
    return this.#run("totals", () => this.#register.totals(options?.signal));
  }

  async details(): Promise<Outcome<readonly SaleResult[]>> {
    return failed(coded("payment.unsupported", "details"));
  }

  async loadKeys(): Promise<Outcome<void>> {
    return failed(coded("payment.unsupported", "load keys"));
  }

  initialise(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#run("initialise", () => this.#register.initialise(options?.signal));
  }

  /** Has the terminal call its host and report. */
  diagnosis(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#run("diagnosis", () => this.#register.diagnosis(options?.signal));
  }

  /** The terminal serves itself again until the next command registers it. */
  logOff(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#run("log-off", () => this.#register.logOff(options?.signal));
  }

  /** Tells an idle terminal to give up what stands on its screen or in its reader. A sale is broken off by its own signal. */
  abort(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#run("abort", () => this.#register.abort(options?.signal));
  }

  async #charge(intent: SaleIntent, options: SaleOptions | undefined): Promise<Outcome<SaleResult>> {
    const session = await ready(this.#line, "sale", options?.signal);
    if (!session.ok) return failed(session.error);
    await this.#learn(session.value, options?.signal);
    if (options?.signal?.aborted) return failed(coded("common.cancelled", "sale"));
    this.#memories.begin(intent);
    const attempt = new SaleAttempt(this.#line, intent, options);
    this.#attempt = attempt;
    try {
      const { outcome, key } = await attempt.charge(session.value, options?.signal);
      if (key === undefined) this.#memories.forgetLast();
      else this.#memories.made(intent.ticket, key);
      if (outcome.outcome === "ok") {
        this.#answered();
        this.#conditions.note(outcome.value.responseCode);
      } else if (outcome.error.code === "payment.in-doubt") this.#conditions.raise("not-answering");
      return outcome;
    } finally {
      this.#attempt = undefined;
    }
  }

  /** Learns the terminal's last stored payment, where nobody knows it. That it does not tell stops no sale. */
  async #learn(session: ZvtSession, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#settings.baseline || this.#memories.last !== undefined) return;
    const stop = signal === undefined ? this.#stopping.signal : AbortSignal.any([this.#stopping.signal, signal]);
    const asked = await askLastReceipt(this.#line, session, stop);
    if (asked.found !== "no-answer") this.#memories.last = asked.key;
  }

  async #registered(session: ZvtSession, signal: AbortSignal): Promise<CodedError | undefined> {
    if (session.registered) return undefined;
    const { clock } = this.#options;
    const registration = await register(session, this.#settings, clock, this.id, signal);
    if (!registration.ok) return registration.error;
    session.registered = true;
    this.#answered();
    if (registration.value.clockOffset !== undefined) this.#memories.clockOffset = registration.value.clockOffset;
    if (registration.value.needsInitialisation) this.#conditions.raise("needs-initialisation", "warning");
    return undefined;
  }

  /** A command after which the terminal's last stored transaction may be another. */
  #change<T>(command: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    return this.#run(command, async () => {
      this.#memories.forgetLast();
      return await work();
    });
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

  #stray(apdu: Apdu): Apdu {
    const session = this.#connection.session;
    const waiting = [session?.asking, ...(session?.unanswered ?? [])].filter((name) => name !== undefined);
    if (this.#attempt !== undefined)
      return this.#attempt.hear(apdu, waiting.length > 0 && waiting.every((name) => name === "sale"));
    const owed = waiting.includes("last-receipt");
    const approved = tellsApproval(apdu, this.#settings.profile);
    if (approved !== undefined && !owed)
      this.#options.log("payment.late-approval", { device: this.id, amount: approved });
    return answerToStray(apdu, owed);
  }

  async #beat(): Promise<"answered" | "silent" | "not-asked"> {
    if (this.#command !== undefined || this.#connection.session === undefined) return "not-asked";
    const outcome = await this.#turns.withLock(() => this.#register.poll());
    if (outcome.outcome === "ok") return "answered";
    return outcome.error.code === "payment.no-answer" ? "silent" : "not-asked";
  }

  #absence(): CodedError {
    const state = this.#connection.state.value;
    const error = coded(state.link === "connecting" ? "link.refused" : "link.absent");
    const cause = state.link === "connected" ? this.id : state.cause;
    return cause.startsWith(error.message) ? { ...error, message: cause } : coded(error.code, cause);
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
