import { pause } from "../../../base/deadline.ts";
import type { Apdu } from "../../framing/apdu-stream.ts";
import type { SaleOptions, SaleResult } from "../interface.ts";
import type { Line } from "./line.ts";
import { GOODS_NOT_ISSUED, MORE_TIME, POSITIVE } from "./messages.ts";

/**
 * The goods of one approved sale: asks whoever issues them, once, and turns the state of that into answers to the terminal,
 * which repeats its question for as long as it is asked to wait (PA00P015, chapter 2.2.6).
 */
export class Goods {
  readonly #line: Line;
  readonly #onApproved: NonNullable<SaleOptions["onApproved"]>;
  readonly #tooLate = new AbortController();
  #state: "not-asked" | "pending" | "issued" | "not-issued" = "not-asked";
  #decided: Promise<void> = Promise.resolve();

  constructor(line: Line, onApproved: NonNullable<SaleOptions["onApproved"]>) {
    this.#line = line;
    this.#onApproved = onApproved;
  }

  /** The answer to the terminal's status of an approved sale, within the time that it may take. */
  async answer(sale: SaleResult): Promise<Apdu> {
    if (this.#state === "not-asked") {
      this.#state = "pending";
      this.#decided = this.#ask(sale);
    }
    const { clock, settings } = this.#line;
    const held = new AbortController();
    void this.#decided.then(() => held.abort());
    await pause(clock, settings.goodsHold, held.signal);
    if (this.#state === "pending") return MORE_TIME;
    return this.#state === "issued" ? POSITIVE : GOODS_NOT_ISSUED;
  }

  /** Nobody waits for the goods any more: what is not issued yet must not be. */
  withdraw(): void {
    this.#tooLate.abort();
    if (this.#state === "pending") this.#state = "not-issued";
  }

  async #ask(sale: SaleResult): Promise<void> {
    const { clock, settings } = this.#line;
    const answered = new AbortController();
    void pause(clock, settings.goodsIssue, AbortSignal.any([answered.signal, this.#tooLate.signal])).then((late) => {
      if (late) this.withdraw();
    });
    const issued = await this.#onApproved(sale, this.#tooLate.signal).catch(() => "not-issued" as const);
    answered.abort();
    if (this.#state === "pending") this.#state = issued;
  }
}
