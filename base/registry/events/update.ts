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
} as const satisfies Record<string, EventEntry>;
