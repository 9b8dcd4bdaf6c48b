import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/deadline.ts";
import type { Apdu } from "../../../drivers/framing/apdu-stream.ts";
import { decodeBitmaps } from "../../../drivers/payment-terminal/zvt/bitmaps.ts";
import {
  answerOf,
  bitmapCommand,
  CONFIG,
  CONTROL,
  intermediate,
} from "../../../drivers/payment-terminal/zvt/messages.ts";
import type { Hands } from "../hands.ts";
import type { Ledger } from "../ledger.ts";
import { CODE, negative } from "./codes.ts";
import type { ZvtFaults } from "./faults.ts";
import type { ZvtMemory } from "./memory.ts";
import type { ZvtPort } from "./port.ts";
import type { ReceiptPrinter } from "./receipt-printer.ts";
import type { ZvtTerminalSettings } from "./settings.ts";
import { receiptLines, type Stored, statusOf } from "./store.ts";
import type { ZvtTalk } from "./talk.ts";

/** What the terminal is doing, as a person beside it sees it. */
export type ZvtPhase = "off" | "idle" | "waiting-card" | "pin" | "bank" | "goods" | "answering";

/** What a payment changes of the terminal that a person sees. */
export type PaymentBody = {
  /** A payment of so many units of the wire waits for its card. */
  readonly begin: (amount: number) => void;
  readonly enter: (phase: ZvtPhase) => void;
  readonly publish: () => void;
};

export type PaymentParts = {
  readonly settings: ZvtTerminalSettings;
  readonly clock: Clock;
  readonly faults: ZvtFaults;
  readonly ledger: Ledger;
  readonly memory: ZvtMemory;
  readonly hands: Hands<number>;
  readonly port: ZvtPort;
  readonly talk: ZvtTalk;
  readonly printer: ReceiptPrinter;
  readonly body: PaymentBody;
};

/** "The PT waits two seconds and sends the status again." */
const ASKED_EVERY = 2_000;

/** Authorisations, from the card to the completion. */
export class ZvtPayments {
  readonly #settings: ZvtTerminalSettings;
  readonly #clock: Clock;
  readonly #faults: ZvtFaults;
  readonly #ledger: Ledger;
  readonly #memory: ZvtMemory;
  readonly #hands: Hands<number>;
  readonly #port: ZvtPort;
  readonly #talk: ZvtTalk;
  readonly #printer: ReceiptPrinter;
  readonly #body: PaymentBody;
  #config = 0;

  constructor(parts: PaymentParts) {
    this.#settings = parts.settings;
    this.#clock = parts.clock;
    this.#faults = parts.faults;
    this.#ledger = parts.ledger;
    this.#memory = parts.memory;
    this.#hands = parts.hands;
    this.#port = parts.port;
    this.#talk = parts.talk;
    this.#printer = parts.printer;
    this.#body = parts.body;
  }

  /** Serves an authorisation to its end. @param config what the registration asked for. */
  async serve(apdu: Apdu, config: number): Promise<void> {
    const { control } = apdu;
    const { power } = this.#port;
    const { amount, currency = this.#settings.currency, maxStatusInfos } = decodeBitmaps(apdu.data).values;
    if (amount === undefined || amount === 0 || currency !== this.#settings.currency)
      return await this.#port.answer(negative(CODE.wrongCurrency));
    this.#config = config;
    this.#hands.begin();
    this.#body.begin(amount);
    await this.#talk.answer(control);
    await this.#intermediateForEver(control, power);
    const code = await this.#collect(power);
    if (power.aborted || code === undefined) return;
    const stored = this.#decide(code, amount);
    const confirmed = await this.#report(control, stored, maxStatusInfos, power);
    if (power.aborted) return confirmed ? undefined : this.#giveBack(stored);
    this.#body.enter("answering");
    await this.#print(stored, power);
    if (code !== 0 && this.#settings.storesDeclined) this.#memory.store(stored);
    if (confirmed) await this.#talk.complete(control);
    else await this.#talk.abort(control, code === 0 ? CODE.aborted : code);
    if (!power.aborted) this.#body.enter("idle");
  }

  /** Status information until it is answered for good; `true` when the payment stands. */
  async #report(request: number, stored: Stored, most: number | undefined, power: AbortSignal): Promise<boolean> {
    if (await this.#talk.happens("before-status", request)) {
      this.#giveBack(stored);
      return false;
    }
    for (let asked = 0; ; asked++) {
      const answer = await this.#talk.status(request, statusOf(stored, this.#settings));
      // "As soon as the status is acknowledged the payment is successfully completed." Without any answer, one of two readings.
      const stands =
        answer === undefined ? !this.#settings.autoReversal && !power.aborted : answerOf(answer) === "positive";
      if (stands && stored.resultCode === 0) this.#memory.store(stored);
      if (asked === 0) await this.#talk.happens("after-status", request);
      if (stored.resultCode !== 0) return false;
      if (stands) return true;
      if (power.aborted) return false;
      if (answer === undefined) break;
      if ((answer.control & 0xff) !== CODE.wait) break;
      if (most !== undefined && asked >= most) break;
      this.#body.enter("goods");
      if (!(await pause(this.#clock, ASKED_EVERY, power))) return false;
    }
    this.#giveBack(stored);
    await this.#port.command(intermediate.encode(0x05));
    await this.#port.command(bitmapCommand(CONTROL.status, { resultCode: CODE.aborted }));
    return false;
  }

  /** The citizen's part: card, PIN, bank. The result code that it ends with; `undefined` when the power fails. */
  async #collect(power: AbortSignal): Promise<number | undefined> {
    const hands = this.#hands;
    const { autoplay, decision, cardTimeout, pin, bank } = this.#settings;
    await this.#tell(0x0a);
    if (autoplay > 0) void hands.playAfter(autoplay, power, decision === "operator" ? 0 : undefined);
    const shown = await hands.until(() => hands.card !== undefined || hands.cancelled, cardTimeout, power);
    if (power.aborted) return undefined;
    if (hands.cancelled || !shown || hands.card === undefined) return CODE.aborted;
    if (hands.card.kind === "debit") {
      this.#body.enter("pin");
      await this.#tell(0x01);
      await hands.until(() => hands.card === undefined || hands.cancelled, pin, power);
      if (power.aborted) return undefined;
      if (hands.cancelled || hands.card === undefined) return CODE.aborted;
    }
    this.#body.enter("bank");
    await this.#tell(0x04);
    if (decision === "operator") await hands.until(() => hands.decided, Number.MAX_SAFE_INTEGER, power);
    else await pause(this.#clock, bank, power);
    return power.aborted ? undefined : (hands.takeDecision() ?? 0);
  }

  /** Writes the ledger: the money has moved whether or not anybody hears of it. */
  #decide(resultCode: number, amount: number): Stored {
    const number = this.#memory.next();
    const charge = this.#ledger.record({
      amount: amount / 10 ** this.#settings.minorDigits,
      ticket: "",
      commerceCode: undefined,
      responseCode: resultCode.toString(16).padStart(2, "0"),
      authorizationCode: resultCode === 0 ? String((number * 7919) % 1_000_000).padStart(6, "0") : "",
      card: this.#hands.card,
      at: this.#clock.now(),
      moneyMoved: resultCode === 0,
    });
    this.#body.publish();
    return this.#memory.record(charge, resultCode, amount);
  }

  #giveBack({ charge }: Stored): void {
    if (charge?.moneyMoved) charge.reversed = true;
    this.#body.publish();
  }

  async #print(stored: Stored, power: AbortSignal): Promise<void> {
    const wanted = CONFIG.paymentReceiptByUs | CONFIG.printLines;
    if ((this.#config & wanted) !== wanted || power.aborted) return;
    await this.#printer.print(receiptLines(stored, this.#settings));
  }

  async #tell(status: number): Promise<void> {
    if (this.#config & CONFIG.intermediateStatus) await this.#port.command(intermediate.encode(status));
  }

  async #intermediateForEver(request: number, power: AbortSignal): Promise<void> {
    const fault = this.#faults.take("status-for-ever", request);
    if (fault === undefined) return;
    do await this.#port.command(intermediate.encode(0x0e));
    while (!this.#hands.cancelled && (await pause(this.#clock, fault.every, power)));
  }
}
