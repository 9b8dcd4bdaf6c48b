import type { ErrorEntry } from "../entry.ts";

export const UPS_ERRORS = {
  "ups.data-stale": {
    who: "technician",
    meaning: "The UPS daemon has no fresh data from the UPS",
    action: "Check the cable between UPS and kiosk, and that the UPS is switched on.",
  },
  "ups.driver-not-connected": {
    who: "technician",
    meaning: "The UPS daemon runs, but its driver for this UPS does not",
    action: "Check the cable, then the UPS's section in ups.conf and the log of its nut-driver unit.",
  },
  "ups.unknown": {
    who: "technician",
    meaning: "The UPS daemon has no UPS of this name",
    action: "Give the kiosk the name that stands in ups.conf, as name@host:port.",
  },
  "ups.access-denied": {
    who: "technician",
    meaning: "The UPS daemon refuses this kiosk",
    action: "Check LISTEN and the access rules of the UPS daemon.",
  },
  "ups.refused": {
    who: "supplier",
    meaning: "The UPS daemon refused the request for another reason",
    action: "The detail holds the daemon's own word. Compare the versions of daemon and kiosk.",
  },
  "ups.garbled": {
    who: "technician",
    meaning: "What answers at the UPS daemon's address does not speak its protocol",
    action: "Check host and port: another service may listen there.",
  },
} as const satisfies Record<string, ErrorEntry>;
