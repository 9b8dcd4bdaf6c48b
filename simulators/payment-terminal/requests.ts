import {
  autoservicioMulticodeSaleRequest,
  autoservicioSaleRequest,
  FUNCTION,
  integradoMulticodeSaleRequest,
  integradoSaleRequest,
} from "../../drivers/payment-terminal/transbank/messages.ts";
import type { TransbankModelName } from "../../drivers/payment-terminal/transbank/models.ts";

export type SaleRequest = {
  readonly amount: number;
  readonly ticket: string;
  readonly commerceCode: string | undefined;
  readonly voucher: boolean;
  readonly status: boolean;
};

type Values = {
  readonly amount?: number;
  readonly ticket?: string;
  readonly commerceCode?: string;
  readonly voucher?: boolean;
  readonly status?: boolean;
};

/** A sale as the terminal reads it; `undefined` when amount or ticket is missing or malformed. */
export function readSaleRequest(model: TransbankModelName, data: string): SaleRequest | undefined {
  const { amount, ticket, commerceCode, voucher = false, status = false } = values(model, data);
  if (amount === undefined || amount === 0 || ticket === undefined) return undefined;
  return { amount, ticket, commerceCode, voucher, status };
}

function values(model: TransbankModelName, data: string): Values {
  const multicode = data.startsWith(FUNCTION.multicodeSale);
  if (model === "transbank-integrado")
    return (multicode ? integradoMulticodeSaleRequest : integradoSaleRequest).decode(data).values;
  return (multicode ? autoservicioMulticodeSaleRequest : autoservicioSaleRequest).decode(data).values;
}
