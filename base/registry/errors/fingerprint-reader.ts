import type { ErrorEntry } from "../entry.ts";

export const FINGERPRINT_READER_ERRORS = {
  "fingerprint.unavailable": {
    who: "supplier",
    meaning: "The finger was read and nobody answered whose it is",
    action:
      "The detail says why. Check whether the gateway is configured for fingerprints and reaches who compares them.",
  },
  "fingerprint-reader.busy": {
    who: "supplier",
    meaning: "Another capture is already under way on this fingerprint reader",
    action: "Correct the program: one capture at a time, and a finger belongs to one person.",
  },
  "fingerprint-reader.low-quality": {
    who: "citizen",
    meaning: "The finger was read several times and never well enough",
    action: "Clean or warm the finger, or use another one. If it repeats, use another way to identify.",
  },
  "fingerprint-reader.not-alive": {
    who: "attendant",
    meaning: "The fingerprint reader says that what was laid on it is no living finger",
    action: "Look who stands at the kiosk. Wet gloves and very dry skin can have the same effect.",
  },
  "fingerprint-reader.failed": {
    who: "technician",
    meaning: "The fingerprint reader could not start to read",
    action: "Unplug the reader and plug it in again; if it repeats, replace it.",
  },
} as const satisfies Record<string, ErrorEntry>;
