import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/deadline.ts";
import { type Observable, Subject } from "../../../base/observable.ts";
import type { Apdu } from "../../../drivers/framing/apdu-stream.ts";
import { type BitmapValues, decodeBitmaps } from "../../../drivers/payment-terminal/zvt/bitmaps.ts";
import {
  abort,
  answerOf,
  bitmapCommand,
  CONFIG,
  CONTROL,
  intermediate,
  POSITIVE,
  printLine,
  registration,
  TAG,
  textBlock,
} from "../../../drivers/payment-terminal/zvt/messages.ts";
import { findTlv } from "../../../drivers/payment-terminal/zvt/tlv.ts";
import type { Wire } from "../../wire/wire.ts";
import { type Card, type Charge, Ledger } from "../ledger.ts";
import { CODE } from "./codes.ts";
import { type Moment, ZvtFaults } from "./faults.ts";
import { type Work, ZvtMemory } from "./memory.ts";
import { type Transport, ZvtPort } from "./port.ts";
import { ZVT_TERMINAL_DEFAULTS, type ZvtTerminalSettings } from "./settings.ts";
import { dateAndTime, fullDate, receiptLines, type Stored, statusOf } from "./store.ts";

/** What the terminal is doing, as a person beside it sees it. */
export type ZvtPhase = "off" | "idle" | "waiting-card" | "pin" | "bank" | "goods" | "answering";

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

/** "The PT waits two seconds and sends the status again." */
const ASKED_EVERY = 2_000;
const CENTRED = 0x40;
const LAST_LINE = 0x81;

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
  #config: number | undefined;
  #blocksPermitted = false;
  #phase: ZvtPhase = "idle";
  #card: Card | undefined;
  #amount: number | undefined;
  #decision: number | undefined;
  #cancelled = false;
  #touched = false;
  #service: Promise<void> = Promise.resolve();
  #changed = Promise.withResolvers<void>();

  constructor({ transport, wire, clock, settings }: ZvtSimulatedTerminalOptions) {
    this.settings = { ...ZVT_TERMINAL_DEFAULTS, ...settings };
    this.#clock = clock;
    this.#memory = new ZvtMemory(this.settings, clock);
    this.#port = new ZvtPort(wire, transport, clock, this.faults, this.settings);
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
    this.#card = card;
    this.#touch();
  }

  removeCard(): void {
    this.#card = undefined;
    this.#touch();
  }

  /** The bank approves the payment under way, or the next one. */
  approve(): void {
    this.#decision = 0;
    this.#touch();
  }

  /** The bank, or the terminal, ends the payment under way, or the next one, with this result code. */
  decline(resultCode: number = CODE.declined): void {
    this.#decision = resultCode;
    this.#touch();
  }

  cancelAtTerminal(): void {
    this.#cancelled = true;
    this.#touch();
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
    this.#card = undefined;
    this.#enter("off");
    this.#wake();
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
    if (rejected !== undefined)
      return await this.#port.answer({ control: 0x8400 | rejected.code, data: new Uint8Array(0) });
    if (await this.#happens("before-answer", control)) return;
    switch (control) {
      case CONTROL.registration:
        return await this.#register(apdu);
      case CONTROL.authorization:
        return await this.#pay(apdu);
      case CONTROL.logOff:
        this.#config = undefined;
        this.#publish();
        return await this.#answer(control);
      case CONTROL.stop:
        return await this.#answer(control);
      default:
        return await this.#serve(apdu);
    }
  }

  async #busy(apdu: Apdu): Promise<void> {
    const { abortable, whenBusy } = this.settings;
    if (apdu.control === CONTROL.stop) {
      const possible = abortable && (this.#phase === "waiting-card" || this.#phase === "pin");
      await this.#port.answer(possible ? POSITIVE : this.#negative(CODE.notPossible));
      if (possible) this.cancelAtTerminal();
    } else if (whenBusy === "reject") await this.#port.answer(this.#negative(CODE.wait));
    else if (whenBusy === "answer" && apdu.control !== CONTROL.authorization) await this.#serve(apdu);
  }

  #negative(code: number): Apdu {
    return { control: 0x8400 | code, data: new Uint8Array(0) };
  }

  async #register(apdu: Apdu): Promise<void> {
    const asked = registration.decode(apdu);
    if (asked?.password !== this.settings.password) return await this.#port.answer(this.#negative(CODE.notPossible));
    if (asked.currency !== this.settings.currency) {
      return await this.#port.answer({ control: 0x841e, data: Uint8Array.of(CODE.wrongCurrency) });
    }
    this.#config = asked.config;
    const commands = findTlv(asked.tlv ?? [], TAG.permittedCommands);
    this.#blocksPermitted = commands !== undefined;
    this.#publish();
    await this.#answer(apdu.control);
    const now = this.#clock.now();
    await this.#complete(apdu.control, {
      ...(this.settings.tellsClock && {
        time: dateAndTime(now, this.settings).time,
        fullDate: fullDate(now, this.settings),
      }),
      statusByte: 0,
      terminalId: this.settings.terminalId,
      currency: this.settings.currency,
    });
  }

  async #pay(apdu: Apdu): Promise<void> {
    const { control } = apdu;
    const { power } = this.#port;
    const { amount, currency = this.settings.currency, maxStatusInfos } = decodeBitmaps(apdu.data).values;
    if (amount === undefined || amount === 0 || currency !== this.settings.currency)
      return await this.#port.answer(this.#negative(CODE.wrongCurrency));
    this.#amount = amount;
    this.#cancelled = false;
    this.#touched = false;
    this.#enter("waiting-card");
    await this.#answer(control);
    await this.#intermediateForEver(control, power);
    const code = await this.#collect(power);
    if (power.aborted || code === undefined) return;
    const stored = this.#decide(code, amount);
    const confirmed = await this.#report(control, stored, maxStatusInfos, power);
    if (power.aborted) return confirmed ? undefined : this.#giveBack(stored);
    this.#enter("answering");
    await this.#print(stored, power);
    if (code !== 0 && this.settings.storesDeclined) this.#memory.store(stored);
    if (confirmed) await this.#complete(control);
    else await this.#abort(control, code === 0 ? CODE.aborted : code);
    if (!power.aborted) this.#enter("idle");
  }

  /** Status information until it is answered for good; `true` when the payment stands. */
  async #report(request: number, stored: Stored, most: number | undefined, power: AbortSignal): Promise<boolean> {
    if (await this.#happens("before-status", request)) {
      this.#giveBack(stored);
      return false;
    }
    for (let asked = 0; ; asked++) {
      const answer = await this.#status(request, statusOf(stored, this.settings));
      // "As soon as the status is acknowledged the payment is successfully completed." Without any answer, one of two readings.
      const stands =
        answer === undefined ? !this.settings.autoReversal && !power.aborted : answerOf(answer) === "positive";
      if (stands && stored.resultCode === 0) this.#memory.store(stored);
      if (asked === 0) await this.#happens("after-status", request);
      if (stored.resultCode !== 0) return false;
      if (stands) return true;
      if (power.aborted) return false;
      if (answer === undefined) break;
      if ((answer.control & 0xff) !== CODE.wait) break;
      if (most !== undefined && asked >= most) break;
      this.#enter("goods");
      if (!(await pause(this.#clock, ASKED_EVERY, power))) return false;
    }
    this.#giveBack(stored);
    await this.#port.command(intermediate.encode(0x05));
    await this.#port.command(bitmapCommand(CONTROL.status, { resultCode: CODE.aborted }));
    return false;
  }

  /** The citizen's part: card, PIN, bank. The result code that it ends with; `undefined` when the power fails. */
  async #collect(power: AbortSignal): Promise<number | undefined> {
    await this.#tell(0x0a);
    if (this.settings.autoplay > 0) void this.#autoplay(power);
    const shown = await this.#until(
      () => this.#card !== undefined || this.#cancelled,
      this.settings.cardTimeout,
      power,
    );
    if (power.aborted) return undefined;
    if (this.#cancelled || !shown || this.#card === undefined) return CODE.aborted;
    if (this.#card.kind === "debit") {
      this.#enter("pin");
      await this.#tell(0x01);
      await this.#until(() => this.#card === undefined || this.#cancelled, this.settings.pin, power);
      if (power.aborted) return undefined;
      if (this.#cancelled || this.#card === undefined) return CODE.aborted;
    }
    this.#enter("bank");
    await this.#tell(0x04);
    if (this.settings.decision === "operator")
      await this.#until(() => this.#decision !== undefined, Number.MAX_SAFE_INTEGER, power);
    else await pause(this.#clock, this.settings.bank, power);
    if (power.aborted) return undefined;
    const decided = this.#decision ?? 0;
    this.#decision = undefined;
    return decided;
  }

  /** Writes the ledger: the money has moved whether or not anybody hears of it. */
  #decide(resultCode: number, amount: number): Stored {
    const number = this.#memory.next();
    const charge = this.ledger.record({
      amount: amount / 10 ** this.settings.minorDigits,
      ticket: "",
      commerceCode: undefined,
      responseCode: resultCode.toString(16).padStart(2, "0"),
      authorizationCode: resultCode === 0 ? String((number * 7919) % 1_000_000).padStart(6, "0") : "",
      card: this.#card,
      at: this.#clock.now(),
      moneyMoved: resultCode === 0,
    });
    this.#publish();
    return this.#memory.record(charge, resultCode, amount);
  }

  #giveBack({ charge }: Stored): void {
    if (charge?.moneyMoved) charge.reversed = true;
    this.#publish();
  }

  /** What needs nobody: answer, think, say, complete. */
  async #serve(apdu: Apdu): Promise<void> {
    const { control } = apdu;
    const { power } = this.#port;
    const work = this.#memory.work(apdu);
    if (work === undefined) return await this.#port.answer(this.#negative(CODE.notPossible));
    const wasIdle = this.#phase === "idle";
    if (wasIdle) this.#enter("answering");
    await this.#carryOut(control, work, power);
    if (wasIdle && !power.aborted) this.#enter("idle");
  }

  async #carryOut(control: number, work: () => Work, power: AbortSignal): Promise<void> {
    await this.#answer(control);
    if (!(await pause(this.#clock, this.settings.thinking, power))) return;
    const { status, code = 0, lines, completion } = work();
    this.#publish();
    if (status !== undefined) await this.#status(control, status);
    if (lines !== undefined && (this.#config ?? 0) & CONFIG.printLines) await this.#printLines(lines);
    if (power.aborted) return;
    if (code !== 0) await this.#abort(control, code);
    else await this.#complete(control, completion ?? {});
  }

  async #answer(control: number): Promise<void> {
    if (this.faults.take("drop-answer", control) !== undefined) return;
    const late = this.faults.take("late-answer", control);
    if (late !== undefined && !(await pause(this.#clock, late.delay, this.#port.power))) return;
    await this.#port.answer(POSITIVE);
    await this.#happens("after-answer", control);
  }

  async #status(request: number, values: BitmapValues): Promise<Apdu | undefined> {
    const late = this.faults.take("late-status", request);
    if (late !== undefined) await pause(this.#clock, late.delay, this.#port.power);
    const wrong = this.faults.take("wrong-amount", request) !== undefined;
    const told = wrong && values.amount !== undefined ? { ...values, amount: values.amount + 1 } : values;
    const split = this.faults.take("split-status", request);
    const garbage = this.faults.take("garbage", request);
    return await this.#port.command(bitmapCommand(CONTROL.status, told), {
      wrongCrc: () => this.faults.take("wrong-crc", request) !== undefined,
      ...(this.faults.take("drop-status", request) !== undefined && { drop: true }),
      ...(this.faults.take("duplicate-status", request) !== undefined && { duplicate: true }),
      ...(split !== undefined && { split }),
      ...(garbage !== undefined && { garbage: garbage.bytes }),
    });
  }

  async #complete(request: number, what: BitmapValues | Apdu = {}): Promise<void> {
    if (await this.#happens("before-completion", request)) return;
    if (this.faults.take("drop-completion", request) !== undefined) return;
    const late = this.faults.take("late-completion", request);
    if (late !== undefined && !(await pause(this.#clock, late.delay, this.#port.power))) return;
    await this.#port.command("control" in what ? what : bitmapCommand(CONTROL.completion, what));
  }

  async #abort(request: number, code: number): Promise<void> {
    if (await this.#happens("before-completion", request)) return;
    if (this.faults.take("drop-completion", request) !== undefined) return;
    await this.#port.command(abort.encode(code));
  }

  async #print(stored: Stored, power: AbortSignal): Promise<void> {
    const wanted = CONFIG.paymentReceiptByUs | CONFIG.printLines;
    if (((this.#config ?? 0) & wanted) !== wanted || power.aborted) return;
    await this.#printLines(receiptLines(stored, this.settings));
  }

  async #printLines(lines: readonly string[]): Promise<void> {
    if (this.#blocksPermitted && this.settings.printsBlocks) {
      const block = lines.map((text, at) => ({ text, last: at === lines.length - 1 }));
      await this.#port.command(textBlock.encode({ type: "customer", lines: block }));
      return;
    }
    for (const [at, text] of lines.entries())
      await this.#port.command(printLine.encode(at === 0 ? CENTRED : 0x00, text));
    await this.#port.command(printLine.encode(LAST_LINE, ""));
  }

  async #tell(status: number): Promise<void> {
    if ((this.#config ?? 0) & CONFIG.intermediateStatus) await this.#port.command(intermediate.encode(status));
  }

  /** Carries out a fault of this moment; `true` when it interrupts the service. */
  async #happens(when: Moment, request: number): Promise<boolean> {
    if (this.faults.take("reboot", request, when) !== undefined) {
      void this.powerCycle();
      return true;
    }
    const unplug = this.faults.take("unplug", request, when);
    if (unplug === undefined) return false;
    this.unplug();
    if (unplug.replugAfter !== undefined)
      void pause(this.#clock, unplug.replugAfter, this.#port.power).then((on) => {
        if (on) this.plug();
      });
    return when === "before-answer";
  }

  async #intermediateForEver(request: number, power: AbortSignal): Promise<void> {
    const fault = this.faults.take("status-for-ever", request);
    if (fault === undefined) return;
    do await this.#port.command(intermediate.encode(0x0e));
    while (!this.#cancelled && (await pause(this.#clock, fault.every, power)));
  }

  async #autoplay(power: AbortSignal): Promise<void> {
    if (!(await pause(this.#clock, this.settings.autoplay, power)) || this.#touched) return;
    this.insertCard({ kind: "debit", last4: "0042", brand: "DB" });
    if (this.settings.decision === "operator") this.approve();
  }

  /** Waits until `condition` holds; `false` when `milliseconds` pass or the power fails. */
  async #until(condition: () => boolean, milliseconds: number, power: AbortSignal): Promise<boolean> {
    const enough = new AbortController();
    let late = false;
    if (milliseconds < Number.MAX_SAFE_INTEGER)
      void pause(this.#clock, milliseconds, AbortSignal.any([power, enough.signal])).then((passed) => {
        late = passed;
        this.#wake();
      });
    const onPower = () => this.#wake();
    power.addEventListener("abort", onPower, { once: true });
    while (!condition() && !late && !power.aborted) await this.#changed.promise;
    power.removeEventListener("abort", onPower);
    enough.abort();
    return condition();
  }

  #touch(): void {
    this.#touched = true;
    this.#publish();
    this.#wake();
  }

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
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
      card: this.#card,
      amount: this.#amount,
      charges: [...this.ledger.charges],
    };
  }

  #publish(): void {
    this.#state.set(this.#snapshot());
  }
}
