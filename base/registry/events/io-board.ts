import type { EventEntry } from "../entry.ts";

export const IO_BOARD_EVENTS = {
  "io-board.safe": {
    level: "info",
    meaning: "All outputs of the I/O board were put into their safe state",
    fields: { device: "id", outputs: "count" },
  },
  "io-board.switched": {
    level: "info",
    meaning: "An output of the I/O board was switched, or could not be",
    fields: { device: "id", output: "code", outcome: "code" },
  },
} as const satisfies Record<string, EventEntry>;
