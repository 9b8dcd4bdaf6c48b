import type { SaleIntent, SaleResult } from "../interface.ts";
import { epoch } from "../wall-clock.ts";
import { FUNCTION } from "./messages.ts";
import type { TransbankModel } from "./models.ts";
import { APPROVED, NO_SALE, RESPONSE_CODES } from "./response-codes.ts";
import { type SaleFields, saleResult } from "./sale-response.ts";

/** What we may conclude from the messages of a terminal. Pure: every rule by which money is judged is in this file. */

type Read = { readonly function: string; readonly values: SaleFields; readonly malformed: readonly string[] };

/** Reads a message that may tell of a sale by the positions of the model; a multicode answer has others. */
export function readSale(model: TransbankModel, data: string, multicode: boolean): Read {
  const code = data.slice(0, 4);
  const codec =
    multicode || code === FUNCTION.multicodeSaleResponse || code === FUNCTION.lastMulticodeSaleResponse
      ? model.multicodeSaleCodec
      : model.saleCodec;
  return { function: code, ...codec.decode(data) };
}

/** Function codes that answer a sale. The documentation's table gives 0210 for multicode, the newer tests 0271. */
export function answersSale(functionCode: string, multicode: boolean): boolean {
  return functionCode === FUNCTION.saleResponse || (multicode && functionCode === FUNCTION.multicodeSaleResponse);
}

/** Liberal: which code answers "last sale" is documented for one model only. */
const LAST_SALE_ANSWERS: ReadonlySet<string> = new Set([
  FUNCTION.lastSaleResponse,
  FUNCTION.saleResponse,
  FUNCTION.lastSale,
  "0251",
  FUNCTION.lastMulticodeSaleResponse,
  FUNCTION.multicodeSaleResponse,
]);

export function answersLastSale(data: string): boolean {
  return LAST_SALE_ANSWERS.has(data.slice(0, 4));
}

/**
 * The answer to the sale of `intent`: the sale, or `contradiction` when a field that is there does not fit what was
 * asked, so that nothing can be concluded. A field that is not there contradicts nothing.
 */
export function readSaleAnswer(model: TransbankModel, data: string, intent: SaleIntent): SaleResult | "contradiction" {
  const { values, malformed } = readSale(model, data, intent.commerceCode !== undefined);
  if (malformed.includes("ticket") || malformed.includes("amount")) return "contradiction";
  const sale = saleResult(values, intent);
  // 78 to 91 say what is going on; a sale that "ends" so has not ended.
  if (sale === undefined || RESPONSE_CODES[sale.responseCode]?.statusOnly === true) return "contradiction";
  if (values.ticket !== undefined && values.ticket !== intent.ticket) return "contradiction";
  const namesNoAmount = values.amount === undefined || (sale.status === "declined" && values.amount === 0);
  if (!namesNoAmount && values.amount !== intent.amount) return "contradiction";
  return namesNoAmount ? { ...sale, amount: intent.amount } : sale;
}

/** What "last sale" says about one attempt. */
export type LastSaleVerdict =
  | { readonly verdict: "this"; readonly sale: SaleResult }
  /** The terminal's last sale is another one, or it has none. */
  | { readonly verdict: "other" }
  /** The answer says neither. */
  | { readonly verdict: "unclear"; readonly why: string };

export type Tolerance = { readonly clockSkew: number; readonly timeZone: string };

/**
 * Matches the terminal's last sale with an attempt: ticket, amount, and the terminal's time not before the attempt.
 *
 * The same ticket with another amount or an older time is *unclear*, not "another sale": tickets are unique, so it
 * means that something is not as we think, and only "another sale" allows a second charge.
 */
export function judgeLastSale(
  model: TransbankModel,
  data: string,
  intent: SaleIntent,
  tolerance: Tolerance,
): LastSaleVerdict {
  const { values, malformed } = readSale(model, data, false);
  const sale = saleResult(values);
  if (sale === undefined) return { verdict: "unclear", why: "no response code" };
  if (sale.responseCode === NO_SALE) return { verdict: "other" };
  if (values.ticket === undefined || malformed.includes("ticket"))
    return { verdict: "unclear", why: `no ticket, response code ${sale.responseCode}` };
  if (values.ticket !== intent.ticket) {
    if (sale.responseCode === APPROVED) return { verdict: "other" };
    return { verdict: "unclear", why: `another ticket, response code ${sale.responseCode}` };
  }
  if (malformed.includes("amount")) return { verdict: "unclear", why: "same ticket, unreadable amount" };
  if (values.amount !== undefined && values.amount !== intent.amount)
    return { verdict: "unclear", why: "same ticket, another amount" };
  const at = sale.terminalTime === undefined ? undefined : epoch(sale.terminalTime, tolerance.timeZone);
  if (at !== undefined && at < intent.startedAt - tolerance.clockSkew)
    return { verdict: "unclear", why: `same ticket and amount, but made earlier (${sale.terminalTime})` };
  return { verdict: "this", sale: values.amount === undefined ? { ...sale, amount: intent.amount } : sale };
}
