import { anySignal } from "../../../base/deadline.ts";
import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type { Apdu } from "../../framing/apdu-stream.ts";
import type { Recovery, SaleIntent, SaleOptions, SaleResult } from "../interface.ts";
import { type BitmapValues, decodeBitmaps } from "./bitmaps.ts";
import { Goods } from "./goods.ts";
import { type Finding, Inquiry } from "./inquiry.ts";
import {
  complete,
  contradicts,
  judgeReceipt,
  type ReceiptVerdict,
  receiptKey,
  saleResult,
  toWire,
} from "./judgement.ts";
import { failure, rejection } from "./last-receipt.ts";
import type { Line } from "./line.ts";
import { abort, answerOf, bitmapCommand, CONTROL, GOODS_NOT_ISSUED, POSITIVE } from "./messages.ts";
import { promptOf } from "./prompts.ts";
import { Receipts } from "./receipts.ts";
import type { ExchangeEnd, ExchangeRequest, ZvtSession } from "./session.ts";
import { answerToStray } from "./strays.ts";

/** What the terminal has said about the attempt, and what we have answered. */
type Said =
  | { readonly said: "nothing" }
  | { readonly said: "approved"; readonly sale: SaleResult; readonly key: string; readonly confirmed: boolean }
  | { readonly said: "declined"; readonly sale: SaleResult }
  | { readonly said: "contradiction" };

/** A sale that has ended, and what tells its receipt from others. */
export type Ended = { readonly outcome: Outcome<SaleResult>; readonly key?: string };

const MILLISECONDS_PER_SECOND = 1_000;
/** The terminal asks every two seconds and each answer is held a while (PA00P015, chapter 2.2.1, "Background"). */
const ASKED_EVERY = 2_000;
const MOST_QUESTIONS = 255;

/**
 * One attempt to charge, from the first byte to a certain end or an honest doubt. It listens to everything that the terminal
 * says for as long as it lives.
 */
export class SaleAttempt {
  readonly intent: SaleIntent;
  readonly #line: Line;
  readonly #options: SaleOptions;
  readonly #goods: Goods | undefined;
  readonly #receipts: Receipts;
  readonly #settled = new AbortController();
  #said: Said = { said: "nothing" };
  #heard: ExchangeEnd | undefined;
  #sent = false;
  #lastSignAt = Number.NEGATIVE_INFINITY;

  constructor(line: Line, intent: SaleIntent, options: SaleOptions = {}) {
    this.#line = line;
    this.intent = intent;
    this.#options = options;
    this.#goods = options.onApproved === undefined ? undefined : new Goods(line, options.onApproved);
    this.#receipts = new Receipts(line.settings.profile);
  }

  /**
   * Takes what the terminal says outside an exchange, and answers it. An approval that comes so late is not confirmed where
   * goods wait for it: they have been withdrawn.
   *
   * @param saleAlone a sale, and nothing else, waits for its end on this channel. Otherwise, or when that is not this attempt's but an
   * earlier one's, what comes may belong to another question, and tell of another sale.
   */
  hear(apdu: Apdu, saleAlone: boolean): Apdu {
    const alone = saleAlone && this.#sent;
    if (apdu.control === CONTROL.status && !alone && this.#verdict(apdu) !== "this") return POSITIVE;
    if (apdu.control === CONTROL.status || apdu.control === CONTROL.intermediate) this.#sign();
    if (apdu.control === CONTROL.status) return this.#status(apdu) ?? GOODS_NOT_ISSUED;
    if (!alone) return answerToStray(apdu, true);
    if (apdu.control === CONTROL.completion) this.#heard = { end: "completed", completion: apdu };
    if (apdu.control === CONTROL.abort) this.#heard = { end: "aborted", code: abort.decode(apdu) ?? "FF" };
    if (this.#heard !== undefined && this.#certain(this.#heard) !== undefined) this.#settled.abort();
    this.#receipts.take(apdu);
    return answerToStray(apdu, true);
  }

  /** @param signal before anything left: cancels; after it: asks the terminal to break off, where the profile allows. */
  async charge(session: ZvtSession, signal: AbortSignal | undefined): Promise<Ended> {
    const { settings, stop } = this.#line;
    if (signal?.aborted) return { outcome: failed(coded("common.cancelled", "sale")) };
    this.#sent = true;
    const end = await session.exchange(this.#request(signal), stop);
    this.#goods?.withdraw();
    const certain = this.#certain(end);
    if (certain !== undefined) return { outcome: certain, ...this.#key() };
    if (end.end === "silent" || end.end === "unanswered") await session.hangUp();
    const finding = await this.#investigate(end.end, settings.completion, false);
    switch (finding.finding) {
      case "sale":
        return { outcome: done(finding.sale), ...(finding.key !== undefined && { key: finding.key }) };
      case "not-taken":
        return { outcome: failed(coded("payment.not-taken", end.end)) };
      case "unclear":
        return { outcome: uncertain(finding.error) };
    }
  }

  /**
   * What became of this attempt, made before (perhaps by a process that has died). As long as the terminal may still be at
   * work on it, only an answer that shows it counts.
   */
  async recover(
    signal: AbortSignal | undefined,
  ): Promise<{ readonly outcome: Outcome<Recovery>; readonly key?: string }> {
    const { clock, settings } = this.#line;
    const age = clock.now() - this.intent.startedAt;
    const mayWorkFor = Math.min(settings.completion, Math.max(0, settings.completion - age));
    const finding = await this.#investigate("recovering", mayWorkFor, true, signal);
    if (finding.finding === "unclear") return { outcome: uncertain(finding.error) };
    if (finding.finding === "not-taken") return { outcome: done({ taken: false }) };
    return {
      outcome: done({ taken: true, sale: finding.sale }),
      ...(finding.key !== undefined && { key: finding.key }),
    };
  }

  #request(signal: AbortSignal | undefined): ExchangeRequest {
    const { settings } = this.#line;
    const { profile } = settings;
    const fields: BitmapValues = {
      amount: toWire(this.intent.amount, profile),
      currency: profile.currency,
      ...(this.#goods !== undefined && {
        timeout: Math.ceil(settings.goodsIssue / MILLISECONDS_PER_SECOND),
        maxStatusInfos: Math.min(MOST_QUESTIONS, Math.ceil(settings.goodsIssue / ASKED_EVERY)),
      }),
    };
    return {
      name: "sale",
      apdu: bitmapCommand(CONTROL.authorization, fields),
      within: settings.completion,
      longest: settings.longest,
      onIntermediate: (status) => {
        this.#sign();
        this.#options.onPrompt?.(promptOf(status), status);
      },
      onCommand: async (apdu) => {
        this.#sign();
        this.#receipts.take(apdu);
        if (apdu.control !== CONTROL.status) return POSITIVE;
        const settled = this.#status(apdu);
        if (settled !== undefined) return settled;
        if (this.#said.said !== "approved" || this.#goods === undefined) return GOODS_NOT_ISSUED;
        const answer = await this.#goods.answer(this.#said.sale);
        this.#said = { ...this.#said, confirmed: answerOf(answer) === "positive" };
        return answer;
      },
      ...(profile.abortsSale && signal !== undefined && { breakOff: signal }),
    };
  }

  #verdict(apdu: Apdu): ReceiptVerdict["verdict"] {
    const { clock, settings } = this.#line;
    const { profile } = settings;
    const memory = this.#line.memory(this.intent);
    const now = { ...settings, now: clock.now() };
    return judgeReceipt(decodeBitmaps(apdu.data), this.intent, memory, profile, now).verdict;
  }

  /** Takes a status; the answer to it, or nothing where it contradicts the attempt or the goods are still to be asked about. */
  #status(apdu: Apdu): Apdu | undefined {
    const { clock, settings } = this.#line;
    const decoded = decodeBitmaps(apdu.data);
    // The repeated receipt of an earlier sale, late. By its numbers alone: a terminal's clock may be wrong by days.
    const memory = this.#line.memory(this.intent);
    const key = receiptKey(decoded.values);
    const owner = memory.ticketOf(key) ?? this.intent.ticket;
    if (key === memory.baseline || owner !== this.intent.ticket) return POSITIVE;
    const sale = saleResult(decoded.values, settings.profile, { ...settings, now: clock.now() }, this.intent.ticket);
    if (sale === undefined || contradicts(decoded, this.intent, settings.profile)) {
      this.#said = { said: "contradiction" };
      return undefined;
    }
    const completed = complete(sale, this.intent);
    if (this.#said.said === "contradiction") return completed.status === "declined" ? POSITIVE : undefined;
    if (completed.status === "declined") {
      // After the goods were refused the terminal reports the reversal: it stays an approval that was withdrawn.
      if (this.#said.said !== "approved") this.#said = { said: "declined", sale: completed };
      return POSITIVE;
    }
    const confirmed = this.#goods === undefined;
    this.#said = { said: "approved", sale: completed, key: receiptKey(decoded.values), confirmed };
    return confirmed ? POSITIVE : undefined;
  }

  /** The ends that leave no doubt. */
  #certain(end: ExchangeEnd): Outcome<SaleResult> | undefined {
    const said = this.#said;
    switch (end.end) {
      case "completed":
        if (said.said === "approved" && said.confirmed) return done(this.#withVoucher(said.sale));
        return said.said === "declined" ? done(this.#withVoucher(said.sale)) : undefined;
      case "aborted":
        if (said.said === "approved")
          return said.confirmed
            ? undefined
            : done({ ...said.sale, status: "declined", responseCode: end.code, goodsNotIssued: true });
        if (said.said === "declined") return done(this.#withVoucher(said.sale));
        return said.said === "nothing" ? done(this.#declined(end.code)) : undefined;
      case "rejected":
        return failed(rejection(end.code));
      case "refused":
      case "not-sent":
        return failed(failure(end, "sale", this.#line.device));
      case "stopped":
        return uncertain(coded("payment.in-doubt", "the driver was stopped in the middle of a sale"));
      default:
        return undefined;
    }
  }

  #declined(responseCode: string): SaleResult {
    return { status: "declined", responseCode, amount: this.intent.amount, ticket: this.intent.ticket };
  }

  #withVoucher(sale: SaleResult): SaleResult {
    const voucher = this.#receipts.customer;
    return voucher === undefined ? sale : { ...sale, voucher };
  }

  #key(): { readonly key?: string } {
    return this.#said.said === "approved" && this.#said.confirmed ? { key: this.#said.key } : {};
  }

  #sign(): void {
    this.#lastSignAt = this.#line.clock.monotonic();
  }

  async #investigate(
    cause: ExchangeEnd["end"] | "recovering",
    mayWorkFor: number,
    patient: boolean,
    signal?: AbortSignal,
  ): Promise<Finding> {
    const { clock, device, log, stop } = this.#line;
    const began = clock.monotonic();
    log("payment.doubt", { device, cause });
    const finding = await new Inquiry(this.#line, this.intent, {
      sale: () => {
        const outcome = this.#heard === undefined ? undefined : this.#certain(this.#heard);
        return outcome?.outcome === "ok" ? outcome.value : undefined;
      },
      /** A sale whose goods were refused, or may have been, is not settled by a receipt that shows it approved. */
      maybeReversed: () => this.#said.said === "approved" && !this.#said.confirmed,
      lastSignAt: () => this.#lastSignAt,
      settled: this.#settled.signal,
      signal: anySignal(stop, signal),
    }).run(mayWorkFor, patient);
    log("payment.resolved", { device, finding: finding.finding, took: clock.monotonic() - began });
    return finding;
  }
}
