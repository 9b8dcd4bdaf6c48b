import type { PaymentCapabilities } from "../interface.ts";
import {
  autoservicioMulticodeSaleRequest,
  autoservicioMulticodeSaleResponse,
  autoservicioSaleRequest,
  autoservicioSaleResponse,
  FUNCTION,
  integradoMulticodeSaleRequest,
  integradoMulticodeSaleResponse,
  integradoSaleRequest,
  integradoSaleResponse,
  plainRequest,
  refundRequest,
} from "./messages.ts";
import { type SaleCodec, saleCodec } from "./sale-response.ts";

export type TransbankModelName = "transbank-autoservicio" | "transbank-integrado";

type SaleArguments = {
  readonly amount: number;
  readonly ticket: string;
  readonly commerceCode?: string;
  readonly voucher: boolean;
};

/** What differs between the two models: data and the shape of requests, nothing of the conversation. */
export type TransbankModel = {
  readonly name: TransbankModelName;
  readonly capabilities: PaymentCapabilities;
  /** 8 data bits, no parity, 1 stop bit. */
  readonly defaultBaudRate: number;
  readonly saleRequest: (sale: SaleArguments) => string;
  /** @param multicode ask for the last multicode sale, where the model keeps them apart. */
  readonly lastSaleRequest: (multicode: boolean, voucher: boolean) => string;
  readonly refundRequest: (operationNumber: string | undefined) => string;
  readonly closeRequest: (voucher: boolean) => string;
  readonly saleCodec: SaleCodec;
  readonly multicodeSaleCodec: SaleCodec;
};

/** Smallest and largest amount by the .NET SDK, integer pesos. */
const AMOUNTS = { minAmount: 50, maxAmount: 999_999_999 };
const COMMON = { ...AMOUNTS, multicode: true, keepsTicket: true, tellsCardType: true, goodsIssue: false };

export const INTEGRADO: TransbankModel = {
  name: "transbank-integrado",
  capabilities: {
    ...COMMON,
    maxTicketLength: 6,
    reversal: "by-operation",
    voucherToHost: false,
    totals: true,
    details: true,
    initialise: false,
  },
  defaultBaudRate: 115_200,
  saleRequest: ({ amount, ticket, commerceCode, voucher }) =>
    commerceCode === undefined
      ? integradoSaleRequest.encode({ function: FUNCTION.sale, amount, ticket, status: true }, 7)
      : integradoMulticodeSaleRequest.encode(
          // Without a voucher the field stays blank as in the documentation; the flag is only in the newer tests.
          { function: FUNCTION.multicodeSale, amount, ticket, status: true, commerceCode, ...(voucher && { voucher }) },
          8,
        ),
  lastSaleRequest: (multicode, voucher) =>
    multicode
      ? plainRequest.encode({ function: FUNCTION.lastMulticodeSale, flag: voucher })
      : plainRequest.encode({ function: FUNCTION.lastSale }, 2),
  refundRequest: (operationNumber = "") => refundRequest.encode({ function: FUNCTION.refund, operationNumber }, 3),
  closeRequest: () => plainRequest.encode({ function: FUNCTION.close }, 3),
  saleCodec: saleCodec(integradoSaleResponse),
  multicodeSaleCodec: saleCodec(integradoMulticodeSaleResponse),
};

export const AUTOSERVICIO: TransbankModel = {
  name: "transbank-autoservicio",
  capabilities: {
    ...COMMON,
    maxTicketLength: 20,
    reversal: "last-sale",
    voucherToHost: true,
    totals: false,
    details: false,
    initialise: true,
  },
  // RS-232 default; over USB the terminal is fixed at 115200.
  defaultBaudRate: 19_200,
  saleRequest: ({ amount, ticket, commerceCode, voucher }) =>
    commerceCode === undefined
      ? autoservicioSaleRequest.encode({ function: FUNCTION.sale, amount, ticket, voucher, status: true })
      : autoservicioMulticodeSaleRequest.encode({
          function: FUNCTION.multicodeSale,
          amount,
          ticket,
          voucher,
          status: true,
          commerceCode,
        }),
  lastSaleRequest: (_multicode, voucher) => plainRequest.encode({ function: FUNCTION.lastSale, flag: voucher }),
  refundRequest: () => plainRequest.encode({ function: FUNCTION.refund }),
  closeRequest: (voucher) => plainRequest.encode({ function: FUNCTION.close, flag: voucher }),
  saleCodec: saleCodec(autoservicioSaleResponse),
  multicodeSaleCodec: saleCodec(autoservicioMulticodeSaleResponse),
};

export const TRANSBANK_MODELS: { readonly [name in TransbankModelName]: TransbankModel } = {
  "transbank-autoservicio": AUTOSERVICIO,
  "transbank-integrado": INTEGRADO,
};
