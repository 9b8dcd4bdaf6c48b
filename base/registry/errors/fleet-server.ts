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
  "fleet-server.database-away": {
    who: "technician",
    meaning: "The fleet server does not reach its database, or the database is too busy to answer",
    action:
      "Nothing for a moment: kiosks and console try again by themselves. If it stays, look at the database server and the network to it.",
  },
  "fleet-server.internal": {
    who: "supplier",
    meaning: "The fleet server met an unexpected error",
    action: "Report it with the log lines of that moment.",
  },
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
  "rollout.bad-rings": {
    who: "attendant",
    meaning: "The list of rings cannot be used",
    action: "Name each ring once.",
  },
  "rollout.has-it": {
    who: "none",
    meaning: "The kiosk runs this target already",
    action: "Nothing.",
  },
  "rollout.needs-release": {
    who: "none",
    meaning: "The kiosk's release is too old for this service package",
    action: "Roll the release out first, then start this rollout again.",
  },
  "rollout.no-target": {
    who: "attendant",
    meaning: "The update repository has no such target",
    action: "Publish the target first, or choose one from the list of releases.",
  },
  "rollout.not-found": {
    who: "attendant",
    meaning: "There is no such rollout",
    action: "Look it up in the list of rollouts.",
  },
  "rollout.retired": {
    who: "none",
    meaning: "The kiosk was retired while the rollout went on",
    action: "Nothing.",
  },
  "rollout.running": {
    who: "attendant",
    meaning: "Another rollout of the same software is running",
    action: "Pause, halt or cancel the one named in the detail first.",
  },
  "rollout.silent": {
    who: "technician",
    meaning: "The kiosk was told of the update and has said nothing since for too long",
    action: "Look at the kiosk: power, network, screen. It counts as failed until it speaks.",
  },
  "rollout.wrong-platform": {
    who: "none",
    meaning: "The release is for another kind of machine than this kiosk",
    action: "Nothing.",
  },
  "rollout.wrong-state": {
    who: "attendant",
    meaning: "The rollout is not in a state from which this can be done",
    action: "Reload the rollout: somebody else or its own thresholds changed it.",
  },
} as const satisfies Record<string, ErrorEntry>;
