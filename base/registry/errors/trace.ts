import type { ErrorEntry } from "../entry.ts";

export const TRACE_ERRORS = {
  "trace.unreadable": {
    who: "supplier",
    meaning: "The file is no trace that this release can read",
    action: "The detail names the line. Record it again with this release, or use the release that recorded it.",
  },
  "trace.differs": {
    who: "supplier",
    meaning: "The driver did not send what was recorded",
    action: "The detail names the byte. If the driver was changed on purpose, record the conversation again.",
  },
  "trace.not-written": {
    who: "technician",
    meaning: "The trace could not be written whole",
    action: "The command itself went on. Free disk space or name another file, and record again.",
  },
} as const satisfies Record<string, ErrorEntry>;
