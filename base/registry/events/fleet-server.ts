import type { EventEntry } from "../entry.ts";

export const FLEET_SERVER_EVENTS = {
  "fleet.device-refused": {
    level: "warn",
    meaning: "A request of a device was refused",
    fields: { route: "code", code: "code", kiosk: "id", status: "count" },
  },
  "fleet.identity-cloned": {
    level: "error",
    meaning: "Two machines speak with the identity of one kiosk",
    fields: { kiosk: "id", cause: "code" },
  },
  "fleet.identity-knocking": {
    level: "warn",
    meaning: "A machine whose identity was revoked asks to be let in",
    fields: { kiosk: "id" },
  },
  "fleet.update": {
    level: "info",
    meaning: "A kiosk's try to reach a target ended",
    fields: { target: "text", result: "code", code: "code", message: "text" },
  },
  "fleet.reports-missing": {
    level: "warn",
    meaning: "A kiosk sent reports that begin after what the server has; what lies between is lost here",
    fields: { kiosk: "id", expected: "count", got: "count" },
  },
  "fleet.ingest-retried": {
    level: "warn",
    meaning: "A group of reports could not be written together; each is written alone",
    fields: { batches: "count", cause: "code" },
  },
  "fleet.socket": {
    level: "debug",
    meaning: "A kiosk's connection began or ended",
    fields: { kiosk: "id", began: "flag", cause: "code" },
  },
  "fleet.bus": {
    level: "warn",
    meaning: "The connection that carries messages between fleet servers changed",
    fields: { state: "code", cause: "code" },
  },
  "fleet.pruned": {
    level: "info",
    meaning: "Records whose time was over were deleted",
    fields: { events: "count", alerts: "count", counters: "count", commands: "count" },
  },
  "fleet.unexpected": {
    level: "error",
    meaning: "The fleet server met an unexpected error; the cause names its kind, never its data",
    fields: { work: "code", cause: "code", where: "code" },
  },
} as const satisfies Record<string, EventEntry>;
