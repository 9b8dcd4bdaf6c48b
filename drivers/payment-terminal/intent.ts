import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { PaymentCapabilities, SaleIntent, SaleOptions } from "./interface.ts";

/** Printable ASCII without blanks and without the bar, which separates fields in some protocols. */
const FIELD_TEXT = /^[!-{}~]+$/;

/** Why an attempt to charge is not even begun; `undefined` when it may be. */
export function refusalOf(
  { amount, ticket, commerceCode }: SaleIntent,
  options: SaleOptions | undefined,
  capabilities: PaymentCapabilities,
): CodedError | undefined {
  const { minAmount, maxAmount, maxTicketLength, multicode, goodsIssue } = capabilities;
  if (!Number.isInteger(amount) || amount < minAmount || amount > maxAmount)
    return coded("payment.amount", `${minAmount} to ${maxAmount}`);
  if (ticket.length > maxTicketLength || !FIELD_TEXT.test(ticket))
    return coded("payment.ticket", `1 to ${maxTicketLength} characters`);
  if (commerceCode !== undefined && !multicode) return coded("payment.unsupported", "multicode sale");
  if (commerceCode !== undefined && !/^\d{1,12}$/.test(commerceCode))
    return coded("common.bad-input", "commerceCode: up to 12 digits");
  if (options?.onApproved !== undefined && !goodsIssue)
    return coded("payment.unsupported", "a sale that waits for the goods");
  return undefined;
}
