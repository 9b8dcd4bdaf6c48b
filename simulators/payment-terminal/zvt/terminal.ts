import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/deadline.ts";
import { type Observable, Subject } from "../../../base/observable.ts";
import type { Apdu } from "../../../drivers/framing/apdu-stream.ts";
import { CONFIG, CONTROL, POSITIVE, registration, TAG } from "../../../drivers/payment-terminal/zvt/messages.ts";
import { findTlv } from "../../../drivers/payment-terminal/zvt/tlv.ts";
import type { Wire } from "../../wire/wire.ts";
import { Hands } from "../hands.ts";
import { type Card, type Charge, Ledger } from "../ledger.ts";
import { CODE, negative } from "./codes.ts";
import { ZvtFaults } from "./faults.ts";
import { type Work, ZvtMemory } from "./memory.ts";
import { ZvtPayments, type ZvtPhase } from "./payment.ts";
import { type Transport, ZvtPort } from "./port.ts";
import { ReceiptPrinter } from "./receipt-printer.ts";
import { ZVT_TERMINAL_DEFAULTS, type ZvtTerminalSettings } from "./settings.ts";
import { dateAndTime, fullDate } from "./store.ts";
import { ZvtTalk } from "./talk.ts";

export type ZvtTerminalState = {
  readonly phase: ZvtPhase;
  readonly plugged: boolean;
  readonly registered: boolean;
  readonly card: Card | undefined;
  /** Units of the wire. */
  readonly amount: number | undefined;
  readonly charges: readonly Charge[];
};

export type ZvtSimulatedTerminalOptions = {
  readonly transport: Transport;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly settings?: Partial<ZvtTerminalSettings>;
};

/**
 * A terminal that speaks ZVT and knows nothing of drivers: bytes on one side, a person's hands on the other, a ledger of what
 * really happened to the money inside. Given the same sale twice it charges twice.
 */
export class ZvtSimulatedTerminal {
  readonly faults = new ZvtFaults();
  readonly ledger = new Ledger();
  readonly settings: ZvtTerminalSettings;
  /** Control fields of all requests that were taken up, and those that found it busy. */
  readonly requests: number[] = [];
  readonly #port: ZvtPort;
  readonly #clock: Clock;
  readonly #state: Subject<ZvtTerminalState>;
  readonly #memory: ZvtMemory;
  /** The bank decides with a result code. */
  readonly #hands: Hands<number>;
  readonly #talk: ZvtTalk;
  readonly #printer: ReceiptPrinter;
  readonly #payments: ZvtPayments;
  #config: number | undefined;
  #phase: ZvtPhase = "idle";
  #amount: number | undefined;
  #service: Promise<void> = Promise.resolve();

  constructor({ transport, wire, clock, settings }: ZvtSimulatedTerminalOptions) {
    this.settings = { ...ZVT_TERMINAL_DEFAULTS, ...settings };
    this.#clock = clock;
    this.#memory = new ZvtMemory(this.settings, clock);
    this.#hands = new Hands(clock, () => this.#publish());
    this.#port = new ZvtPort(wire, transport, clock, this.faults, this.settings);
    this.#printer = new ReceiptPrinter(this.#port, this.settings);
    this.#talk = new ZvtTalk(this.#port, clock, this.faults, {
      unplug: () => this.unplug(),
      plug: () => this.plug(),
      powerCycle: () => this.powerCycle(),
    });
    this.#payments = new ZvtPayments({
      ...{ settings: this.settings, clock, faults: this.faults, ledger: this.ledger, memory: this.#memory },
      ...{ hands: this.#hands, port: this.#port, talk: this.#talk, printer: this.#printer },
      body: {
        begin: (amount) => {
          this.#amount = amount;
          this.#enter("waiting-card");
        },
        enter: (phase) => this.#enter(phase),
        publish: () => this.#publish(),
      },
    });
    this.#port.onCommand = (apdu) => {
      // What has been answered to the end is over, also when the next command comes in the same breath.
      const over = this.#phase === "answering" && !this.#port.waits;
      const idle = this.#phase === "idle";
      const service = over ? this.#service.then(() => this.#take(apdu)) : this.#take(apdu);
      if (idle || over) this.#service = service;
    };
    wire.onHangUp?.(() => this.#hungUp());
    this.#state = new Subject<ZvtTerminalState>(this.#snapshot(), () => false);
  }

  get state(): Observable<ZvtTerminalState> {
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
    this.#hands.decide(0);
  }

  /** The bank, or the terminal, ends the payment under way, or the next one, with this result code. */
  decline(resultCode: number = CODE.declined): void {
    this.#hands.decide(resultCode);
  }

  cancelAtTerminal(): void {
    this.#hands.cancel();
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
    this.#config = undefined;
    this.#hands.drop();
    this.#enter("off");
  }

  powerOn(): void {
    this.#port.powerOn();
    this.#enter("idle");
  }

  /** Cuts the power; the terminal boots and comes back. A payment that was not stored is given back. */
  async powerCycle(): Promise<void> {
    this.powerOff();
    await pause(this.#clock, this.settings.boot);
    this.powerOn();
  }

  #hungUp(): void {
    this.#port.hungUp();
    if (this.settings.onHangUp === "abort") this.cancelAtTerminal();
  }

  async #take(apdu: Apdu): Promise<void> {
    const { control } = apdu;
    this.requests.push(control);
    if (this.#phase !== "idle") return await this.#busy(apdu);
    const rejected = this.faults.take("reject", control);
    if (rejected !== undefined) return await this.#port.answer(negative(rejected.code));
    if (await this.#talk.happens("before-answer", control)) return;
    switch (control) {
      case CONTROL.registration:
        return await this.#register(apdu);
      case CONTROL.authorization:
        return await this.#payments.serve(apdu, this.#config ?? 0);
      case CONTROL.logOff:
        this.#config = undefined;
        this.#publish();
        return await this.#talk.answer(control);
      case CONTROL.stop:
        return await this.#talk.answer(control);
      default:
        return await this.#serve(apdu);
    }
  }

  async #busy(apdu: Apdu): Promise<void> {
    const { abortable, whenBusy } = this.settings;
    if (apdu.control === CONTROL.stop) {
      const possible = abortable && (this.#phase === "waiting-card" || this.#phase === "pin");
      await this.#port.answer(possible ? POSITIVE : negative(CODE.notPossible));
      if (possible) this.cancelAtTerminal();
    } else if (whenBusy === "reject") await this.#port.answer(negative(CODE.wait));
    else if (whenBusy === "answer" && apdu.control !== CONTROL.authorization) await this.#serve(apdu);
  }

  async #register(apdu: Apdu): Promise<void> {
    const asked = registration.decode(apdu);
    if (asked?.password !== this.settings.password) return await this.#port.answer(negative(CODE.notPossible));
    if (asked.currency !== this.settings.currency) {
      return await this.#port.answer({ control: 0x841e, data: Uint8Array.of(CODE.wrongCurrency) });
    }
    this.#config = asked.config;
    const commands = findTlv(asked.tlv ?? [], TAG.permittedCommands);
    this.#printer.blocksPermitted = commands !== undefined;
    this.#publish();
    await this.#talk.answer(apdu.control);
    const now = this.#clock.now();
    await this.#talk.complete(apdu.control, {
      ...(this.settings.tellsClock && {
        time: dateAndTime(now, this.settings).time,
        fullDate: fullDate(now, this.settings),
      }),
      statusByte: 0,
      terminalId: this.settings.terminalId,
      currency: this.settings.currency,
    });
  }

  /** What needs nobody: answer, think, say, complete. */
  async #serve(apdu: Apdu): Promise<void> {
    const { control } = apdu;
    const { power } = this.#port;
    const work = this.#memory.work(apdu);
    if (work === undefined) return await this.#port.answer(negative(CODE.notPossible));
    const wasIdle = this.#phase === "idle";
    if (wasIdle) this.#enter("answering");
    await this.#carryOut(control, work, power);
    if (wasIdle && !power.aborted) this.#enter("idle");
  }

  async #carryOut(control: number, work: () => Work, power: AbortSignal): Promise<void> {
    await this.#talk.answer(control);
    if (!(await pause(this.#clock, this.settings.thinking, power))) return;
    const { status, code = 0, lines, completion } = work();
    this.#publish();
    if (status !== undefined) await this.#talk.status(control, status);
    if (lines !== undefined && (this.#config ?? 0) & CONFIG.printLines) await this.#printer.print(lines);
    if (power.aborted) return;
    if (code !== 0) await this.#talk.abort(control, code);
    else await this.#talk.complete(control, completion ?? {});
  }

  #enter(phase: ZvtPhase): void {
    this.#phase = phase;
    if (phase === "idle" || phase === "off") this.#amount = undefined;
    this.#publish();
  }

  #snapshot(): ZvtTerminalState {
    return {
      phase: this.#phase,
      plugged: this.#port.plugged,
      registered: this.#config !== undefined,
      card: this.#hands.card,
      amount: this.#amount,
      charges: [...this.ledger.charges],
    };
  }

  #publish(): void {
    this.#state.set(this.#snapshot());
  }
}
