import type { ErrorEntry } from "../entry.ts";

export const FLOW_ERRORS = {
  "flows.not-a-cedula": {
    who: "citizen",
    meaning: "The code that was shown is not the code of a cédula",
    action: "Show the QR code on the cédula, or the lines on the back of an older one.",
  },
  "flows.foreign-code": {
    who: "citizen",
    meaning: "The code that was shown is one of a document, where another was asked for",
    action: "Show the QR code of the page on which the procedure was begun.",
  },
} as const satisfies Record<string, ErrorEntry>;
