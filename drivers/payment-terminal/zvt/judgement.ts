import type { SaleIntent, SaleResult } from "../interface.ts";
import { epoch, wallClock } from "../wall-clock.ts";
import type { BitmapValues, DecodedBitmaps } from "./bitmaps.ts";
import { hexByte, traceOf } from "./messages.ts";
import { APPROVED } from "./result-codes.ts";
import type { ZvtProfile, ZvtSettings } from "./settings.ts";

/** What we may conclude from the messages of a terminal. Pure: every rule by which money is judged is in this file. */

/** Whole pesos to the units of the wire. */
export function toWire(pesos: number, { minorDigits }: ZvtProfile): number {
  return pesos * 10 ** minorDigits;
}

/** Units of the wire to pesos; `undefined` when they are not whole pesos. */
export function toPesos(units: number, { minorDigits }: ZvtProfile): number | undefined {
  const pesos = units / 10 ** minorDigits;
  return Number.isInteger(pesos) ? pesos : undefined;
}

/** ZVT card type IDs (PA00P015, chapter 12) that are debit cards whatever the bank; all others do not tell. */
const DEBIT_CARD_TYPES: ReadonlySet<number> = new Set([2, 5, 13, 46]);

type Clockwork = Pick<ZvtSettings, "timeZone" | "clockSkew"> & {
  /** Wall-clock time, milliseconds since the epoch: gives the terminal's dates their year. */
  readonly now: number;
};

/**
 * A status information as a sale; `undefined` when it has no result code.
 *
 * @param ticket the attempt's, or empty.
 */
export function saleResult(
  values: BitmapValues,
  profile: ZvtProfile,
  clockwork: Clockwork,
  ticket: string,
): SaleResult | undefined {
  if (values.resultCode === undefined) return undefined;
  const responseCode = hexByte(values.resultCode);
  const amount = values.amount === undefined ? undefined : toPesos(values.amount, profile);
  const at = terminalTime(values, clockwork);
  const last4 = /(\d{4})$/.exec(values.cardNumber ?? "")?.[1];
  const filled = (text: string | undefined) => (text === "" ? undefined : text);
  const optional = {
    authorizationCode: filled(values.authorization),
    last4,
    operationNumber: values.receipt,
    cardType: values.cardType !== undefined && DEBIT_CARD_TYPES.has(values.cardType) ? ("debit" as const) : undefined,
    cardBrand: filled(values.cardName),
    commerceCode: filled(values.contract),
    terminalId: values.terminalId,
    terminalTime: at,
  };
  return {
    status: responseCode === APPROVED ? "approved" : "declined",
    responseCode,
    amount: amount ?? 0,
    ticket,
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as Partial<SaleResult>),
  };
}

/** The terminal's date (MMDD) and time in the year that brings them nearest to now, ISO 8601 without zone. */
export function terminalTime({ date = "", time = "" }: BitmapValues, { now, timeZone }: Clockwork): string | undefined {
  const parts = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/.exec(time);
  if (parts === null || !/^\d{4}$/.test(date)) return undefined;
  const thisYear = Number(wallClock(now, timeZone).slice(0, 4));
  let nearest: { readonly local: string; readonly distance: number } | undefined;
  for (const year of [thisYear - 1, thisYear, thisYear + 1]) {
    const day = `${year}-${date.slice(0, 2)}-${date.slice(2)}`;
    const parsed = new Date(`${day}T00:00:00Z`);
    if (Number.isNaN(parsed.getTime()) || !parsed.toISOString().startsWith(day)) continue;
    const local = `${day}T${parts[1]}:${parts[2]}:${parts[3]}`;
    const distance = Math.abs(epoch(local, timeZone) - now);
    if (nearest === undefined || distance < nearest.distance) nearest = { local, distance };
  }
  return nearest?.local;
}

/**
 * By how much the terminal's clock is ahead, milliseconds, from a completion that tells its time (fields AA and 0C);
 * `undefined` when it does not.
 */
export function clockOffset(
  { fullDate = "", time = "" }: BitmapValues,
  { now, timeZone }: Clockwork,
): number | undefined {
  if (!/^\d{6}$/.test(fullDate) || !/^\d{6}$/.test(time)) return undefined;
  const day = `20${fullDate.slice(0, 2)}-${fullDate.slice(2, 4)}-${fullDate.slice(4)}`;
  const at = epoch(`${day}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`, timeZone);
  return Number.isNaN(at) ? undefined : at - now;
}

/** What tells one stored transaction from every other: the terminal's numbers and its time. */
export function receiptKey(values: BitmapValues): string {
  return [values.receipt, traceOf(values), values.date, values.time].map((part) => part ?? "").join("/");
}

/** What an attempt to charge may be compared with. */
export type Memory = {
  /** Key of what the terminal had stored last before the attempt; absent: nobody asked. */
  readonly baseline?: string;
  /** The ticket whose sale this driver knows to have this key. */
  readonly ticketOf: (key: string) => string | undefined;
  /** By how much the terminal's clock is ahead, where it has told. */
  readonly clockOffset?: number;
};

/** Whether a status that answers a sale can be the sale's; a field that is not there contradicts nothing. */
export function contradicts({ values, malformed }: DecodedBitmaps, intent: SaleIntent, profile: ZvtProfile): boolean {
  if (values.resultCode === undefined || malformed.includes("amount") || malformed.includes("resultCode")) return true;
  // A declined payment may name no amount, or nothing.
  if (values.amount === undefined || (values.resultCode !== 0 && values.amount === 0)) return false;
  return toPesos(values.amount, profile) !== intent.amount;
}

/** What the last stored receipt says about one attempt. */
export type ReceiptVerdict =
  | { readonly verdict: "this"; readonly sale: SaleResult }
  /** The terminal's last transaction is another one: it has stored none for this attempt. */
  | { readonly verdict: "other" }
  | { readonly verdict: "unclear"; readonly why: string };

/** How exactly a terminal tells its time, which has whole seconds, and how soon after it is asked. */
const TOLD_CLOCK_TOLERANCE = 2_000;

/**
 * Matches the terminal's last stored transaction with an attempt. A ZVT terminal does not keep our ticket. What decides is
 * the comparison with what it had stored before the attempt (`baseline`); where nobody knows that, its time does, and only
 * outside the doubt about its clock: an earlier sale of the same amount must not pass for this one, nor this one for it.
 */
export function judgeReceipt(
  decoded: DecodedBitmaps,
  intent: SaleIntent,
  memory: Memory,
  profile: ZvtProfile,
  clockwork: Clockwork,
): ReceiptVerdict {
  const unclear = (why: string): ReceiptVerdict => ({ verdict: "unclear", why });
  const { values } = decoded;
  const key = receiptKey(values);
  const owner = memory.ticketOf(key);
  const sale = saleResult(values, profile, clockwork, intent.ticket);
  if (owner === intent.ticket && sale !== undefined) return { verdict: "this", sale: complete(sale, intent) };
  if (owner !== undefined || key === memory.baseline) return { verdict: "other" };
  if (sale === undefined) return unclear("no result code");
  if (values.individualTotals !== undefined) return unclear("the last receipt is an end of day");

  const at = sale.terminalTime === undefined ? undefined : epoch(sale.terminalTime, clockwork.timeZone);
  const started = intent.startedAt + (memory.clockOffset ?? 0);
  const tolerance = memory.clockOffset === undefined ? clockwork.clockSkew : TOLD_CLOCK_TOLERANCE;
  if (memory.baseline === undefined && at !== undefined && at < started - tolerance) return { verdict: "other" };
  if (contradicts(decoded, intent, profile)) return unclear("another amount");
  if (memory.baseline !== undefined) return { verdict: "this", sale: complete(sale, intent) };
  if (at === undefined) return unclear("no time");
  if (at <= started + tolerance)
    return unclear(`the same amount at ${sale.terminalTime}, too near to the start to tell which sale it is`);
  return { verdict: "this", sale: complete(sale, intent) };
}

/** The sale with the attempt's amount where the terminal named none. */
export function complete(sale: SaleResult, intent: SaleIntent): SaleResult {
  return { ...sale, ticket: intent.ticket, amount: sale.amount === 0 ? intent.amount : sale.amount };
}
