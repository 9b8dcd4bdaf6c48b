import { wallClock } from "../../../drivers/payment-terminal/wall-clock.ts";
import type { BitmapValues } from "../../../drivers/payment-terminal/zvt/bitmaps.ts";
import type { Charge } from "../ledger.ts";
import type { ZvtTerminalSettings } from "./settings.ts";

/** A transaction as the terminal keeps it; the ledger has what really happened to the money. */
export type Stored = {
  readonly charge: Charge | undefined;
  readonly resultCode: number;
  /** Units of the wire. */
  readonly amount: number;
  readonly receipt: string;
  readonly trace: string;
  /** Milliseconds since the Unix epoch, by a right clock. */
  readonly at: number;
};

/** ZVT card type IDs (PA00P015, chapter 12): Maestro and Visa. */
const CARD_TYPES = { debit: 46, credit: 10 } as const;

/** The status information of one transaction. */
export function statusOf(stored: Stored, settings: ZvtTerminalSettings): BitmapValues {
  const { charge, resultCode } = stored;
  const head: BitmapValues = {
    resultCode,
    ...(settings.namesAmount && { amount: stored.amount, currency: settings.currency }),
    ...dateAndTime(stored.at, settings),
    trace: stored.trace,
    terminalId: settings.terminalId,
  };
  if (resultCode !== 0 || charge === undefined) return head;
  const card = charge.card ?? { kind: "debit" as const, last4: "0000", brand: "DB" };
  return {
    ...head,
    receipt: stored.receipt,
    turnover: stored.receipt.padStart(6, "0"),
    contract: settings.contract,
    authorization: charge.authorizationCode,
    cardNumber: `EEEEEEEEEEEE${card.last4}`,
    cardType: CARD_TYPES[card.kind],
    cardName: card.kind === "debit" ? "Maestro" : "VISA",
    statusByte: 0x70,
  };
}

export function dateAndTime(at: number, { clockError, timeZone }: ZvtTerminalSettings): { date: string; time: string } {
  const [day = "", time = ""] = wallClock(at + clockError, timeZone).split("T");
  return { date: day.slice(5).replace("-", ""), time: time.replaceAll(":", "") };
}

/** Field AA, YYMMDD. */
export function fullDate(at: number, { clockError, timeZone }: ZvtTerminalSettings): string {
  return wallClock(at + clockError, timeZone)
    .slice(2, 10)
    .replaceAll("-", "");
}

/** Customer's and merchant's receipt in one. Code page 437 has no capital letters with an accent. */
export function receiptLines(stored: Stored, settings: ZvtTerminalSettings): readonly string[] {
  const { date, time } = dateAndTime(stored.at, settings);
  const amount = (stored.amount / 10 ** settings.minorDigits).toFixed(settings.minorDigits);
  return [
    "      COMPROBANTE DE VENTA",
    `TERMINAL: ${settings.terminalId}`,
    `${date.slice(2)}/${date.slice(0, 2)}          ${time.slice(0, 2)}:${time.slice(2, 4)}`,
    `RECIBO: ${stored.receipt}`,
    `MONTO: ${amount}`,
    stored.resultCode === 0 ? `Autorización: ${stored.charge?.authorizationCode ?? ""}` : "      NO AUTORIZADO",
    "   (SIMULADOR, SIN VALOR)",
  ];
}
