import type { EventEntry } from "../entry.ts";

export const FLEET_SERVER_EVENTS = {
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
} as const satisfies Record<string, EventEntry>;
