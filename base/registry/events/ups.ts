import type { EventEntry } from "../entry.ts";

export const UPS_EVENTS = {
  "ups.power": {
    level: "info",
    meaning: "The UPS says that the source of power or the state of the battery changed",
    fields: { device: "id", source: "code", low: "flag", charge: "count", runtime: "count" },
  },
} as const satisfies Record<string, EventEntry>;
