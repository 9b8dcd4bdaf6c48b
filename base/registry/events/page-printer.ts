import type { EventEntry } from "../entry.ts";

export const PAGE_PRINTER_EVENTS = {
  "page-printer.job-started": {
    level: "info",
    meaning: "A document is being sent to the page printer",
    fields: { device: "id", bytes: "count" },
  },
  "page-printer.job-doubtful": {
    level: "warn",
    meaning: "The page printer did not say whether it took a document; it is asked",
    fields: { device: "id", cause: "code" },
  },
  "page-printer.job-ended": {
    level: "info",
    meaning: "A document for the page printer ended",
    fields: { device: "id", job: "count", outcome: "code", cause: "code", pages: "count", duration: "milliseconds" },
  },
} as const satisfies Record<string, EventEntry>;
