import type { DeviceStatus } from "../../../base/contracts/device-status.ts";
import { anySignal } from "../../../base/deadline.ts";
import type { Observable } from "../../../base/observable.ts";
import { failed, type Outcome } from "../../../base/outcome.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import type { CommandOptions } from "../../device.ts";
import type { Apdu } from "../../framing/apdu-stream.ts";
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

export type ZvtOptions = TerminalSurroundings & {
  readonly model: ZvtModelName;
  readonly settings?: ZvtSettingsInput;
};

/** A terminal that speaks ZVT, over TCP or a serial line. */
export class ZvtTerminal implements PaymentTerminal {
  readonly id: string;
  readonly model: ZvtModelName;
  readonly capabilities: PaymentCapabilities;
  readonly #options: ZvtOptions;
  readonly #settings: ZvtSettings;
  readonly #terminal: Attendance<ZvtSession>;
  readonly #line: Line;
  readonly #register: CashRegister;
  readonly #memories = new Memories();
  #attempt: SaleAttempt | undefined;

  constructor(options: ZvtOptions) {
    const { id, model, clock, log } = options;
    this.id = id;
    this.model = model;
    this.#options = options;
    const settings = zvtSettings(options.settings);
    this.#settings = settings;
    this.capabilities = capabilitiesOf(settings);
    const { transport } = ZVT_MODELS[model];
    const terminal = new Attendance<ZvtSession>(options, {
      ...{ model, codes: RESULT_CODES, heartbeat: settings.heartbeat },
      way: transport === "tcp" ? "network" : "device-file",
      start: (channel) =>
        new ZvtSession(channel, {
          ...{ device: id, transport, settings, clock, log },
          onStray: (apdu) => this.#stray(apdu),
        }),
      end: (session) => session.end(),
      beat: () => this.#beat(),
    });
    this.#terminal = terminal;
    this.#line = {
      ...{ device: id, settings, clock, log, stop: terminal.stopping },
      absence: () => terminal.absence(),
      connected: (milliseconds, signal) => terminal.connected(milliseconds, signal),
      registered: (session, signal) => this.#registered(session, signal),
      memory: (intent) => this.#memories.of(intent),
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
    return await this.#terminal.run("sale", () => this.#charge(intent, options));
  }

  recover(intent: SaleIntent, options?: CommandOptions): Promise<Outcome<Recovery>> {
    return this.#terminal.run("recover", async () => {
      const attempt = new SaleAttempt(this.#line, intent);
      this.#attempt = attempt;
      try {
        const { outcome, key } = await attempt.recover(options?.signal);
        if (key !== undefined) this.#memories.made(intent.ticket, key);
        if (outcome.outcome === "ok") this.#terminal.answered();
        return outcome;
      } finally {
        this.#attempt = undefined;
      }
    });
  }

  lastSale(options?: CommandOptions): Promise<Outcome<SaleResult | undefined>> {
    return this.#terminal.run("last-sale", () =>
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
    return this.#terminal.run("totals", () => this.#register.totals(options?.signal));
  }

  async details(): Promise<Outcome<readonly SaleResult[]>> {
    return failed(coded("payment.unsupported", "details"));
  }

  async loadKeys(): Promise<Outcome<void>> {
    return failed(coded("payment.unsupported", "load keys"));
  }

  initialise(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#terminal.run("initialise", () => this.#register.initialise(options?.signal));
  }

  /** Has the terminal call its host and report. */
  diagnosis(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#terminal.run("diagnosis", () => this.#register.diagnosis(options?.signal));
  }

  /** The terminal serves itself again until the next command registers it. */
  logOff(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#terminal.run("log-off", () => this.#register.logOff(options?.signal));
  }

  /** Tells an idle terminal to give up what stands on its screen or in its reader. A sale is broken off by its own signal. */
  abort(options?: CommandOptions): Promise<Outcome<void>> {
    return this.#terminal.run("abort", () => this.#register.abort(options?.signal));
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
        this.#terminal.answered();
        this.#terminal.conditions.note(outcome.value.responseCode);
      } else if (outcome.error.code === "payment.in-doubt") this.#terminal.conditions.raise("not-answering");
      return outcome;
    } finally {
      this.#attempt = undefined;
    }
  }

  /** Learns the terminal's last stored payment, where nobody knows it. That it does not tell stops no sale. */
  async #learn(session: ZvtSession, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#settings.baseline || this.#memories.last !== undefined) return;
    const stop = anySignal(this.#terminal.stopping, signal);
    const asked = await askLastReceipt(this.#line, session, stop);
    if (asked.found !== "no-answer") this.#memories.last = asked.key;
  }

  async #registered(session: ZvtSession, signal: AbortSignal): Promise<CodedError | undefined> {
    if (session.registered) return undefined;
    const { clock } = this.#options;
    const registration = await register(session, this.#settings, clock, this.id, signal);
    if (!registration.ok) return registration.error;
    session.registered = true;
    this.#terminal.answered();
    if (registration.value.clockOffset !== undefined) this.#memories.clockOffset = registration.value.clockOffset;
    if (registration.value.needsInitialisation) this.#terminal.conditions.raise("needs-initialisation", "warning");
    return undefined;
  }

  /** A command after which the terminal's last stored transaction may be another. */
  #change<T>(command: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    return this.#terminal.run(command, async () => {
      this.#memories.forgetLast();
      return await work();
    });
  }

  #stray(apdu: Apdu): Apdu {
    const session = this.#terminal.session;
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
    const outcome = await this.#register.poll();
    if (outcome.outcome === "ok") return "answered";
    return outcome.error.code === "payment.no-answer" ? "silent" : "not-asked";
  }
}
