import type { Decoded, DelimitedCodec, Fields } from "../../../base/coder/delimited.ts";
import type { SaleResult } from "../interface.ts";
import { APPROVED } from "./response-codes.ts";
import { isoDate, terminalTime } from "./terminal-time.ts";
import { voucherLines } from "./voucher.ts";

/** The fields of a sale, a last sale or a detail record, whichever of them the message has. */
export type SaleFields = {
  readonly function?: string;
  readonly responseCode?: string;
  readonly commerceCode?: string;
  readonly terminalId?: string;
  readonly ticket?: string;
  readonly authorizationCode?: string;
  readonly amount?: number;
  readonly last4?: string;
  readonly operationNumber?: string;
  readonly cardType?: string;
  readonly accountingDate?: string;
  readonly cardBrand?: string;
  readonly date?: string;
  readonly time?: string;
  readonly voucher?: string;
  readonly instalmentKind?: string;
  readonly instalmentCount?: number;
  readonly instalmentAmount?: number;
  readonly instalmentText?: string;
  readonly change?: number;
  readonly tip?: number;
  readonly employee?: string;
  readonly accountNumber?: string;
  readonly providerCommerceCode?: string;
};

/** A codec of a message that tells of a sale; every model and message has its own positions for the same names. */
export type SaleCodec = {
  decode(text: string): { readonly values: SaleFields; readonly malformed: readonly string[] };
  encode(values: SaleFields, count?: number): string;
};

export function saleCodec<F extends Fields>(codec: DelimitedCodec<F>): SaleCodec {
  return {
    decode: (text) => codec.decode(text) as Decoded<F> & { readonly values: SaleFields },
    encode: (values, count) => codec.encode(values as Parameters<typeof codec.encode>[0], count),
  };
}

/** What was asked for, to fill in what a short answer leaves out. */
export type Asked = { readonly amount?: number; readonly ticket?: string };

/**
 * The sale that a message tells of; `undefined` when it has no readable two-digit response code, so that nothing can
 * be concluded from it.
 */
export function saleResult(fields: SaleFields, asked: Asked = {}): SaleResult | undefined {
  const code = fields.responseCode;
  if (code === undefined || !/^\d\d$/.test(code)) return undefined;
  const cardType = CARD_TYPES[fields.cardType ?? ""];
  const time = terminalTime(fields.date, fields.time);
  const voucher = voucherLines(fields.voucher);
  const accounted = isoDate(fields.accountingDate);
  return {
    status: code === APPROVED ? "approved" : "declined",
    responseCode: code,
    amount: fields.amount ?? asked.amount ?? 0,
    ticket: fields.ticket ?? asked.ticket ?? "",
    ...(fields.authorizationCode !== undefined && { authorizationCode: fields.authorizationCode }),
    ...(fields.last4 !== undefined && { last4: fields.last4 }),
    ...(fields.operationNumber !== undefined && { operationNumber: fields.operationNumber }),
    ...(cardType !== undefined && { cardType }),
    ...(fields.cardBrand !== undefined && { cardBrand: fields.cardBrand }),
    ...(fields.commerceCode !== undefined && { commerceCode: fields.commerceCode }),
    ...(fields.providerCommerceCode !== undefined && { providerCommerceCode: fields.providerCommerceCode }),
    ...(fields.terminalId !== undefined && { terminalId: fields.terminalId }),
    ...(time !== undefined && { terminalTime: time }),
    ...(accounted !== undefined && { accountingDate: accounted }),
    ...(fields.instalmentCount !== undefined &&
      fields.instalmentCount > 0 && {
        instalments: {
          count: fields.instalmentCount,
          ...(fields.instalmentKind !== undefined && { kind: fields.instalmentKind }),
          ...(fields.instalmentAmount !== undefined && { amount: fields.instalmentAmount }),
          ...(fields.instalmentText !== undefined && { text: fields.instalmentText }),
        },
      }),
    ...(voucher !== undefined && { voucher }),
    ...(fields.voucher !== undefined && voucher === undefined && { voucherRaw: fields.voucher }),
  };
}

const CARD_TYPES: { readonly [type: string]: "credit" | "debit" } = {
  CR: "credit",
  DB: "debit",
};
