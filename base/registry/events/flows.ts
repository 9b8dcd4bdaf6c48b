import type { EventEntry } from "../entry.ts";

export const FLOW_EVENTS = {
  "journey.opened": {
    level: "info",
    meaning: "A citizen opened a service",
    fields: { service: "code", locale: "code" },
  },
  "journey.moved": {
    level: "debug",
    meaning: "A journey went to another state",
    fields: { service: "code", state: "code" },
  },
  "journey.ended": {
    level: "info",
    meaning: "A journey has ended",
    fields: { service: "code", result: "code", duration: "milliseconds" },
  },
  "journey.crashed": {
    level: "error",
    meaning: "A journey met an unexpected error and was given up; its effects are settled from the journal",
    fields: { service: "code", state: "code" },
  },
} as const satisfies Record<string, EventEntry>;
