import type { PaymentCapabilities } from "../interface.ts";
import type { ZvtSettings } from "./settings.ts";

export type ZvtModelName = "zvt-tcp" | "zvt-serial";

/** One protocol, two ways to carry it. Source: PA00P016, chapters 2.1 and 2.2. */
export const ZVT_MODELS: { readonly [name in ZvtModelName]: { readonly transport: "tcp" | "serial" } } = {
  "zvt-tcp": { transport: "tcp" },
  "zvt-serial": { transport: "serial" },
};

/** TCP: the terminal listens, we connect. */
export const DEFAULT_PORT = 20_007;
/** 8 data bits, no parity, 2 stop bits; 115200 is optional. */
export const DEFAULT_BAUD_RATE = 9_600;

/** The ticket never reaches the terminal; it is as long as the other terminals' longest, so that every journey fits. */
const MAX_TICKET_LENGTH = 20;

export function capabilitiesOf({ profile, voucher }: ZvtSettings): PaymentCapabilities {
  return {
    maxTicketLength: MAX_TICKET_LENGTH,
    minAmount: 1,
    maxAmount: profile.maxAmount,
    reversal: "by-operation",
    multicode: false,
    voucherToHost: voucher,
    totals: true,
    details: false,
    initialise: true,
    keepsTicket: false,
    tellsCardType: false,
    goodsIssue: true,
  };
}
