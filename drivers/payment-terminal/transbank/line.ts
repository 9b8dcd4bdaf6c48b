import type { Clock } from "../../../base/clock.ts";
import type { Logger } from "../../../base/log.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { answersLastSale } from "./judgement.ts";
import { FUNCTION, plainRequest } from "./messages.ts";
import type { TransbankModel } from "./models.ts";
import type { ExchangeRequest, TransbankSession } from "./session.ts";
import type { TransbankSettings } from "./settings.ts";

/** What a sale needs of the driver around it. */
export type Line = {
  readonly device: string;
  readonly model: TransbankModel;
  readonly settings: TransbankSettings;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends with the driver. */
  readonly stop: AbortSignal;
  /** Why there is no connection. */
  absence(): CodedError;
  connected(milliseconds: number, signal: AbortSignal): Promise<TransbankSession | undefined>;
  /** Whether an earlier attempt of this driver had this ticket. */
  knowsTicket(ticket: string): boolean;
};

export const POLL: ExchangeRequest = { name: "poll", data: plainRequest.encode({ function: FUNCTION.poll }) };

export function lastSaleRequest(line: Line, multicode: boolean): ExchangeRequest {
  return {
    name: "last-sale",
    data: line.model.lastSaleRequest(multicode, line.settings.voucher && line.model.capabilities.voucherToHost),
    answer: {
      accepts: (data) => (answersLastSale(data) ? "last" : "foreign"),
      within: line.settings.query,
      provesReceipt: false,
    },
  };
}
