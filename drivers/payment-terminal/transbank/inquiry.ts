import { pause } from "../../../base/deadline.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import type { SaleIntent, SaleResult } from "../interface.ts";
import { answersSale, judgeLastSale, type LastSaleVerdict } from "./judgement.ts";
import { type Line, lastSaleRequest, POLL } from "./line.ts";
import type { TransbankSession } from "./session.ts";

/** A terminal that sent a status message so short a time ago is not idle, milliseconds. */
const QUIET = 5_000;

export type Finding =
  | { readonly finding: "sale"; readonly sale: SaleResult }
  /** `wasTaken`: the terminal had accepted the request and ended without a sale. */
  | { readonly finding: "not-taken"; readonly session: TransbankSession; readonly wasTaken: boolean }
  | { readonly finding: "unclear"; readonly error: CodedError };

/** What the attempt hears while the terminal is asked. */
type Ear = {
  readonly sale: () => SaleResult | undefined;
  readonly statuses: () => number;
  readonly lastStatusAt: () => number;
  /** Aborts when the answer to the sale has come after all. */
  readonly answered: AbortSignal;
  readonly signal: AbortSignal;
};

type Start = {
  readonly session: TransbankSession | undefined;
  /** Surplus ACKs of that session before the sale was sent. */
  readonly strayAcks: number;
  /** The terminal may have taken the sale and still be serving the citizen, for so long, milliseconds. */
  readonly mayWorkFor: number;
  /** "My last sale is another one" says nothing while the terminal may still be at work on this one. */
  readonly othersCountAtOnce: boolean;
  /** Keep asking, at any rate, until it can no longer be at work. */
  readonly patient: boolean;
};

/**
 * Asks a terminal what became of a sale: poll, then last sale, until it tells or the time is up. See
 * `docs/decisions/0010-payment-silence.md` for the rules.
 */
export class Inquiry {
  readonly #line: Line;
  readonly #intent: SaleIntent;
  readonly #ear: Ear;
  readonly #wake: AbortSignal;

  /** @param ear what is heard of the sale while the terminal is asked. */
  constructor(line: Line, intent: SaleIntent, ear: Ear) {
    this.#line = line;
    this.#intent = intent;
    this.#ear = ear;
    this.#wake = AbortSignal.any([ear.answered, ear.signal]);
  }

  async run(start: Start): Promise<Finding> {
    const { clock, settings } = this.#line;
    const began = clock.monotonic();
    const workEnds = began + start.mayWorkFor;
    const bound = workEnds + settings.reconnect + settings.inquiry;
    let othersCountFrom = start.othersCountAtOnce ? began : workEnds;
    const statusesBefore = this.#ear.statuses();
    let until = (start.patient ? workEnds : began) + settings.inquiry;
    let { session, strayAcks } = start;
    let others = 0;
    let seen = "no answer";
    for (;;) {
      const sale = this.#ear.sale();
      if (sale !== undefined) return { finding: "sale", sale };
      if (this.#ear.signal.aborted) return unclear("stopped while asking");
      const now = clock.monotonic();
      if (now >= until) return unclear(seen);

      const connected = await this.#line.connected(Math.min(settings.reconnect, until - now), this.#wake);
      if (connected === undefined) {
        if (!this.#wake.aborted) return unclear("the terminal is not connected");
        continue;
      }
      if (connected !== session) {
        // What the terminal said while the line was down, an ACK for the sale perhaps, nobody has heard.
        othersCountFrom = workEnds;
        strayAcks = connected.strayAcks;
        until = Math.min(bound, Math.max(until, clock.monotonic() + settings.inquiry));
      }
      session = connected;

      const tookIt = session.strayAcks > strayAcks || this.#ear.statuses() > statusesBefore;
      if (tookIt && clock.monotonic() < workEnds) {
        // It has shown that it is at work on the sale: let it finish before it is asked.
        until = Math.max(until, workEnds + settings.inquiry);
        seen = "the terminal was still working";
        await pause(clock, workEnds - clock.monotonic(), this.#wake);
        continue;
      }

      const asked = await this.#ask(session);
      if (this.#ear.sale() !== undefined) continue;
      seen = asked.seen;
      if (asked.verdict?.verdict === "this") return { finding: "sale", sale: asked.verdict.sale };
      if (asked.verdict?.verdict === "unclear") return unclear(asked.verdict.why);
      const askedAt = clock.monotonic();
      const idle = asked.polled && session.strayAcks === strayAcks && askedAt - this.#ear.lastStatusAt() > QUIET;
      if (asked.verdict?.verdict === "other" && idle && askedAt >= othersCountFrom) others++;
      else others = 0;
      if (others >= asked.needed) return { finding: "not-taken", session, wasTaken: tookIt };
      if (others > 0) continue;
      await pause(clock, Math.min(settings.inquiryInterval, Math.max(0, until - clock.monotonic())), this.#wake);
    }
  }

  async #ask(session: TransbankSession): Promise<{
    readonly polled: boolean;
    readonly verdict?: LastSaleVerdict;
    /** How many equal answers in a row count: one more when an answer of before may still be on its way. */
    readonly needed: number;
    readonly seen: string;
  }> {
    const poll = await session.exchange(POLL, this.#wake);
    const polled = poll.end === "answered";
    if (this.#wake.aborted) return { polled, needed: 1, seen: "interrupted" };
    const owed = session.unanswered.has("last-sale");
    const request = lastSaleRequest(this.#line, this.#intent.commerceCode !== undefined);
    const asked = await session.exchange(request, this.#wake);
    const data = asked.end === "answered" ? asked.answers[0] : undefined;
    if (data === undefined) return { polled, needed: 1, seen: `last sale ended as ${asked.end}` };
    const verdict = judgeLastSale(this.#line.model, data, this.#intent, this.#line.settings);
    // With the sale's own function code it may as well be the late answer of an earlier attempt.
    const ambiguous = owed || answersSale(data.slice(0, 4), true);
    return {
      polled,
      verdict,
      needed: ambiguous ? 2 : 1,
      seen: polled ? `last sale is ${verdict.verdict}` : "it does not acknowledge a poll",
    };
  }
}

function unclear(seen: string): Finding {
  return { finding: "unclear", error: coded("payment.in-doubt", seen) };
}
