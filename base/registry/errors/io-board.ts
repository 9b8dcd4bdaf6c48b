import type { ErrorEntry } from "../entry.ts";

export const IO_BOARD_ERRORS = {
  "io-board.no-such-output": {
    who: "supplier",
    meaning: "The I/O board has no output of this name, or the light has no such colour",
    action: "Correct the name, or add the output to the board's wiring in the configuration.",
  },
  "io-board.not-answering": {
    who: "technician",
    meaning: "The I/O board does not answer",
    action: "Check its power, the cable, the baud rate and the unit address.",
  },
  "io-board.refused": {
    who: "technician",
    meaning: "The I/O board refuses the request",
    action:
      "The detail holds its exception code: 2 means that the wiring names an address that the board does not have.",
  },
  "io-board.not-switched": {
    who: "technician",
    meaning: "The I/O board says that an output is not as it was set",
    action: "Look at the board: it may be in manual mode, or another master speaks to it.",
  },
} as const satisfies Record<string, ErrorEntry>;
