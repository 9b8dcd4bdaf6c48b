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
  "fleet.audit-head": {
    level: "info",
    meaning:
      "The last entry of the audit trail: a trail in which this number no longer has this hash was cut or rewritten",
    fields: { number: "count", hash: "id" },
  },
  "fleet.unexpected": {
    level: "error",
    meaning: "The fleet server met an unexpected error; the cause names its kind, never its data",
    fields: { work: "code", cause: "code", where: "code" },
  },
  "access.sign-in-failed": {
    level: "warn",
    meaning: "A sign-in was refused",
    fields: { code: "code", address: "id" },
  },
  "access.signed-in": {
    level: "info",
    meaning: "A member of staff signed in",
    fields: { staff: "id", source: "code" },
  },
  "access.refused": {
    level: "warn",
    meaning: "An operation of the console was refused",
    fields: { operation: "code", code: "code", staff: "id" },
  },
  "access.first-administrator": {
    level: "warn",
    meaning: "The first administrator was made; the one-time password is in the file",
    fields: { path: "text" },
  },
  "access.oidc-failed": {
    level: "warn",
    meaning: "Signing in by the identity provider failed",
    fields: { code: "code", cause: "code" },
  },
  "console.unexpected": {
    level: "error",
    meaning: "The console's API met an unexpected error; the cause names its place, never its data",
    fields: { operation: "code", cause: "code", where: "code" },
  },
  "console.stream-dropped": {
    level: "info",
    meaning: "A live connection of the console was ended by the server",
    fields: { cause: "code" },
  },
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
  "fleet.update": {
    level: "info",
    meaning: "A kiosk's try to reach a target ended",
    fields: { target: "text", result: "code", code: "code", message: "text" },
  },
} as const satisfies Record<string, EventEntry>;
