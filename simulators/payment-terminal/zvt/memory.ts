import type { Clock } from "../../../base/clock.ts";
import type { Apdu } from "../../../drivers/framing/apdu-stream.ts";
import type { BitmapValues } from "../../../drivers/payment-terminal/zvt/bitmaps.ts";
import {
  CONTROL,
  enquiryCompletion,
  individualTotals,
  passwordCommand,
  REPEAT,
} from "../../../drivers/payment-terminal/zvt/messages.ts";
import type { Charge } from "../ledger.ts";
import { CODE } from "./codes.ts";
import type { ZvtTerminalSettings } from "./settings.ts";
import { receiptLines, type Stored, statusOf } from "./store.ts";

/** What a terminal says to a request that needs nobody, between its answer and its completion. */
export type Work = {
  readonly status?: BitmapValues;
  /** Anything but 0 ends in abort. */
  readonly code?: number;
  readonly lines?: readonly string[];
  readonly completion?: Apdu;
};

/** What a terminal remembers and answers from without anybody's help: receipts, the day's payments, its numbers. */
export class ZvtMemory {
  readonly #settings: ZvtTerminalSettings;
  readonly #clock: Clock;
  readonly #stored: Stored[] = [];
  #dayBegan = 0;
  #number = 0;

  constructor(settings: ZvtTerminalSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Takes the next number. */
  next(): number {
    return ++this.#number;
  }

  record(charge: Charge | undefined, resultCode: number, amount: number): Stored {
    const number = String(this.#number);
    return {
      charge,
      resultCode,
      amount,
      receipt: number.slice(-4).padStart(4, "0"),
      trace: number.slice(-6).padStart(6, "0"),
      at: this.#clock.now(),
    };
  }

  store(stored: Stored): void {
    this.#stored.push(stored);
  }

  work({ control, data }: Apdu): (() => Work) | undefined {
    if (control === CONTROL.diagnosis) return () => ({ lines: ["      diagnóstico correcto"] });
    if (control === CONTROL.statusEnquiry) return () => ({ completion: enquiryCompletion.encode(0) });
    const asked = passwordCommand.decode({ control, data });
    if (asked?.password !== this.#settings.password) return undefined;
    switch (control) {
      case CONTROL.repeatReceipt:
        return () => this.#repeat(asked.values.serviceByte ?? 0);
      case CONTROL.reversal:
        return () => this.#reverse(asked.values);
      case CONTROL.refund:
        return () => ({
          status: { resultCode: 0, amount: asked.values.amount ?? 0, receipt: this.#nextStored().receipt },
        });
      case CONTROL.totals:
        return () => ({ status: this.#totals() });
      case CONTROL.endOfDay:
        return () => {
          const status = this.#totals();
          this.#dayBegan = this.#stored.length;
          return { status, lines: ["      CIERRE DE TERMINAL", `TOTAL: ${status.amount}`] };
        };
      case CONTROL.initialisation:
        return () => ({});
      default:
        return undefined;
    }
  }

  #repeat(service: number): Work {
    const last = this.#stored.at(-1);
    if (last === undefined) return { code: CODE.notPossible };
    return {
      ...((service & REPEAT.sendStatus) !== 0 && { status: statusOf(last, this.#settings) }),
      ...((service & REPEAT.printNothing) === 0 && { lines: receiptLines(last, this.#settings) }),
    };
  }

  #reverse({ amount, receipt }: BitmapValues): Work {
    const failed = (resultCode: number): Work => ({ status: { resultCode }, code: resultCode });
    const original = this.#stored.find((stored) => stored.receipt === receipt && stored.charge?.moneyMoved === true);
    if (original?.charge === undefined || (amount !== undefined && amount !== original.amount))
      return failed(CODE.reversalNotPossible);
    if (original.charge.reversed) return failed(CODE.alreadyReversed);
    original.charge.reversed = true;
    const reversal = { ...this.#nextStored(), charge: original.charge, amount: original.amount };
    this.store(reversal);
    return { status: { ...statusOf(reversal, this.#settings), originalTrace: original.trace } };
  }

  #nextStored(): Stored {
    this.next();
    return this.record(undefined, 0, 0);
  }

  #totals(): BitmapValues {
    const open = this.#stored
      .slice(this.#dayBegan)
      .filter(({ charge, resultCode }) => resultCode === 0 && charge?.moneyMoved === true && !charge.reversed);
    const amount = open.reduce((sum, stored) => sum + stored.amount, 0);
    return { resultCode: 0, amount, individualTotals: individualTotals.encode([{ count: open.length, amount }]) };
  }
}
