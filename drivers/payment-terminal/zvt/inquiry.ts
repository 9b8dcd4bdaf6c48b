import { pause } from "../../../base/deadline.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import type { SaleIntent, SaleResult } from "../interface.ts";
import { judgeReceipt, type ReceiptVerdict } from "./judgement.ts";
import { askLastReceipt, type LastReceipt } from "./last-receipt.ts";
import type { Line } from "./line.ts";

export type Finding =
  | { readonly finding: "sale"; readonly sale: SaleResult; readonly key?: string }
  | { readonly finding: "not-taken" }
  | { readonly finding: "unclear"; readonly error: CodedError };

/** What the attempt hears while the terminal is asked. */
export type Ear = {
  readonly sale: () => SaleResult | undefined;
  readonly maybeReversed: () => boolean;
  /** Monotonic time at which the terminal last showed that it was at work on the sale. */
  readonly lastSignAt: () => number;
  /** Aborts when the end of the sale has come after all. */
  readonly settled: AbortSignal;
  readonly signal: AbortSignal;
};

/**
 * Asks a terminal what became of a sale: its last stored receipt, until it tells or the time is up. "My last receipt is
 * another one" counts only when the terminal can no longer be at work on this sale. See
 * `docs/decisions/0070-zvt-goods-issue.md` for the rules.
 */
export class Inquiry {
  readonly #line: Line;
  readonly #intent: SaleIntent;
  readonly #ear: Ear;

  constructor(line: Line, intent: SaleIntent, ear: Ear) {
    this.#line = line;
    this.#intent = intent;
    this.#ear = ear;
  }

  /**
   * @param mayWorkFor the terminal may have taken the sale and still be at work on it, for so long, milliseconds.
   * @param patient keep asking until it no longer can.
   */
  async run(mayWorkFor: number, patient: boolean): Promise<Finding> {
    const { clock, settings } = this.#line;
    const { settled, signal } = this.#ear;
    const began = clock.monotonic();
    const wake = AbortSignal.any([settled, signal]);
    const bound = began + mayWorkFor + settings.completion + settings.reconnect + settings.inquiry;
    let seen = "no answer";
    for (;;) {
      const sale = this.#ear.sale();
      if (sale !== undefined) return { finding: "sale", sale };
      if (signal.aborted) return unclear("stopped while asking");
      const workEnds = Math.max(began, this.#ear.lastSignAt()) + mayWorkFor;
      const until = Math.min(bound, (patient ? workEnds : began) + settings.inquiry);
      const now = clock.monotonic();
      if (now >= until) return unclear(seen);
      const session = await this.#line.connected(Math.min(settings.reconnect, until - now), wake);
      if (session === undefined) {
        if (!wake.aborted) return unclear("the terminal is not connected");
        continue;
      }
      const refusal = await this.#line.registered(session, wake);
      const asked: LastReceipt =
        refusal === undefined
          ? await askLastReceipt(this.#line, session, wake)
          : { found: "no-answer", error: refusal };
      if (this.#ear.sale() !== undefined) continue;
      const verdict = this.#judge(asked);
      if (verdict.verdict === "this") {
        if (this.#ear.maybeReversed())
          return unclear("approved, and perhaps given back because the goods were not issued");
        return { finding: "sale", sale: verdict.sale, ...(asked.found === "receipt" && { key: asked.key }) };
      }
      if (verdict.verdict === "unclear" && asked.found !== "no-answer") return unclear(verdict.why);
      // It is another one, and the terminal had its whole time.
      if (verdict.verdict === "other" && clock.monotonic() >= workEnds) return { finding: "not-taken" };
      seen = verdict.verdict === "unclear" ? verdict.why : "the terminal may still be at work on the sale";
      const rest = verdict.verdict === "other" ? workEnds - clock.monotonic() : settings.inquiryInterval;
      await pause(clock, Math.min(Math.max(rest, 0), Math.max(0, until - clock.monotonic())), wake);
    }
  }

  #judge(asked: LastReceipt): ReceiptVerdict {
    const { clock, settings } = this.#line;
    if (asked.found === "no-answer") return { verdict: "unclear", why: asked.error.message };
    // A sale that was stored would be the last receipt.
    if (asked.found === "nothing") return { verdict: "other" };
    const memory = this.#line.memory(this.#intent);
    return judgeReceipt(asked.decoded, this.#intent, memory, settings.profile, { ...settings, now: clock.now() });
  }
}

function unclear(seen: string): Finding {
  return { finding: "unclear", error: coded("payment.in-doubt", seen) };
}
