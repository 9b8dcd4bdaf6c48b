import type { EventEntry } from "../entry.ts";

export const PRINTER_EVENTS = {
  "printer.identified": {
    level: "info",
    meaning: "The receipt printer said what it is",
    fields: { device: "id", maker: "text", model: "text", firmware: "text" },
  },
  "printer.unanswered": {
    level: "warn",
    meaning: "A status request to the receipt printer was not answered in time",
    fields: { device: "id", request: "code", row: "count" },
  },
  "printer.request-unsupported": {
    level: "info",
    meaning: "The receipt printer does not know a status request; it is not asked again on this connection",
    fields: { device: "id", request: "code" },
  },
  "printer.stray-reply": {
    level: "debug",
    meaning: "The receipt printer sent something that nobody waited for; it was dropped",
    fields: { device: "id", reply: "code" },
  },
  "printer.job-started": {
    level: "info",
    meaning: "A ticket is being sent to the receipt printer",
    fields: { device: "id", bytes: "count" },
  },
  "printer.job-ended": {
    level: "info",
    meaning: "A ticket ended",
    fields: { device: "id", outcome: "code", cause: "code", confirmation: "code", duration: "milliseconds" },
  },
} as const satisfies Record<string, EventEntry>;
