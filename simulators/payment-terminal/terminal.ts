import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { type Observable, Subject } from "../../base/observable.ts";
import { FUNCTION, plainRequest } from "../../drivers/payment-terminal/transbank/messages.ts";
import { TRANSBANK_MODELS, type TransbankModelName } from "../../drivers/payment-terminal/transbank/models.ts";
import type { Wire } from "../wire/wire.ts";
import { Answers } from "./answers.ts";
import { Faults, falsified } from "./faults.ts";
import { Hands } from "./hands.ts";
import { type Card, type Charge, Ledger } from "./ledger.ts";
import { TerminalMemory } from "./memory.ts";
import { TerminalPort } from "./port.ts";
import { readSaleRequest, type SaleRequest } from "./requests.ts";
import { TERMINAL_DEFAULTS, type TerminalSettings } from "./settings.ts";

/** What the terminal is doing, as a person beside it sees it. */
export type Phase = "off" | "idle" | "waiting-card" | "pin" | "bank" | "answering";

export type TerminalState = {
  readonly phase: Phase;
  readonly plugged: boolean;
  readonly card: Card | undefined;
  readonly sale: { readonly amount: number; readonly ticket: string } | undefined;
  readonly needsKeys: boolean;
  readonly charges: readonly Charge[];
};

export type SimulatedTerminalOptions = {
  readonly model: TransbankModelName;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly settings?: Partial<TerminalSettings>;
};

/**
 * A Transbank terminal that knows nothing of drivers: bytes on one side, a person's hands on the other, a ledger of what
 * really happened to the money inside. Given the same sale twice it charges twice: whoever repeats a sale on a guess is
 * found out.
 */
export class SimulatedTerminal {
  readonly faults = new Faults();
  readonly ledger = new Ledger();
  readonly settings: TerminalSettings;
  readonly #answers: Answers;
  readonly #memory: TerminalMemory;
  readonly #port: TerminalPort;
  readonly #clock: Clock;
  /** The bank decides with a two-digit response code. */
  readonly #hands: Hands<string>;
  readonly #model: TransbankModelName;
  readonly #state: Subject<TerminalState>;
  /** Function codes of all requests that arrived whole, taken or not. */
  readonly requests: string[] = [];
  #phase: Phase = "idle";
  #sale: SaleRequest | undefined;
  #stalled: Promise<boolean> | undefined;

  constructor({ model, wire, clock, settings }: SimulatedTerminalOptions) {
    this.settings = { ...TERMINAL_DEFAULTS, ...settings };
    this.#model = model;
    this.#clock = clock;
    this.#hands = new Hands(clock, () => this.#publish());
    this.#answers = new Answers(TRANSBANK_MODELS[model], this.settings);
    this.#memory = new TerminalMemory(model, this.settings, this.#answers, this.ledger, clock);
    this.#port = new TerminalPort(wire, clock, this.faults, this.settings.ackTimeout);
    this.#port.onRequest = (data) => void this.#request(data);
    this.#state = new Subject<TerminalState>(this.#snapshot(), () => false);
  }

  get state(): Observable<TerminalState> {
    return this.#state;
  }

  // What a person's hands, or the bank, can do.

  insertCard(card: Card): void {
    this.#hands.insertCard(card);
  }

  removeCard(): void {
    this.#hands.removeCard();
  }

  /** The bank approves the payment under way, or the next one. */
  approve(): void {
    this.#hands.decide("00");
  }

  /** The bank, or the terminal, ends the payment under way, or the next one, with this two-digit code. */
  decline(responseCode = "01"): void {
    this.#hands.decide(responseCode);
  }

  cancelAtTerminal(): void {
    this.#hands.cancel();
  }

  /** From now on the terminal answers 26 until its keys are loaded. */
  loseKeys(): void {
    this.#memory.needsKeys = true;
    this.#publish();
  }

  unplug(): void {
    this.#port.unplug();
    this.#publish();
  }

  plug(): void {
    this.#port.plug();
    this.#publish();
  }

  powerOff(): void {
    this.#port.powerOff();
    this.#stalled = undefined;
    this.#sale = undefined;
    this.#hands.drop();
    this.#enter("off");
  }

  powerOn(): void {
    this.#port.powerOn();
    this.#enter("idle");
  }

  /** Cuts the power; the terminal boots and comes back. What was not decided by the bank is forgotten. */
  async powerCycle(): Promise<void> {
    this.powerOff();
    await pause(this.#clock, this.settings.boot);
    this.powerOn();
  }

  async #request(data: string): Promise<void> {
    const code = data.slice(0, 4);
    this.requests.push(code);
    const stall = this.faults.take("stall", code);
    if (stall !== undefined) {
      const before = this.#stalled ?? Promise.resolve(true);
      const { power } = this.#port;
      this.#stalled = before.then((on) => on && pause(this.#clock, stall.delay, power));
    }
    if (this.#stalled !== undefined && !(await this.#stalled)) return;
    if (this.#phase !== "idle" && this.#phase !== "answering") return await this.#busy(code, data);
    if (this.faults.take("drop-request", code) !== undefined) return;
    if (this.faults.take("nak", code) !== undefined) return await this.#port.nak();
    if (this.#port.pullCable(code, "before-ack")) return;
    switch (code) {
      case FUNCTION.poll:
        return this.settings.knowsPoll ? await this.#port.acknowledge(code) : undefined;
      case FUNCTION.normalMode:
        return await this.#port.acknowledge(code);
      case FUNCTION.sale:
      case FUNCTION.multicodeSale:
        return await this.#serve(code, data);
      case FUNCTION.initialise:
        return await this.#initialise(code);
      case FUNCTION.details:
        return await this.#details(code, data);
      default:
        return await this.#answer(code, data);
    }
  }

  async #busy(code: string, data: string): Promise<void> {
    const { whenBusy } = this.settings;
    if (whenBusy === "nak") await this.#port.nak();
    else if (whenBusy !== "silent" && code === FUNCTION.poll) await this.#port.acknowledge(code);
    else if (whenBusy === "answer" && code === FUNCTION.lastSale) await this.#answer(code, data);
  }

  async #serve(code: string, data: string): Promise<void> {
    const sale = readSaleRequest(this.#model, data);
    if (sale === undefined) return await this.#port.nak();
    this.#sale = sale;
    this.#hands.begin();
    this.#enter("waiting-card");
    const { power } = this.#port;
    await this.#port.acknowledge(code);
    await this.#statusForEver(code, power);
    const responseCode = await this.#collect(sale, power);
    if (power.aborted || responseCode === undefined) return;
    const answerCode = sale.commerceCode === undefined ? FUNCTION.saleResponse : this.settings.multicodeResponse;
    const answer = this.#close(sale, responseCode, answerCode);
    this.#enter("answering");
    await this.#port.respond(code, falsified(answer, code, this.faults));
    if (!power.aborted && this.#phase === "answering") this.#enter("idle");
  }

  /** The citizen's part: card, PIN, bank. The response code that it ends with; `undefined` when the power fails. */
  async #collect(sale: SaleRequest, power: AbortSignal): Promise<string | undefined> {
    if (this.#memory.needsKeys) return "26";
    const hands = this.#hands;
    const { autoplay, decision, cardTimeout, pin, bank } = this.settings;
    await this.#tell(sale, "78");
    if (autoplay > 0) void hands.playAfter(autoplay, power, decision === "operator" ? "00" : undefined);
    const shown = await hands.until(() => hands.card !== undefined || hands.cancelled, cardTimeout, power);
    if (power.aborted) return undefined;
    if (hands.cancelled) return "07";
    if (!shown || hands.card === undefined) return "22";
    const { kind, instalments } = hands.card;
    if (kind === "debit" || (instalments ?? 0) > 0) {
      this.#enter("pin");
      await this.#tell(sale, kind === "debit" ? "81" : "80");
      await hands.until(() => hands.card === undefined || hands.cancelled, pin, power);
      if (power.aborted) return undefined;
      if (hands.cancelled) return "07";
      if (hands.card === undefined) return "09";
    }
    this.#enter("bank");
    await this.#tell(sale, "82");
    if (decision === "operator") await hands.until(() => hands.decided, Number.MAX_SAFE_INTEGER, power);
    else await pause(this.#clock, bank, power);
    return power.aborted ? undefined : (hands.takeDecision() ?? "00");
  }

  /** Writes the ledger, then makes the answer: the money has moved whether or not anybody hears of it. */
  #close({ amount, ticket, commerceCode, voucher }: SaleRequest, responseCode: string, answerCode: string): string {
    const approved = responseCode === "00";
    const number = this.ledger.charges.length + 1;
    const charge = this.ledger.record({
      ...{ amount, ticket, commerceCode, responseCode },
      authorizationCode: approved ? String((number * 7919) % 1_000_000).padStart(6, "0") : "",
      card: this.#hands.card,
      at: this.#clock.now(),
      moneyMoved: approved,
    });
    this.#publish();
    return approved ? this.#answers.sale(answerCode, charge, voucher) : this.#answers.notApproved(answerCode, charge);
  }

  async #statusForEver(code: string, power: AbortSignal): Promise<void> {
    const fault = this.faults.take("status-for-ever", code);
    if (fault === undefined) return;
    do await this.#port.status("82");
    while (!this.#hands.cancelled && (await pause(this.#clock, fault.every, power)));
  }

  async #answer(code: string, data: string): Promise<void> {
    const answer = this.#memory.answerTo(code, data);
    if (answer === undefined) return await this.#port.nak();
    this.#publish();
    const { power } = this.#port;
    await this.#port.acknowledge(code);
    if (!(await pause(this.#clock, this.settings.thinking, power))) return;
    await this.#port.respond(code, falsified(answer, code, this.faults));
  }

  async #details(code: string, data: string): Promise<void> {
    const { power } = this.#port;
    await this.#port.acknowledge(code);
    if (plainRequest.decode(data).values.flag !== true) return;
    const records: (Charge | undefined)[] = [...this.#memory.open];
    for (let end = 0; end < this.settings.emptyDetailRecords; end++) records.push(undefined);
    if (!(await pause(this.#clock, this.settings.thinking, power))) return;
    for (const charge of records) if (!(await this.#port.respond(code, this.#answers.detail(charge)))) return;
  }

  async #initialise(code: string): Promise<void> {
    const { power } = this.#port;
    await this.#port.acknowledge(code);
    if (!(await pause(this.#clock, this.settings.thinking, power))) return;
    await this.powerCycle();
  }

  async #tell(sale: SaleRequest, code: string): Promise<void> {
    if (sale.status && this.settings.sendsStatus) await this.#port.status(code);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    if (phase === "idle") this.#sale = undefined;
    this.#publish();
  }

  #snapshot(): TerminalState {
    const sale = this.#sale;
    return {
      phase: this.#phase,
      plugged: this.#port.plugged,
      card: this.#hands.card,
      sale: sale === undefined ? undefined : { amount: sale.amount, ticket: sale.ticket },
      needsKeys: this.#memory.needsKeys,
      charges: [...this.ledger.charges],
    };
  }

  #publish(): void {
    this.#state.set(this.#snapshot());
  }
}
