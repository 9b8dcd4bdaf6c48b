import type { EventEntry } from "../entry.ts";

export const IDENTITY_EVENTS = {
  "identity.keys-made": {
    level: "warn",
    meaning: "The server made a key that was missing; expected at the first start only",
    fields: { key: "code", fingerprint: "text" },
  },
  "identity.enrolled": {
    level: "info",
    meaning: "A machine got its certificate with a one-time code",
    fields: { kiosk: "id", thumbprint: "id", again: "flag" },
  },
  "identity.enrolment-refused": {
    level: "warn",
    meaning: "An enrolment was refused",
    fields: { code: "code", reason: "code" },
  },
  "identity.renewed": {
    level: "info",
    meaning: "A kiosk got its next certificate",
    fields: { kiosk: "id", thumbprint: "id" },
  },
  "identity.refused": {
    level: "warn",
    meaning: "A request signed with a kiosk's key was refused; told once an hour for each kiosk and code",
    fields: { kiosk: "id", thumbprint: "id", code: "code" },
  },
  "identity.revocation-file": {
    level: "error",
    meaning: "The list of revoked certificates could not be written; gateways go on with the one before",
    fields: { file: "text" },
  },
} as const satisfies Record<string, EventEntry>;
