import type { ErrorEntry } from "../entry.ts";

export const PAGE_PRINTER_ERRORS = {
  "page-printer.bad-document": {
    who: "supplier",
    meaning: "The document is no PDF that can be printed",
    action: "Look at how the document was made. Nothing was sent.",
  },
  "page-printer.format-unsupported": {
    who: "technician",
    meaning: "The page printer does not take PDF documents",
    action: "Use a printer that lists application/pdf among its document formats, or switch PDF on in its settings.",
  },
  "page-printer.media-unsupported": {
    who: "technician",
    meaning: "The page printer does not know A4 paper",
    action: "Set the printer's paper to A4 (iso_a4_210x297mm), or use another printer.",
  },
  "page-printer.option-unsupported": {
    who: "technician",
    meaning: "The page printer cannot print in the way that is asked for",
    action: "Change the copies or sides named in the detail, or use a printer that has them.",
  },
  "page-printer.refused": {
    who: "technician",
    meaning: "The page printer refused the request",
    action: "The detail gives the printer's status code. Look at the printer's own page or panel for the reason.",
  },
  "page-printer.not-authorised": {
    who: "technician",
    meaning: "The page printer wants a sign-in that the kiosk does not have",
    action: "Allow printing without sign-in from the kiosk's address in the printer's settings.",
  },
  "page-printer.bad-answer": {
    who: "technician",
    meaning: "What answers at the page printer's address does not speak IPP as it must",
    action: "Check address and path of the printer (usually ipp://<address>/ipp/print), then its firmware.",
  },
  "page-printer.busy": {
    who: "none",
    meaning: "The page printer is busy with other work",
    action: "Wait. If it stays so, look for a job that hangs at the printer's panel.",
  },
  "page-printer.not-accepting": {
    who: "technician",
    meaning: "The page printer takes no jobs now",
    action: "Switch accepting jobs on at the printer's page or panel.",
  },
  "page-printer.media-empty": {
    who: "attendant",
    meaning: "The page printer has no paper",
    action: "Load A4 paper. A document under way goes on by itself when that is done in time.",
  },
  "page-printer.media-needed": {
    who: "attendant",
    meaning: "The page printer waits for A4 paper in its tray",
    action: "Load A4 paper and confirm it at the panel where the printer asks.",
  },
  "page-printer.media-jam": {
    who: "attendant",
    meaning: "Paper is jammed in the page printer",
    action:
      "Open the printer, take the sheet out in its direction of travel, close it. Keep the sheet from the citizen.",
  },
  "page-printer.cover-open": {
    who: "attendant",
    meaning: "A cover or door of the page printer is open",
    action: "Close it until it clicks.",
  },
  "page-printer.tray-missing": {
    who: "attendant",
    meaning: "A tray of the page printer is out",
    action: "Push the tray in as far as it goes.",
  },
  "page-printer.toner-empty": {
    who: "attendant",
    meaning: "The page printer's toner or ink is used up",
    action: "Change the cartridge that the printer's panel names.",
  },
  "page-printer.waste-full": {
    who: "technician",
    meaning: "The page printer's waste container is full",
    action: "Change the waste container.",
  },
  "page-printer.output-full": {
    who: "attendant",
    meaning: "The page printer's output tray is full",
    action: "Take the sheets out; destroy what is left there, it belongs to citizens.",
  },
  "page-printer.paused": {
    who: "attendant",
    meaning: "The page printer is paused",
    action: "Press resume (or on line) at its panel.",
  },
  "page-printer.out-of-space": {
    who: "technician",
    meaning: "The page printer has no memory left for documents",
    action: "Delete stored jobs at its panel and switch it off and on.",
  },
  "page-printer.device-fault": {
    who: "technician",
    meaning: "The page printer stopped with a fault",
    action: "Look at its panel; switch it off and on once. If the fault comes back, call service.",
  },
  "page-printer.job-aborted": {
    who: "technician",
    meaning: "The page printer gave the document up",
    action: "The detail gives the printer's reasons. Pages that came out all the same are no delivery: destroy them.",
  },
  "page-printer.job-cancelled": {
    who: "none",
    meaning: "The document was cancelled while it was at the page printer",
    action: "Pages that came out all the same are no delivery: destroy them.",
  },
  "page-printer.not-confirmed": {
    who: "attendant",
    meaning: "Nobody can say whether the page printer printed the document",
    action: "Look whether the pages came out before anything is printed again.",
  },
  "page-printer.job-unknown": {
    who: "attendant",
    meaning: "The page printer does not know this job",
    action: "It forgot the job or never had it. Look whether pages came out before anything is printed again.",
  },
} as const satisfies Record<string, ErrorEntry>;
