import type { EventEntry } from "../entry.ts";

export const UPDATE_EVENTS = {
  "update.root-changed": {
    level: "info",
    meaning: "A new root of trust for updates was verified and taken over",
    fields: { version: "count" },
  },
  "update.refreshed": {
    level: "debug",
    meaning: "The update metadata are up to date",
    fields: { root: "count", timestamp: "count", snapshot: "count", targets: "count" },
  },
  "update.refused": {
    level: "warn",
    meaning: "Something from the update repository was refused; what was trusted before stays",
    fields: { code: "code", detail: "text" },
  },
  "update.fetch-retried": {
    level: "info",
    meaning: "A fetch from the update repository broke off and is tried again",
    fields: { code: "code", have: "count", retry: "count" },
  },
  "update.fetched": {
    level: "info",
    meaning: "A target of the update repository was fetched and verified",
    fields: { target: "text", fetched: "count", took: "milliseconds" },
  },
  "update.signed": {
    level: "info",
    meaning: "The update repository was signed anew",
    fields: { snapshot: "count", timestamp: "count" },
  },
  "update.targets": {
    level: "info",
    meaning: "The list of targets was taken over from the signed metadata",
    fields: { added: "count", removed: "count" },
  },
  "guard.confirmed": {
    level: "info",
    meaning: "A release stood its trial",
    fields: { version: "text" },
  },
  "guard.installed": {
    level: "info",
    meaning: "A release is in the slot that is not in use",
    fields: { version: "text", slot: "code" },
  },
  "guard.refused": {
    level: "warn",
    meaning: "The guard refused or could not do what was asked",
    fields: { code: "code" },
  },
  "guard.rolled-back": {
    level: "error",
    meaning: "The kiosk went back to the release before",
    fields: { version: "text", slot: "code", code: "code" },
  },
  "guard.start": {
    level: "info",
    meaning: "A part starts",
    fields: { part: "code", left: "count" },
  },
  "guard.stuck": {
    level: "error",
    meaning: "A trial should end, but there is no whole release to go back to",
    fields: { version: "text", code: "code" },
  },
  "guard.switched": {
    level: "info",
    meaning: "The kiosk starts from the other slot, on trial",
    fields: { version: "text", slot: "code" },
  },
  "software.again": {
    level: "warn",
    meaning: "A step of an update failed for now and is tried again later",
    fields: { step: "code", subject: "id", code: "code" },
  },
  "software.gives-up": {
    level: "error",
    meaning: "The release on trial does not stand its checks",
    fields: { version: "text", code: "code" },
  },
  "software.refused": {
    level: "error",
    meaning: "The runtime refuses service packages that it ran before",
    fields: { code: "code" },
  },
  "software.settled": {
    level: "info",
    meaning: "A try to update has ended",
    fields: { target: "id", result: "code", code: "code" },
  },
  "software.step": {
    level: "info",
    meaning: "A step of an update begins",
    fields: { step: "code", subject: "id" },
  },
} as const satisfies Record<string, EventEntry>;
