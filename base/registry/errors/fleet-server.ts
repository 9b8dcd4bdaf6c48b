import type { ErrorEntry } from "../entry.ts";

export const FLEET_SERVER_ERRORS = {
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
