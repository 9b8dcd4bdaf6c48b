import type { EventEntry } from "../entry.ts";

export const DOCUMENT_SCANNER_EVENTS = {
  "document-scanner.scan": {
    level: "info",
    meaning: "A scan of a page ended",
    fields: { device: "id", outcome: "code", cause: "code", bytes: "count", duration: "milliseconds" },
  },
} as const satisfies Record<string, EventEntry>;
