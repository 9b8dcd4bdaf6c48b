import type { ErrorEntry } from "../entry.ts";

export const COMMON_ERRORS = {
  "common.cancelled": {
    who: "none",
    meaning: "The operation was cancelled before it had any effect",
    action: "Nothing: the caller stopped it.",
  },
  "common.deadline": {
    who: "technician",
    meaning: "The operation did not finish before its deadline",
    action: "Look at the device or service named in the detail; if it repeats, check cable, power and network.",
  },
  "common.bad-input": {
    who: "supplier",
    meaning: "The input is not of the required form",
    action: "Correct the field named in the detail.",
  },
  "common.defect": {
    who: "supplier",
    meaning: "The program met an error that it does not know",
    action: "Keep the message on standard error or in the log and report it.",
  },
  "link.absent": {
    who: "technician",
    meaning: "The device is not there",
    action: "Check that the cable is plugged in, the device has power and the configured port is the right one.",
  },
  "link.refused": {
    who: "technician",
    meaning: "The port exists but cannot be opened",
    action: "Another program holds the port, or the service user lacks the right to it. The detail names the cause.",
  },
  "link.lost": {
    who: "technician",
    meaning: "The connection to the device was lost",
    action: "Check the cable and the device's power. The kiosk reconnects by itself.",
  },
  "link.write-failed": {
    who: "technician",
    meaning: "Bytes could not be written to the device",
    action: "Check the cable and flow control settings.",
  },
  "device.unfit": {
    who: "technician",
    meaning: "The device answers and says that it cannot serve",
    action: "The detail names what is the matter with it and who acts. Put that right and check again.",
  },
} as const satisfies Record<string, ErrorEntry>;
