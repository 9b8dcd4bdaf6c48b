import { anySignal } from "../../../base/deadline.ts";
import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { Findings } from "../attendance.ts";
import type { ReversalResult, SaleResult } from "../interface.ts";
import { type BitmapValues, decodeBitmaps } from "./bitmaps.ts";
import { saleResult, toPesos, toWire } from "./judgement.ts";
import { askLastReceipt, failure, rejection } from "./last-receipt.ts";
import { type Line, query, ready } from "./line.ts";
import {
  bitmapCommand,
  CONTROL,
  ENQUIRY,
  enquiryCompletion,
  hexByte,
  individualTotals,
  POSITIVE,
  passwordCommand,
} from "./messages.ts";
import { Receipts } from "./receipts.ts";
import { APPROVED, READY } from "./result-codes.ts";
import type { ExchangeEnd, ExchangeRequest } from "./session.ts";

/** Whether a command that ended without an answer may have changed something. */
type Kind = "question" | "action";

type Answer = { readonly statuses: readonly BitmapValues[]; readonly receipts: Receipts; readonly end: Completed };
type Completed = Extract<ExchangeEnd, { end: "completed" }>;

/** Every command but the sale. The driver sees to their turns. */
export class CashRegister {
  readonly #line: Line;
  readonly #findings: Findings;

  constructor(line: Line, findings: Findings) {
    this.#line = line;
    this.#findings = findings;
  }

  /** Status enquiry: the one command that asks nothing and prints nothing, and needs no registration. */
  async poll(signal?: AbortSignal): Promise<Outcome<void>> {
    const { password, connect } = this.#line.settings;
    const cancelled = anySignal(this.#line.stop, signal);
    const session = await this.#line.connected(connect, cancelled);
    if (cancelled.aborted) return failed(coded("common.cancelled", "poll"));
    if (session === undefined) return failed(this.#line.absence());
    const enquiry = passwordCommand.encode(CONTROL.statusEnquiry, password, { serviceByte: ENQUIRY.noVersion });
    const end = await session.exchange(query(this.#line, { name: "poll", apdu: enquiry }), cancelled);
    const answered = this.#answered(end, "poll");
    if (!answered.ok) return failed(answered.error);
    const code = enquiryCompletion.decode(answered.value.completion);
    if (code !== undefined) this.#findings.note(READY.has(code) ? APPROVED : code);
    return done(undefined);
  }

  /** @param ticketOf the ticket of a receipt that this driver made, else empty. */
  async lastSale(ticketOf: (key: string) => string, signal?: AbortSignal): Promise<Outcome<SaleResult | undefined>> {
    const session = await ready(this.#line, "last-sale", signal);
    if (!session.ok) return failed(session.error);
    const { clock, settings } = this.#line;
    const asked = await askLastReceipt(this.#line, session.value, anySignal(this.#line.stop, signal));
    if (asked.found === "no-answer") return failed(asked.error);
    this.#findings.answered();
    if (asked.found === "nothing" || asked.decoded.values.individualTotals !== undefined) return done(undefined);
    const { values } = asked.decoded;
    const sale = saleResult(values, settings.profile, { ...settings, now: clock.now() }, ticketOf(asked.key));
    return sale === undefined ? failed(coded("payment.garbled", "last receipt without result code")) : done(sale);
  }

  /** Gives back by the receipt number of the sale; the amount goes with it, so that a wrong number matches nothing. */
  async reverse(
    receipt: string | undefined,
    amount: number | undefined,
    signal?: AbortSignal,
  ): Promise<Outcome<ReversalResult>> {
    if (receipt === undefined || !/^\d{1,4}$/.test(receipt))
      return failed(coded("common.bad-input", "operation number: the receipt's, 1 to 4 digits"));
    const { profile } = this.#line.settings;
    const fields = {
      receipt: receipt.padStart(4, "0"),
      ...(amount !== undefined && { amount: toWire(amount, profile), currency: profile.currency }),
    };
    return this.#giveBack("reverse", CONTROL.reversal, fields, receipt, signal);
  }

  /** Gives money back to any card, without an earlier sale (refund, 06 31). Integer pesos. */
  async credit(amount: number, signal?: AbortSignal): Promise<Outcome<ReversalResult>> {
    const { profile } = this.#line.settings;
    if (!Number.isInteger(amount) || amount < 1 || amount > profile.maxAmount)
      return failed(coded("payment.amount", `1 to ${profile.maxAmount}`));
    const fields = { amount: toWire(amount, profile), currency: profile.currency };
    return this.#giveBack("credit", CONTROL.refund, fields, undefined, signal);
  }

  async closeDay(signal?: AbortSignal): Promise<Outcome<{ readonly voucher?: readonly string[] }>> {
    const answer = await this.#act("close", this.#withPassword(CONTROL.endOfDay), signal);
    if (answer.outcome !== "ok") return answer;
    const voucher = answer.value.receipts.everything;
    return done(voucher === undefined ? {} : { voucher });
  }

  async totals(signal?: AbortSignal): Promise<Outcome<{ readonly count: number; readonly amount: number }>> {
    const answer = await this.#run("totals", this.#withPassword(CONTROL.totals), "question", signal);
    if (!answer.ok) return answer.error;
    const status = answer.value.statuses.at(-1);
    const totals =
      status?.individualTotals === undefined ? undefined : individualTotals.decode(status.individualTotals);
    const amount = totals === undefined ? undefined : toPesos(totals.amount, this.#line.settings.profile);
    if (totals === undefined || amount === undefined) return failed(coded("payment.garbled", "totals"));
    return done({ count: totals.count, amount });
  }

  /** Has the terminal call its host. */
  async diagnosis(signal?: AbortSignal): Promise<Outcome<void>> {
    const answer = await this.#act("diagnosis", bitmapCommand(CONTROL.diagnosis), signal);
    return answer.outcome === "ok" ? done(undefined) : answer;
  }

  async initialise(signal?: AbortSignal): Promise<Outcome<void>> {
    const answer = await this.#act("initialise", this.#withPassword(CONTROL.initialisation), signal);
    if (answer.outcome !== "ok") return answer;
    this.#findings.note(APPROVED);
    return done(undefined);
  }

  /** The terminal forgets the registration: it prints itself and takes payments by its own keys again. */
  async logOff(signal?: AbortSignal): Promise<Outcome<void>> {
    return this.#short("log-off", CONTROL.logOff, signal);
  }

  /** Abort (06 B0): what the terminal still has on its screen, or a card in its reader, is given up. */
  async abort(signal?: AbortSignal): Promise<Outcome<void>> {
    return this.#short("abort", CONTROL.stop, signal);
  }

  async #short(name: string, control: number, signal: AbortSignal | undefined): Promise<Outcome<void>> {
    const cancelled = anySignal(this.#line.stop, signal);
    const session = await this.#line.connected(this.#line.settings.connect, cancelled);
    if (cancelled.aborted) return failed(coded("common.cancelled", name));
    if (session === undefined) return failed(this.#line.absence());
    const request = query(this.#line, { name, apdu: bitmapCommand(control), short: true });
    const end = this.#answered(await session.exchange(request, cancelled), name);
    if (!end.ok) return failed(end.error);
    if (control === CONTROL.logOff) session.registered = false;
    return done(undefined);
  }

  async #giveBack(
    name: string,
    control: number,
    fields: BitmapValues,
    receipt: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<ReversalResult>> {
    const answer = await this.#act(name, this.#withPassword(control, fields), signal);
    if (answer.outcome !== "ok") return answer;
    const status = answer.value.statuses.at(-1);
    const code = status?.resultCode === undefined ? undefined : hexByte(status.resultCode);
    if (code === undefined) return uncertain(coded("payment.in-doubt", `${name}: no result code`));
    if (code !== APPROVED) return failed(rejection(code));
    return done({
      operationNumber: receipt ?? status?.receipt ?? "",
      responseCode: code,
      ...(status?.authorization !== undefined &&
        status.authorization !== "" && { authorizationCode: status.authorization }),
    });
  }

  #withPassword(control: number, fields: BitmapValues = {}) {
    return passwordCommand.encode(control, this.#line.settings.password, fields);
  }

  /** A command that changes something: without a certain end its effect is unknown. */
  async #act(name: string, apdu: ExchangeRequest["apdu"], signal: AbortSignal | undefined): Promise<Outcome<Answer>> {
    const answer = await this.#run(name, apdu, "action", signal);
    return answer.ok ? done(answer.value) : answer.error;
  }

  async #run(
    name: string,
    apdu: ExchangeRequest["apdu"],
    kind: Kind,
    signal: AbortSignal | undefined,
  ): Promise<Result<Answer, Exclude<Outcome<never>, { outcome: "ok" }>>> {
    const { settings, stop } = this.#line;
    const session = await ready(this.#line, name, signal);
    if (!session.ok) return err(failed(session.error) as Exclude<Outcome<never>, { outcome: "ok" }>);
    const statuses: BitmapValues[] = [];
    const receipts = new Receipts(settings.profile);
    const end = await session.value.exchange(
      {
        name,
        apdu,
        within: kind === "question" ? settings.query : settings.completion,
        ...(kind === "action" && { longest: settings.longest }),
        onCommand: (command) => {
          if (command.control === CONTROL.status) statuses.push(decodeBitmaps(command.data).values);
          receipts.take(command);
          return POSITIVE;
        },
      },
      // An action that has left cannot be called back; a question may be forgotten.
      kind === "question" ? anySignal(stop, signal) : stop,
    );
    const answered = this.#answered(end, name);
    if (answered.ok) return ok({ statuses, receipts, end: answered.value });
    const certain = kind === "question" || ["aborted", "rejected", "refused", "not-sent"].includes(end.end);
    return err(
      certain
        ? { outcome: "error", error: answered.error }
        : {
            outcome: "unknown",
            error: coded("payment.in-doubt", end.end === "stopped" ? STOPPED : answered.error.message),
          },
    );
  }

  #answered(end: ExchangeEnd, name: string): Result<Completed, CodedError> {
    if (end.end === "silent") this.#findings.silent();
    if (end.end === "completed" || end.end === "aborted" || end.end === "rejected") this.#findings.answered();
    if (end.end === "aborted" || end.end === "rejected") this.#findings.note(end.code);
    return end.end === "completed" ? ok(end) : err(failure(end, name, this.#line.device));
  }
}

/** "Cancelled before it had any effect" would contradict the doubt. */
const STOPPED = "stopped while it was under way";
