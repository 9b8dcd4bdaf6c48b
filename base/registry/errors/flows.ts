import type { ErrorEntry } from "../entry.ts";

export const FLOW_ERRORS = {
  "flows.not-a-cedula": {
    who: "citizen",
    meaning: "The code that was shown is not the code of a cédula",
    action: "Show the QR code of the cédula to the reader.",
  },
} as const satisfies Record<string, ErrorEntry>;
