import type { ErrorEntry } from "../entry.ts";

/** How a login with ClaveÚnica on the citizen's phone can end. */
export const LOGIN_ERRORS = {
  "login.expired": {
    who: "citizen",
    meaning: "Nobody finished logging in on a phone in time",
    action: "Begin again, or use the cédula.",
  },
  "login.declined": {
    who: "citizen",
    meaning: "The citizen gave the login up on the phone",
    action: "Begin again, or use the cédula.",
  },
  "login.refused": {
    who: "citizen",
    meaning: "ClaveÚnica did not accept the login",
    action:
      "Begin again, or use the cédula. If it happens to everybody, check the client's registration at ClaveÚnica.",
  },
  "login.wrong-number": {
    who: "citizen",
    meaning: "The phone named another number than the kiosk showed",
    action: "Begin again. Many at one kiosk: somebody may be sending its codes to people who stand elsewhere.",
  },
  "login.unavailable": {
    who: "supplier",
    meaning: "ClaveÚnica cannot be asked now",
    action:
      "Check whether the gateway reaches ClaveÚnica and is configured for it; citizens use their cédula meanwhile.",
  },
} as const satisfies Record<string, ErrorEntry>;
