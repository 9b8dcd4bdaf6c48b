import type { ErrorEntry } from "../entry.ts";

export const PAYMENT_ERRORS = {
  "payment.amount": {
    who: "supplier",
    meaning: "The amount is not one that the terminal takes",
    action: "Charge whole pesos between the terminal's minimum and maximum; the detail names them.",
  },
  "payment.ticket": {
    who: "supplier",
    meaning: "The ticket is not one that the terminal keeps whole",
    action: "Use printable ASCII without blanks and without the field separator, no longer than the detail says.",
  },
  "payment.unsupported": {
    who: "supplier",
    meaning: "This model of terminal has no such command",
    action: "Look at the terminal's capabilities before asking.",
  },
  "payment.busy": {
    who: "none",
    meaning: "The terminal is in the middle of another command",
    action: "Nothing: ask again when it has ended.",
  },
  "payment.refused": {
    who: "technician",
    meaning: "The terminal refused the message three times, so nothing was charged",
    action:
      "Check the line's speed and that the terminal's cash-register protocol is switched on (a UX300 with a wrong setting answers so).",
  },
  "payment.no-answer": {
    who: "technician",
    meaning: "The terminal does not answer",
    action: "Check the terminal's power, its cable, the configured speed and that no menu is open on its screen.",
  },
  "payment.garbled": {
    who: "technician",
    meaning: "The terminal's answer arrived damaged three times",
    action: "Check the cable and the configured speed.",
  },
  "payment.rejected": {
    who: "attendant",
    meaning: "The terminal rejected the command",
    action: "The detail names the terminal's code and what it means.",
  },
  "payment.not-taken": {
    who: "none",
    meaning: "The terminal shows that this sale was not made",
    action: "The citizen may try again; a new attempt needs a new ticket.",
  },
  "payment.not-last-sale": {
    who: "attendant",
    meaning: "This terminal can only give back its last sale, and that is another one",
    action: "Give the money back by the commerce's portal, or by a person.",
  },
  "payment.in-doubt": {
    who: "attendant",
    meaning: "It is not known whether the terminal carried out the command",
    action: "Look at the terminal's last sale before anything else is charged; the detail says what was seen.",
  },
} as const satisfies Record<string, ErrorEntry>;
