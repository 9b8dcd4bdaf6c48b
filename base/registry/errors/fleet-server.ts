import type { ErrorEntry } from "../entry.ts";

export const FLEET_SERVER_ERRORS = {
  "fleet-server.config": {
    who: "technician",
    meaning: "The fleet server's configuration is not usable",
    action: "Correct the field named in the detail and start the fleet server again.",
  },
  "fleet-server.no-such-address": {
    who: "supplier",
    meaning: "The fleet server has nothing at this address",
    action: "Correct the caller: the addresses are in the fleet contracts.",
  },
  "fleet-server.identity-cloned": {
    who: "technician",
    meaning: "Two machines speak with the identity of this kiosk",
    action: "Find both machines, revoke the identity in the console and enrol the right one again.",
  },
  "fleet-server.sequence-gap": {
    who: "none",
    meaning: "Reports are missing between what the server has and what was sent",
    action:
      "Nothing: the kiosk sends again from its oldest report. If it has none older, the server takes what there is.",
  },
  "fleet-server.overloaded": {
    who: "none",
    meaning: "The fleet server has more to do than it can at the moment",
    action: "Nothing: kiosks wait and try again. If it lasts, look at the database's speed.",
  },
  "fleet-server.too-many-tries": {
    who: "technician",
    meaning: "Too many enrolments were tried from this address",
    action: "Wait a minute, compare the code letter by letter, and try again.",
  },
  "fleet-server.command-unknown": {
    who: "supplier",
    meaning: "This kiosk has no such command that waits for logs",
    action: "Nothing at once: send the command again from the console.",
  },
  "fleet-server.internal": {
    who: "supplier",
    meaning: "The fleet server met an unexpected error",
    action: "Report it with the log lines of that moment.",
  },
} as const satisfies Record<string, ErrorEntry>;
