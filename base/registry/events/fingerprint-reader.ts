import type { EventEntry } from "../entry.ts";

export const FINGERPRINT_READER_EVENTS = {
  "fingerprint-reader.capture": {
    level: "info",
    meaning: "A capture of a finger ended; its template is gone",
    fields: { device: "id", outcome: "code", cause: "code", quality: "count", attempts: "count" },
  },
  "fingerprint-reader.dropped": {
    level: "info",
    meaning: "The fingerprint reader sent a template that nobody waited for; it was destroyed",
    fields: { device: "id" },
  },
} as const satisfies Record<string, EventEntry>;
