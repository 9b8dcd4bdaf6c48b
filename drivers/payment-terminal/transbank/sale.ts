import { anySignal } from "../../../base/deadline.ts";
import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type { PaymentPrompt, Recovery, SaleIntent, SaleResult } from "../interface.ts";
import { type Finding, Inquiry } from "./inquiry.ts";
import { answersSale, readSale, readSaleAnswer } from "./judgement.ts";
import type { Line } from "./line.ts";
import { promptOf } from "./response-codes.ts";
import { type ExchangeEnd, type ExchangeRequest, isStatus, type TransbankSession } from "./session.ts";

/** How often a sale is sent again after the terminal has shown that it did not take it. */
const RESENDS = 2;

/**
 * One attempt to charge, from the first byte to a certain end or an honest doubt. It listens to everything that the
 * terminal says for as long as it lives: a late answer that names this ticket and amount ends every doubt.
 */
export class SaleAttempt {
  readonly intent: SaleIntent;
  readonly #line: Line;
  readonly #onPrompt: ((prompt: PaymentPrompt, code: string) => void) | undefined;
  readonly #answered = new AbortController();
  #sale: SaleResult | undefined;
  #statuses = 0;
  #lastStatusAt = Number.NEGATIVE_INFINITY;

  constructor(line: Line, intent: SaleIntent, onPrompt?: (prompt: PaymentPrompt, code: string) => void) {
    this.#line = line;
    this.intent = intent;
    this.#onPrompt = onPrompt;
  }

  /** Takes what the terminal says outside an exchange; `true` when it belongs to this attempt. */
  hear(data: string): boolean {
    if (isStatus(data)) {
      this.#status(data.split("|")[1] ?? "");
      return true;
    }
    if (this.#accepts(data) !== "last" || readSale(this.#line.model, data, false).values.ticket === undefined)
      return false;
    this.#settle(data);
    return true;
  }

  /** @param signal cancels only while no byte has left; the protocol has no command to cancel. */
  async charge(signal: AbortSignal | undefined): Promise<Outcome<SaleResult>> {
    const { settings, stop } = this.#line;
    const cancelled = anySignal(stop, signal);
    const session = await this.#line.connected(settings.connect, cancelled);
    if (cancelled.aborted) return failed(coded("common.cancelled", "sale"));
    if (session === undefined) return failed(this.#line.absence());
    for (let resends = 0; ; resends++) {
      const strayAcks = session.strayAcks;
      const end = await session.exchange(this.#request(), stop);
      const certain = this.#certain(end);
      if (certain !== undefined) return certain;
      const finding = await this.#investigate(end.end, session, strayAcks, settings.response);
      if (finding.finding === "sale") return done(finding.sale);
      if (finding.finding === "unclear") return uncertain(finding.error);
      // Only a silent terminal that has shown since that it did not take the sale is sent it again.
      if (end.end !== "silent" || finding.wasTaken || finding.session !== session)
        return failed(coded("payment.not-taken", end.end));
      // It answers every question and no sale: then its answers are not to be trusted either.
      if (resends === RESENDS) return uncertain(coded("payment.in-doubt", "it answers questions, but not the sale"));
      if (cancelled.aborted) return failed(coded("common.cancelled", "sale"));
    }
  }

  /**
   * What became of this attempt, made before (perhaps by a process that has died). As long as the terminal may still be
   * at work on it, only an answer that names it counts; that can take as long as a sale.
   */
  async recover(signal: AbortSignal | undefined): Promise<Outcome<Recovery>> {
    const { clock, settings, stop } = this.#line;
    const session = await this.#line.connected(settings.connect, anySignal(stop, signal));
    const age = clock.now() - this.intent.startedAt;
    const mayWorkFor = Math.min(settings.response, Math.max(0, settings.response - age));
    const strayAcks = session?.strayAcks ?? 0;
    const finding = await this.#investigate("recovering", session, strayAcks, mayWorkFor, signal);
    if (finding.finding === "sale") return done({ taken: true, sale: finding.sale });
    if (finding.finding === "not-taken") return done({ taken: false });
    return uncertain(finding.error);
  }

  /** The ends that leave no doubt. */
  #certain(end: ExchangeEnd): Outcome<SaleResult> | undefined {
    if (this.#sale !== undefined) return done(this.#sale);
    switch (end.end) {
      case "refused":
        return failed(coded("payment.refused", "sale"));
      case "not-sent":
        return failed(end.error);
      case "stopped":
        return uncertain(coded("payment.in-doubt", "the driver was stopped in the middle of a sale"));
      default:
        return undefined;
    }
  }

  #request(): ExchangeRequest {
    const { model, settings } = this.#line;
    return {
      name: "sale",
      data: model.saleRequest({ ...this.intent, voucher: settings.voucher && model.capabilities.voucherToHost }),
      answer: {
        accepts: (data) => {
          const verdict = this.#accepts(data);
          if (verdict === "last") this.#settle(data);
          return verdict;
        },
        within: settings.response,
        provesReceipt: true,
      },
      onStatus: (code) => this.#status(code),
    };
  }

  #accepts(data: string): "last" | "contradiction" | "foreign" {
    const multicode = this.intent.commerceCode !== undefined;
    const { function: code, values } = readSale(this.#line.model, data, multicode);
    if (!answersSale(code, multicode)) return "foreign";
    // The answer of an earlier attempt, late or repeated, says nothing about this one.
    const { ticket } = values;
    if (ticket !== undefined && ticket !== this.intent.ticket && this.#line.knowsTicket(ticket)) return "foreign";
    return readSaleAnswer(this.#line.model, data, this.intent) === "contradiction" ? "contradiction" : "last";
  }

  #settle(data: string): void {
    const sale = readSaleAnswer(this.#line.model, data, this.intent);
    if (sale === "contradiction") return;
    this.#sale = sale;
    this.#answered.abort();
  }

  #status(code: string): void {
    this.#statuses++;
    this.#lastStatusAt = this.#line.clock.monotonic();
    this.#onPrompt?.(promptOf(code), code);
  }

  async #investigate(
    end: ExchangeEnd["end"] | "recovering",
    session: TransbankSession | undefined,
    strayAcks: number,
    mayWorkFor: number,
    signal?: AbortSignal,
  ): Promise<Finding> {
    const { clock, device, log } = this.#line;
    const began = clock.monotonic();
    log("payment.doubt", { device, cause: end });
    const inquiry = new Inquiry(this.#line, this.intent, {
      sale: () => this.#sale,
      statuses: () => this.#statuses,
      lastStatusAt: () => this.#lastStatusAt,
      answered: this.#answered.signal,
      signal: anySignal(this.#line.stop, signal),
    });
    const finding = await inquiry.run({
      session,
      strayAcks,
      // After a time-out the terminal has had its whole time.
      mayWorkFor: end === "unanswered" ? 0 : mayWorkFor,
      othersCountAtOnce: end === "silent" || end === "unanswered",
      patient: end === "recovering",
    });
    log("payment.resolved", { device, finding: finding.finding, took: clock.monotonic() - began });
    return finding;
  }
}
