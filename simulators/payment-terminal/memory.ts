import type { Clock } from "../../base/clock.ts";
import { FUNCTION, plainRequest } from "../../drivers/payment-terminal/transbank/messages.ts";
import type { TransbankModelName } from "../../drivers/payment-terminal/transbank/models.ts";
import type { Answers } from "./answers.ts";
import type { Charge, Ledger } from "./ledger.ts";
import type { TerminalSettings } from "./settings.ts";

/** What a terminal remembers and answers from without anybody's help: last sale, the day's sales, its keys. */
export class TerminalMemory {
  needsKeys = false;
  readonly #model: TransbankModelName;
  readonly #settings: TerminalSettings;
  readonly #answers: Answers;
  readonly #ledger: Ledger;
  readonly #clock: Clock;
  #closedUpTo = 0;

  constructor(model: TransbankModelName, settings: TerminalSettings, answers: Answers, ledger: Ledger, clock: Clock) {
    this.#model = model;
    this.#settings = settings;
    this.#answers = answers;
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /** The approved sales since the day was last closed. */
  get open(): readonly Charge[] {
    return this.#ledger.approved.slice(this.#closedUpTo);
  }

  /** What the terminal says to a request that needs nobody. Effects on the ledger happen here. */
  answerTo(code: string, data: string): string | undefined {
    const flag = plainRequest.decode(data).values.flag === true;
    const { open } = this;
    switch (code) {
      case FUNCTION.lastSale:
      case FUNCTION.lastMulticodeSale: {
        const answerCode =
          code === FUNCTION.lastSale ? this.#settings.lastSaleResponse : FUNCTION.lastMulticodeSaleResponse;
        const sales = this.#settings.lastSaleIncludesDeclined ? this.#ledger.charges : this.#ledger.approved;
        const last = sales.at(-1);
        return last === undefined ? this.#answers.plain(answerCode, "11") : this.#answers.sale(answerCode, last, flag);
      }
      case FUNCTION.refund:
        return this.#refund(data.split("|")[1]);
      case FUNCTION.close:
        this.#closedUpTo = this.#ledger.approved.length;
        return this.#answers.close(flag, open);
      case FUNCTION.totals:
        return this.#answers.totals(open);
      case FUNCTION.loadKeys:
        this.needsKeys = false;
        return this.#answers.plain(FUNCTION.loadKeysResponse, "00");
      case FUNCTION.initialiseResult:
        return this.#answers.initialised(this.#clock.now());
      default:
        return undefined;
    }
  }

  /** Credit only, and still in memory; the last sale, or the one with this operation number. */
  #refund(operationNumber: string | undefined): string {
    const charge =
      this.#model === "transbank-integrado"
        ? this.#ledger.approved.find((candidate) => Number(candidate.operationNumber) === Number(operationNumber))
        : this.#ledger.approved.at(-1);
    if (charge === undefined) return this.#answers.refund("05", undefined);
    if (charge.reversed) return this.#answers.refund("04", undefined);
    if (charge.card?.kind === "debit") return this.#answers.refund("08", undefined);
    charge.reversed = true;
    return this.#answers.refund("00", charge);
  }
}
