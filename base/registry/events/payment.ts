import type { EventEntry } from "../entry.ts";

export const PAYMENT_EVENTS = {
  "payment.exchange": {
    level: "debug",
    meaning: "An exchange with the payment terminal has ended",
    fields: { device: "id", exchange: "code", end: "code", took: "milliseconds" },
  },
  "payment.retransmitted": {
    level: "warn",
    meaning: "A message is sent again because the terminal answered NAK",
    fields: { device: "id", exchange: "code", attempt: "count" },
  },
  "payment.frame-rejected": {
    level: "warn",
    meaning: "A message from the terminal arrived damaged",
    fields: { device: "id", asked: "flag" },
  },
  "payment.stray": {
    level: "warn",
    meaning: "The terminal sent a message that nothing waited for; it was acknowledged and dropped",
    fields: { device: "id", function: "code", duplicate: "flag" },
  },
  "payment.doubt": {
    level: "warn",
    meaning: "It is in doubt whether a sale was made; the terminal is asked",
    fields: { device: "id", cause: "code" },
  },
  "payment.resolved": {
    level: "info",
    meaning: "What became of a sale in doubt was found out, or could not be",
    fields: { device: "id", finding: "code", took: "milliseconds" },
  },
  "payment.late-approval": {
    level: "error",
    meaning: "The terminal reports an approved sale whose attempt has already ended; somebody must look at it",
    fields: { device: "id", amount: "pesos" },
  },
} as const satisfies Record<string, EventEntry>;
