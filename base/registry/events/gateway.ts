import type { EventEntry } from "../entry.ts";

export const GATEWAY_EVENTS = {
  "gateway.request": {
    level: "info",
    meaning: "A kiosk asked the gateway for something",
    fields: { kiosk: "id", operation: "code", outcome: "code", code: "code", status: "count", took: "milliseconds" },
  },
  "gateway.client-refused": {
    level: "warn",
    meaning: "A caller without an accepted client certificate was refused",
    fields: { code: "code", cause: "code" },
  },
  "gateway.page": {
    level: "info",
    meaning: "A citizen's phone asked for a public page",
    fields: { page: "code", result: "code" },
  },
  "gateway.institution-call": {
    level: "info",
    meaning: "The gateway asked an institution",
    fields: { institution: "code", operation: "code", outcome: "code", code: "code", took: "milliseconds" },
  },
  "gateway.institution-state": {
    level: "warn",
    meaning: "An institution's state changed",
    fields: { institution: "code", state: "code" },
  },
  "gateway.submission-unknown": {
    level: "warn",
    meaning: "It is not known whether a submission took effect; the institution will be asked by key",
    fields: { kiosk: "id", key: "id", operation: "code", code: "code" },
  },
  "gateway.submission-reconciled": {
    level: "info",
    meaning: "A submission of unknown effect was settled by asking the institution",
    fields: { kiosk: "id", key: "id", operation: "code", state: "code" },
  },
  "gateway.sealing-key": {
    level: "info",
    meaning: "A key to which kiosks seal what must wait was made, or destroyed at its end",
    fields: { kid: "id", change: "code" },
  },
  "gateway.purged": {
    level: "info",
    meaning: "Data whose time was over was deleted",
    fields: { submissions: "count", documents: "count", attachments: "count", records: "count" },
  },
  "gateway.unexpected": {
    level: "error",
    meaning: "The gateway met an unexpected error while it served a request; the cause names its place, never its data",
    fields: { operation: "code", cause: "code", where: "code" },
  },
} as const satisfies Record<string, EventEntry>;
