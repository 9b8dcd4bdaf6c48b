import type { EventEntry } from "../entry.ts";

export const COMMON_EVENTS = {
  "process.started": {
    level: "info",
    meaning: "A part of the system has started",
    fields: { part: "code", version: "text" },
  },
  "process.stopped": {
    level: "info",
    meaning: "A part of the system has stopped in good order",
    fields: { part: "code", reason: "code" },
  },
  "process.crashed": {
    level: "error",
    meaning: "A part of the system met an unexpected error and ends; its supervisor restarts it",
    fields: { part: "code", where: "code" },
  },
  "device.link": {
    level: "info",
    meaning: "The connection to a device changed",
    fields: { device: "id", link: "code", cause: "code" },
  },
  "device.condition": {
    level: "warn",
    meaning: "A device condition began or ended",
    fields: { device: "id", condition: "code", began: "flag", who: "code" },
  },
  "device.reset": {
    level: "warn",
    meaning: "A device was reset, because it did not answer or because staff asked for it",
    fields: { device: "id", by: "code", outcome: "code", attempt: "count", code: "code" },
  },
  "device.reset-given-up": {
    level: "error",
    meaning: "A device stayed sick after all its resets and is left to people",
    fields: { device: "id", attempts: "count" },
  },
} as const satisfies Record<string, EventEntry>;
