import type { EventEntry } from "../entry.ts";

export const CODE_READER_EVENTS = {
  "code-reader.read": {
    level: "info",
    meaning: "A code was read and understood",
    fields: { device: "id", kind: "code", expired: "flag", waited: "milliseconds" },
  },
  "code-reader.malformed": {
    level: "warn",
    meaning: "A code was read and refused",
    fields: { device: "id", code: "code", waited: "milliseconds" },
  },
  "code-reader.dropped": {
    level: "info",
    meaning: "Something came from the reader and was thrown away unread",
    fields: { device: "id", reason: "code", total: "count" },
  },
} as const satisfies Record<string, EventEntry>;
