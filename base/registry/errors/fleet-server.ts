import type { ErrorEntry } from "../entry.ts";

export const FLEET_SERVER_ERRORS = {
  "access.no-session": {
    who: "none",
    meaning: "There is no session, or it has ended",
    action: "Sign in again.",
  },
  "access.not-allowed": {
    who: "none",
    meaning: "The roles of this member of staff do not allow the operation",
    action: "Ask an administrator for the role that the detail names.",
  },
  "access.forged-request": {
    who: "none",
    meaning: "The request did not come from the console's own pages",
    action:
      "Reload the console. If it comes again, check the public address in the server's configuration and any proxy in the path.",
  },
  "access.sign-in-refused": {
    who: "none",
    meaning: "Name and password do not belong to an account that may sign in",
    action: "Try again, or ask an administrator for a new password.",
  },
  "access.new-password-needed": {
    who: "none",
    meaning: "The password is good for one sign-in only, together with a new one",
    action: "Choose a new password of at least 12 characters.",
  },
  "access.try-later": {
    who: "none",
    meaning: "There were too many failed sign-ins",
    action: "Wait for the time that the detail names.",
  },
  "access.oidc-unavailable": {
    who: "supplier",
    meaning: "The identity provider cannot be used",
    action: "Check that the provider answers and that issuer, client and secret in the configuration are right.",
  },
  "access.oidc-refused": {
    who: "none",
    meaning: "The identity provider's answer is not accepted",
    action: "Start again at the sign-in page; if it comes again, the log has the cause.",
  },
  "access.no-role": {
    who: "none",
    meaning: "The identity provider knows this person, but none of the groups gives access",
    action: "Ask an administrator to add the person to a group that has a role here.",
  },
  "access.last-administrator": {
    who: "none",
    meaning: "This is the last administrator who can sign in",
    action: "Make somebody else an administrator first.",
  },
  "access.name-taken": {
    who: "none",
    meaning: "Another member of staff has this name",
    action: "Choose another name.",
  },
  "access.provider-decides": {
    who: "none",
    meaning: "The identity provider decides this for its staff",
    action: "Change it at the identity provider.",
  },
  "console.not-found": {
    who: "none",
    meaning: "There is nothing of this name",
    action: "Check the id; it may have been removed.",
  },
  "console.internal": {
    who: "supplier",
    meaning: "The fleet server met an unexpected error",
    action: "Report it with the log lines of that moment.",
  },
  "console.kiosk-retired": {
    who: "none",
    meaning: "The kiosk is retired",
    action: "Take it back into service on its page first.",
  },
  "console.kiosk-not-enrolled": {
    who: "none",
    meaning: "The kiosk has never been enrolled",
    action: "Enrol it first.",
  },
  "console.enrolment-over": {
    who: "none",
    meaning: "The one-time code was used, was cancelled or has expired",
    action: "Make a new code.",
  },
  "console.unreachable": {
    who: "technician",
    meaning: "The fleet server cannot be reached",
    action: "Check its address, the network and whether it runs.",
  },
  "console.too-many-streams": {
    who: "none",
    meaning: "The session has too many live connections open",
    action: "Close console pages that are not needed.",
  },
} as const satisfies Record<string, ErrorEntry>;
