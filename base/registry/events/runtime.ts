import type { EventEntry } from "../entry.ts";

export const RUNTIME_EVENTS = {
  "runtime.ready": {
    level: "info",
    meaning: "The runtime serves views",
    fields: { port: "count", milliseconds: "milliseconds" },
  },
  "runtime.mode": {
    level: "warn",
    meaning: "Staff or the fleet agent changed whether the kiosk takes citizens",
    fields: { mode: "code" },
  },
  "runtime.services": {
    level: "info",
    meaning: "Other service definitions are offered from the next citizen on",
    fields: { services: "count", packages: "text" },
  },
  "runtime.closed": {
    level: "warn",
    meaning: "The kiosk began or ceased to be closed while an earlier citizen's effects are settled",
    fields: { began: "flag" },
  },
  "runtime.headphones": {
    level: "info",
    meaning: "Headphones were put into the keypad, or taken out of it",
    fields: { device: "id", inserted: "flag" },
  },
  "runtime.door": {
    level: "warn",
    meaning: "A service door of the kiosk was opened, or all are closed again",
    fields: { open: "flag" },
  },
  "runtime.power": {
    level: "warn",
    meaning:
      "What the kiosk may do with its power changed: serve, finish (on battery, no new payment) or stop (the battery ends)",
    fields: { advice: "code" },
  },
  "runtime.terminal-held": {
    level: "warn",
    meaning: "The payment terminal began or ceased to be kept free for an unsettled charge",
    fields: { began: "flag" },
  },
  "journal.storage": {
    level: "error",
    meaning:
      "The disk below the journal became full, read-only or faulty, and the kiosk takes nobody; or it is well again (ok)",
    fields: { state: "code" },
  },
  "journal.damaged": {
    level: "error",
    meaning:
      "The journal could not be read whole: it was set aside, what is open was carried over into a new one as far as it could be read, and no payment is taken until a technician has taken the folder away",
    fields: { folder: "text", journeys: "count", incidents: "count", complete: "flag" },
  },
  "journal.opened": {
    level: "info",
    meaning: "The journal holds a new journey",
    fields: { journey: "id", service: "id" },
  },
  "journal.ended": {
    level: "info",
    meaning: "The journal knows how a journey ended",
    fields: { journey: "id", result: "code" },
  },
  "journal.settled": {
    level: "info",
    meaning: "Every effect of a journey is accounted for and its key is destroyed",
    fields: { journey: "id" },
  },
  "effect.changed": {
    level: "info",
    meaning: "An effect changed its state",
    fields: { effect: "id", kind: "code", state: "code", detail: "code" },
  },
  "outbox.accepted": {
    level: "info",
    meaning: "Something waits for the gateway, sealed and on disk; the citizen holds the number",
    fields: { effect: "id", number: "id" },
  },
  "outbox.delivered": {
    level: "info",
    meaning: "The gateway has what waited, and the kiosk holds it no longer",
    fields: { effect: "id", number: "id" },
  },
  "outbox.refused": {
    level: "error",
    meaning: "The gateway refuses for ever what waited; the citizen's number is now an incident's",
    fields: { effect: "id", number: "id", code: "code" },
  },
  "outbox.waiting": {
    level: "warn",
    meaning: "The gateway did not take what waits; the kiosk tries again by itself",
    fields: { waiting: "count", code: "code" },
  },
  "outbox.open": {
    level: "warn",
    meaning: "Whether the kiosk can let something wait has changed; the reason says why not",
    fields: { open: "flag", reason: "code" },
  },
  "incident.recorded": {
    level: "error",
    meaning: "Something went wrong that a person must settle",
    fields: { number: "id", journey: "id", kind: "code", amount: "pesos" },
  },
  "incident.finding": {
    level: "warn",
    meaning: "What the kiosk found out about an incident after it was recorded",
    fields: { number: "id", finding: "code" },
  },
  "incident.delivered": {
    level: "info",
    meaning: "The gateway has an incident's record",
    fields: { number: "id" },
  },
  "incident.waiting": {
    level: "warn",
    meaning: "An incident's record could not be delivered to the gateway yet",
    fields: { number: "id", code: "code" },
  },
  "reconcile.started": {
    level: "info",
    meaning: "The journal holds journeys that were not settled when the runtime ended",
    fields: { journeys: "count" },
  },
  "gateway.institution": {
    level: "warn",
    meaning: "An institution became reachable or unreachable through the gateway",
    fields: { institution: "id", state: "code" },
  },
  "view.client": {
    level: "info",
    meaning: "A shell connected, left or was turned away",
    fields: { transport: "code", change: "code", reason: "code" },
  },
  "view.refused": {
    level: "warn",
    meaning: "A shell's message was refused",
    fields: { reason: "code" },
  },
} as const satisfies Record<string, EventEntry>;
