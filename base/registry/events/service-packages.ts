import type { EventEntry } from "../entry.ts";

export const SERVICE_PACKAGE_EVENTS = {
  "service.installed": {
    level: "info",
    meaning: "A service package is proved and stored, and offered from the next citizen on",
    fields: { service: "id", version: "code" },
  },
  "service.refused": {
    level: "error",
    meaning: "A service package is not offered",
    fields: { file: "id", code: "code", detail: "text" },
  },
} as const satisfies Record<string, EventEntry>;
