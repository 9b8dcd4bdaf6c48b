import type { ErrorEntry } from "../entry.ts";

export const DOCUMENT_SCANNER_ERRORS = {
  "document-scanner.busy": {
    who: "technician",
    meaning: "The document scanner is busy with another scan",
    action:
      "Wait a moment. If it stays so, somebody else uses the scanner over the network: give the kiosk one of its own.",
  },
  "document-scanner.no-paper": {
    who: "citizen",
    meaning: "No paper was put into the document scanner's feeder in time",
    action:
      "Put the paper in until it is drawn in a little. If it is never felt, clean the feeder's rollers and sensor.",
  },
  "document-scanner.jammed": {
    who: "attendant",
    meaning: "Paper is stuck in the document scanner's feeder",
    action:
      "Open the feeder, take the sheet out without tearing it, close it. The sheet belongs to the citizen: give it back.",
  },
  "document-scanner.cover-open": {
    who: "attendant",
    meaning: "A cover of the document scanner's feeder is open",
    action: "Close it until it clicks.",
  },
  "document-scanner.stopped": {
    who: "attendant",
    meaning: "The document scanner stopped for a reason that it does not tell over the network",
    action: "Look at its panel; switch it off and on once. If it comes back, call the technician.",
  },
  "document-scanner.no-jpeg": {
    who: "technician",
    meaning: "The document scanner cannot make JPEG pictures",
    action: "Use a scanner that lists image/jpeg among its document formats.",
  },
  "document-scanner.refused": {
    who: "technician",
    meaning: "The document scanner refused the request",
    action: "The detail gives the status of its answer. Look at the scanner's own page or panel for the reason.",
  },
  "document-scanner.not-authorised": {
    who: "technician",
    meaning: "The document scanner wants a sign-in that the kiosk does not have",
    action: "Allow scanning without sign-in from the kiosk's address in the scanner's settings.",
  },
  "document-scanner.bad-answer": {
    who: "technician",
    meaning: "What answers at the document scanner's address does not speak eSCL as it must",
    action: "Check address and path of the scanner (usually http://<address>/eSCL), then its firmware.",
  },
  "document-scanner.bad-picture": {
    who: "technician",
    meaning: "What the document scanner sent is no whole JPEG picture",
    action: "Scan again. If it repeats, the detail says what is wrong: check cable and firmware of the scanner.",
  },
  "document-scanner.too-large": {
    who: "technician",
    meaning: "What the document scanner sent is larger than a page may be",
    action:
      "Have pages scanned with fewer dots per inch or without colour. If it is so always, check the scanner's firmware.",
  },
  "document-scanner.full": {
    who: "citizen",
    meaning: "More pages were scanned than one session may hold",
    action: "Go on with the pages that are there; hand the rest in at the counter.",
  },
} as const satisfies Record<string, ErrorEntry>;
