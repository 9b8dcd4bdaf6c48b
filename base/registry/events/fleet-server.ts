import type { EventEntry } from "../entry.ts";

export const FLEET_SERVER_EVENTS = {
  "rollout.changed": {
    level: "info",
    meaning: "A rollout changed its state",
    fields: { rollout: "id", state: "code" },
  },
  "rollout.ring": {
    level: "info",
    meaning: "A rollout began a ring",
    fields: { rollout: "id", ring: "id", kiosks: "count" },
  },
} as const satisfies Record<string, EventEntry>;
