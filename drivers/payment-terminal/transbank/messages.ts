import { delimited, field } from "../../../base/coder/delimited.ts";

/**
 * Every message of Transbank's cash-register protocol for POS Integrado and POS Autoservicio, field by field.
 *
 * Sources: D = TransbankDevelopers documentation (POS Integrado reference and POS Autoservicio page, 2022);
 * N = .NET SDK 4 and its 2026 end-to-end tests; M = control of changes of the Autoservicio manual 4.9.
 */
const D = "D";
const N = "N";
const M = "M";

/** Function codes, both directions. 0260 is both the request for details and the answer to "last sale". */
export const FUNCTION = {
  poll: "0100",
  sale: "0200",
  saleResponse: "0210",
  multicodeSale: "0270",
  multicodeSaleResponse: "0271",
  lastSale: "0250",
  lastSaleResponse: "0260",
  lastMulticodeSale: "0280",
  lastMulticodeSaleResponse: "0281",
  details: "0260",
  detail: "0261",
  normalMode: "0300",
  close: "0500",
  closeResponse: "0510",
  totals: "0700",
  totalsResponse: "0710",
  loadKeys: "0800",
  loadKeysResponse: "0810",
  status: "0900",
  initialise: "0070",
  initialiseResult: "0080",
  initialiseResultResponse: "1080",
  refund: "1200",
  refundResponse: "1210",
} as const;

const requestHead = { function: field(0, "text", 4, D) };

export const integradoSaleRequest = delimited({
  ...requestHead,
  amount: field(1, "number", 9, D),
  ticket: field(2, "text", 6, D),
  status: field(5, "flag", 1, D),
});

export const autoservicioSaleRequest = delimited({
  ...requestHead,
  amount: field(1, "number", 9, D),
  ticket: field(2, "text", 20, M),
  voucher: field(3, "flag", 1, D),
  status: field(4, "flag", 1, D),
});

export const integradoMulticodeSaleRequest = delimited({
  ...requestHead,
  amount: field(1, "number", 9, D),
  ticket: field(2, "text", 6, D),
  // Blank in the 2022 documentation, 0 or 1 in the 2026 tests.
  voucher: field(4, "flag", 1, N),
  status: field(5, "flag", 1, D),
  commerceCode: field(6, "text", 12, D),
});

export const autoservicioMulticodeSaleRequest = delimited({
  ...requestHead,
  amount: field(1, "number", 9, D),
  ticket: field(2, "text", 20, M),
  voucher: field(3, "flag", 1, N),
  status: field(4, "flag", 1, N),
  commerceCode: field(5, "text", 12, N),
});

/** Requests with at most one argument: last sale, close, totals, details, load keys, initialise, poll. */
export const plainRequest = delimited({
  ...requestHead,
  flag: field(1, "flag", 1, D),
});

export const refundRequest = delimited({
  ...requestHead,
  operationNumber: field(1, "text", 6, D),
});

const responseHead = {
  function: field(0, "text", 4, D),
  responseCode: field(1, "trimmed", 2, D),
  commerceCode: field(2, "trimmed", 12, D),
  terminalId: field(3, "trimmed", 8, D),
};

/** The fields that every answer begins with. */
export const plainResponse = delimited(responseHead);

// Wider than documented where a longer value does no harm: terminals differ, and a field thrown away explains nothing.
const payment = {
  ...responseHead,
  ticket: field(4, "trimmed", 20, D),
  authorizationCode: field(5, "trimmed", 12, D),
  amount: field(6, "number", 12, D),
};

const integradoSale = {
  ...payment,
  instalmentCount: field(7, "number", 4, D),
  instalmentAmount: field(8, "number", 12, D),
  last4: field(9, "trimmed", 4, D),
  operationNumber: field(10, "trimmed", 12, D),
  cardType: field(11, "trimmed", 4, D),
  accountingDate: field(12, "trimmed", 10, D),
  accountNumber: field(13, "trimmed", 24, D),
  cardBrand: field(14, "trimmed", 4, D),
  date: field(15, "trimmed", 8, D),
  time: field(16, "trimmed", 6, D),
  employee: field(17, "trimmed", 12, D),
  tip: field(18, "number", 12, D),
};

/** Answer to a sale (0210) and to "last sale" (0260). */
export const integradoSaleResponse = delimited(integradoSale);

/** Answer to a multicode sale (0271, or 0210 by the documentation's table) and to "last multicode sale" (0281). */
export const integradoMulticodeSaleResponse = delimited({
  ...integradoSale,
  // The documentation calls it filler; the 2026 tests carry the voucher in it.
  voucher: field(19, "text", Number.POSITIVE_INFINITY, N),
  change: field(20, "number", 12, D),
  providerCommerceCode: field(21, "trimmed", 12, D),
});

const autoservicioSale = {
  ...payment,
  last4: field(7, "trimmed", 4, D),
  operationNumber: field(8, "trimmed", 12, D),
  cardType: field(9, "trimmed", 4, D),
  accountingDate: field(10, "trimmed", 10, D),
  accountNumber: field(11, "trimmed", 24, D),
  cardBrand: field(12, "trimmed", 4, D),
  date: field(13, "trimmed", 8, D),
  time: field(14, "trimmed", 6, D),
};

/** Answer to a sale (0210) and to "last sale" (0260 in the 2026 tests, undocumented). */
export const autoservicioSaleResponse = delimited({
  ...autoservicioSale,
  voucher: field(15, "text", Number.POSITIVE_INFINITY, D),
  instalmentKind: field(16, "trimmed", 4, D),
  instalmentCount: field(17, "number", 4, D),
  instalmentAmount: field(18, "number", 12, D),
  instalmentText: field(19, "trimmed", 60, D),
});

export const autoservicioMulticodeSaleResponse = delimited({
  ...autoservicioSale,
  providerCommerceCode: field(15, "trimmed", 12, N),
  voucher: field(16, "text", Number.POSITIVE_INFINITY, N),
  instalmentKind: field(17, "trimmed", 4, N),
  instalmentCount: field(18, "number", 4, N),
  instalmentAmount: field(19, "number", 12, N),
  instalmentText: field(20, "trimmed", 60, N),
});

/** One record of the details (0261); the list ends with one or two records that have no authorisation code. */
export const detailResponse = delimited({
  ...payment,
  last4: field(7, "trimmed", 4, D),
  operationNumber: field(8, "trimmed", 12, D),
  cardType: field(9, "trimmed", 4, D),
  accountingDate: field(10, "trimmed", 10, D),
  accountNumber: field(11, "trimmed", 24, D),
  cardBrand: field(12, "trimmed", 4, D),
  date: field(13, "trimmed", 8, D),
  time: field(14, "trimmed", 6, D),
  employee: field(15, "trimmed", 12, D),
  tip: field(16, "number", 12, D),
  instalmentAmount: field(17, "number", 12, D),
  instalmentCount: field(18, "number", 4, D),
  change: field(19, "number", 12, N),
  providerCommerceCode: field(20, "trimmed", 12, N),
});

/** Totals carry no commerce and no terminal. */
export const totalsResponse = delimited({
  function: field(0, "text", 4, D),
  responseCode: field(1, "trimmed", 2, D),
  count: field(2, "number", 9, D),
  amount: field(3, "number", 12, D),
});

export const refundResponse = delimited({
  ...responseHead,
  authorizationCode: field(4, "trimmed", 12, D),
  operationNumber: field(5, "trimmed", 12, D),
});

export const closeResponse = delimited({
  ...responseHead,
  voucher: field(4, "text", Number.POSITIVE_INFINITY, D),
});

export const initialiseResultResponse = delimited({
  function: field(0, "text", 4, D),
  responseCode: field(1, "trimmed", 2, D),
  date: field(2, "trimmed", 8, D),
  time: field(3, "trimmed", 6, D),
});

export const statusMessage = delimited({
  function: field(0, "text", 4, D),
  responseCode: field(1, "trimmed", 2, D),
});
