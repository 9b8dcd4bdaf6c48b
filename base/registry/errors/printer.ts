import type { ErrorEntry } from "../entry.ts";

export const PRINTER_ERRORS = {
  "printer.bad-document": {
    who: "supplier",
    meaning: "The ticket holds something that this printer cannot print",
    action: "Correct the block named in the detail. Nothing was printed.",
  },
  "printer.paper-end": {
    who: "attendant",
    meaning: "The receipt printer has no paper",
    action: "Load a roll. A ticket under way goes on by itself when that is done in time.",
  },
  "printer.cover-open": {
    who: "attendant",
    meaning: "The receipt printer's cover is open",
    action: "Close the cover until it clicks.",
  },
  "printer.paper-jam": {
    who: "attendant",
    meaning: "Paper is jammed in the receipt printer",
    action: "Open the cover, take out the jammed paper, close the cover and reset the printer.",
  },
  "printer.cutter-fault": {
    who: "technician",
    meaning: "The receipt printer's cutter is blocked",
    action: "Free the cutter as its manual says, then reset the printer.",
  },
  "printer.head-hot": {
    who: "none",
    meaning: "The receipt printer's head is too hot",
    action: "Wait: it goes on by itself when it has cooled down. If it repeats, look at ventilation.",
  },
  "printer.offline": {
    who: "attendant",
    meaning: "The receipt printer is off line and does not say why",
    action:
      "Look at its panel: a held feed button or a self test takes it off line. Switch it off and on if it stays so.",
  },
  "printer.recoverable-error": {
    who: "attendant",
    meaning: "The receipt printer stopped with an error that a reset may clear",
    action: "Look for the cause at the printer, then reset it.",
  },
  "printer.unrecoverable-error": {
    who: "technician",
    meaning: "The receipt printer stopped with an error that it cannot clear",
    action: "Switch it off and on once; if the error comes back, replace the printer.",
  },
  "printer.ticket-in-mouth": {
    who: "citizen",
    meaning: "An earlier ticket is still in the printer's mouth",
    action: "Take the ticket. If nobody is there, look whether it is stuck.",
  },
  "printer.not-answering": {
    who: "technician",
    meaning: "The receipt printer does not answer",
    action: "Check its power, the cable and the line settings (baud rate, flow control).",
  },
  "printer.not-confirmed": {
    who: "attendant",
    meaning: "The receipt printer took the ticket but did not say that it was printed",
    action: "Look whether the ticket came out before anything is printed again.",
  },
  "printer.reset-meanwhile": {
    who: "none",
    meaning: "The printer was reset while a ticket was under way",
    action: "Look whether the ticket came out before anything is printed again.",
  },
} as const satisfies Record<string, ErrorEntry>;
