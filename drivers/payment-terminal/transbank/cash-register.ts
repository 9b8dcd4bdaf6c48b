import { anySignal, pause } from "../../../base/deadline.ts";
import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { Findings } from "../attendance.ts";
import type { ReversalResult, SaleResult } from "../interface.ts";
import { answersSale, readSale } from "./judgement.ts";
import { type Line, lastSaleRequest, POLL } from "./line.ts";
import {
  closeResponse,
  detailResponse,
  FUNCTION,
  initialiseResultResponse,
  plainRequest,
  plainResponse,
  refundResponse,
  totalsResponse,
} from "./messages.ts";
import { APPROVED, INITIALISED, meaningOf, NO_SALE } from "./response-codes.ts";
import { saleResult } from "./sale-response.ts";
import type { Answer, ExchangeEnd, ExchangeRequest } from "./session.ts";
import { voucherLines } from "./voucher.ts";

/** Whether a command that ended without an answer may have changed something. */
type Kind = "question" | "action";

/** Every command but the sale: one request, one answer (or several, for details). The driver sees to their turns. */
export class CashRegister {
  readonly #line: Line;
  readonly #findings: Findings;

  constructor(line: Line, findings: Findings) {
    this.#line = line;
    this.#findings = findings;
  }

  async poll(signal?: AbortSignal): Promise<Outcome<void>> {
    const asked = await this.#ask(POLL, "question", signal);
    return asked.ok ? done(undefined) : asked.error;
  }

  async lastSale(signal?: AbortSignal): Promise<Outcome<SaleResult | undefined>> {
    const asked = await this.#ask(lastSaleRequest(this.#line, false), "question", signal);
    if (!asked.ok) return asked.error;
    const { values } = readSale(this.#line.model, asked.value[0] ?? "", false);
    const sale = saleResult(values);
    if (sale === undefined) return failed(coded("payment.garbled", "last sale without response code"));
    // That the last sale was approved, whenever that was, says nothing about the terminal now.
    if (sale.responseCode !== APPROVED) this.#findings.note(sale.responseCode);
    if (sale.responseCode === NO_SALE) return done(undefined);
    return values.ticket === undefined ? failed(rejection(sale.responseCode)) : done(sale);
  }

  /** Only the sale that is meant: a terminal that can give back its last sale alone is asked first which that is. */
  async reverse(sale: SaleResult, signal?: AbortSignal): Promise<Outcome<ReversalResult>> {
    if (this.#line.model.capabilities.reversal === "by-operation") {
      if (sale.operationNumber === undefined) return failed(coded("common.bad-input", "operationNumber is missing"));
      return await this.refund(sale.operationNumber, signal);
    }
    const last = await this.lastSale(signal);
    if (last.outcome !== "ok") return last;
    const same =
      last.value?.ticket === sale.ticket &&
      last.value.amount === sale.amount &&
      (sale.operationNumber === undefined || last.value.operationNumber === sale.operationNumber);
    return same ? await this.refund(undefined, signal) : failed(coded("payment.not-last-sale"));
  }

  async refund(operationNumber: string | undefined, signal?: AbortSignal): Promise<Outcome<ReversalResult>> {
    const { model } = this.#line;
    if (model.capabilities.reversal === "by-operation" && !/^\d{1,6}$/.test(operationNumber ?? ""))
      return failed(coded("common.bad-input", "operationNumber: 1 to 6 digits"));
    const answered = await this.#act("refund", model.refundRequest(operationNumber), FUNCTION.refundResponse, signal);
    if (answered.outcome !== "ok") return answered;
    const { values } = refundResponse.decode(answered.value.data);
    return done({
      operationNumber: values.operationNumber ?? operationNumber ?? "",
      responseCode: answered.value.responseCode,
      ...(values.authorizationCode !== undefined && { authorizationCode: values.authorizationCode }),
    });
  }

  async closeDay(signal?: AbortSignal): Promise<Outcome<{ readonly voucher?: readonly string[] }>> {
    const { model, settings } = this.#line;
    const request = model.closeRequest(settings.voucher && model.capabilities.voucherToHost);
    const answered = await this.#act("close", request, FUNCTION.closeResponse, signal);
    if (answered.outcome !== "ok") return answered;
    const voucher = voucherLines(closeResponse.decode(answered.value.data).values.voucher);
    return done(voucher === undefined ? {} : { voucher });
  }

  async totals(signal?: AbortSignal): Promise<Outcome<{ readonly count: number; readonly amount: number }>> {
    if (!this.#line.model.capabilities.totals) return failed(coded("payment.unsupported", "totals"));
    const request: ExchangeRequest = {
      name: "totals",
      data: plainRequest.encode({ function: FUNCTION.totals }, 3),
      answer: this.#single(FUNCTION.totalsResponse, this.#line.settings.query),
    };
    const asked = await this.#ask(request, "question", signal);
    if (!asked.ok) return asked.error;
    const { responseCode = "", count, amount } = totalsResponse.decode(asked.value[0] ?? "").values;
    if (responseCode !== APPROVED) return failed(rejection(responseCode));
    if (count === undefined || amount === undefined) return failed(coded("payment.garbled", "totals"));
    return done({ count, amount });
  }

  async details(signal?: AbortSignal): Promise<Outcome<readonly SaleResult[]>> {
    if (!this.#line.model.capabilities.details) return failed(coded("payment.unsupported", "details"));
    const request: ExchangeRequest = {
      name: "details",
      data: plainRequest.encode({ function: FUNCTION.details, flag: true }, 3),
      answer: {
        // The list ends with one or two records without authorisation code; the second one is a stray to us.
        accepts: (data) => {
          if (data.slice(0, 4) !== FUNCTION.detail) return "foreign";
          return detailResponse.decode(data).values.authorizationCode === undefined ? "last" : "more";
        },
        within: this.#line.settings.response,
        provesReceipt: false,
      },
    };
    const asked = await this.#ask(request, "question", signal);
    if (!asked.ok) return asked.error;
    const records = asked.value.map((data) => detailResponse.decode(data).values);
    const last = records.at(-1)?.responseCode ?? "";
    if (last !== APPROVED && last !== NO_SALE) return failed(rejection(last));
    return done(records.slice(0, -1).flatMap((values) => saleResult(values) ?? []));
  }

  async loadKeys(signal?: AbortSignal): Promise<Outcome<void>> {
    const request = plainRequest.encode({ function: FUNCTION.loadKeys });
    const answered = await this.#act("load-keys", request, FUNCTION.loadKeysResponse, signal);
    return answered.outcome === "ok" ? done(undefined) : answered;
  }

  /** The terminal acknowledges, drops off the line for as long as it needs, and tells the result when asked. */
  async initialise(signal?: AbortSignal): Promise<Outcome<void>> {
    const { clock, model, settings, stop } = this.#line;
    if (!model.capabilities.initialise) return failed(coded("payment.unsupported", "initialise"));
    const started = await this.#ask(
      { name: "initialise", data: plainRequest.encode({ function: FUNCTION.initialise }) },
      "action",
      signal,
    );
    if (!started.ok) return started.error;
    const until = clock.monotonic() + settings.initialise;
    const result: ExchangeRequest = {
      name: "initialise-result",
      data: plainRequest.encode({ function: FUNCTION.initialiseResult }),
      answer: this.#single(FUNCTION.initialiseResultResponse, settings.query),
    };
    while (clock.monotonic() < until && (await pause(clock, settings.initialiseInterval, anySignal(stop, signal)))) {
      const session = await this.#line.connected(until - clock.monotonic(), anySignal(stop, signal));
      const end = await session?.exchange(result, anySignal(stop, signal));
      if (end?.end !== "answered") continue;
      const { responseCode = "" } = initialiseResultResponse.decode(end.answers[0] ?? "").values;
      this.#findings.answered();
      // 90 says the same of a freshly initialised terminal as 00 of any other.
      this.#findings.note(responseCode === INITIALISED ? APPROVED : responseCode);
      return responseCode === INITIALISED ? done(undefined) : failed(rejection(responseCode));
    }
    return uncertain(coded("payment.in-doubt", "the terminal has not told the result of its initialisation"));
  }

  /** The approved sale that a message tells of, if it does. Amount in integer pesos. */
  approvedSale(data: string): { readonly ticket: string; readonly amount: number } | undefined {
    if (!answersSale(data.slice(0, 4), true)) return undefined;
    const { responseCode, ticket = "", amount = 0 } = readSale(this.#line.model, data, false).values;
    return responseCode === APPROVED ? { ticket, amount } : undefined;
  }

  /** A command that changes something, answered by one message with a response code; anything but 00 is an error. */
  async #act(
    name: string,
    data: string,
    answeredBy: string,
    signal: AbortSignal | undefined,
  ): Promise<Outcome<{ readonly data: string; readonly responseCode: string }>> {
    const answer = this.#single(answeredBy, this.#line.settings.response);
    const asked = await this.#ask({ name, data, answer }, "action", signal);
    if (!asked.ok) return asked.error;
    const [response = ""] = asked.value;
    const { responseCode } = plainResponse.decode(response).values;
    if (responseCode === undefined) return uncertain(coded("payment.in-doubt", `${name}: no response code`));
    this.#findings.note(responseCode);
    return responseCode === APPROVED ? done({ data: response, responseCode }) : failed(rejection(responseCode));
  }

  #single(functionCode: string, within: number): Answer {
    return {
      accepts: (data) => (data.slice(0, 4) === functionCode ? "last" : "foreign"),
      within,
      provesReceipt: false,
    };
  }

  async #ask(
    request: ExchangeRequest,
    kind: Kind,
    signal: AbortSignal | undefined,
  ): Promise<Result<readonly string[], Exclude<Outcome<never>, { outcome: "ok" }>>> {
    const { device, settings, stop } = this.#line;
    const cancelled = anySignal(stop, signal);
    const session = await this.#line.connected(settings.connect, cancelled);
    if (cancelled.aborted) return err(ended(coded("common.cancelled", request.name), "question"));
    if (session === undefined) return err(ended(this.#line.absence(), "question"));
    // An action that has left cannot be called back; a question may be forgotten.
    const end = await session.exchange(request, kind === "question" ? cancelled : stop);
    if (end.end === "answered") {
      this.#findings.answered();
      return ok(end.answers);
    }
    if (end.end === "silent") this.#findings.silent();
    return err(ended(failure(end, request.name, device), certainly(end) ? "question" : kind));
  }
}

/** "Cancelled before it had any effect" would contradict the doubt. */
const STOPPED = "stopped while it was under way";

function certainly({ end }: ExchangeEnd): boolean {
  return end === "refused" || end === "not-sent";
}

function ended(error: CodedError, kind: Kind): Exclude<Outcome<never>, { outcome: "ok" }> {
  return kind === "question"
    ? { outcome: "error", error }
    : {
        outcome: "unknown",
        error: coded("payment.in-doubt", error.code === "common.cancelled" ? STOPPED : error.message),
      };
}

function failure(end: Exclude<ExchangeEnd, { end: "answered" }>, name: string, device: string): CodedError {
  switch (end.end) {
    case "refused":
      return coded("payment.refused", name);
    case "not-sent":
      return end.error;
    case "silent":
    case "unanswered":
      return coded("payment.no-answer", `${name}, ${end.end}`);
    case "garbled":
    case "contradicted":
      return coded("payment.garbled", name);
    case "lost":
      return coded("link.lost", device);
    case "stopped":
      return coded("common.cancelled", name);
  }
}

function rejection(code: string): CodedError {
  return coded("payment.rejected", `${code || "no code"}: ${meaningOf(code)}`);
}
