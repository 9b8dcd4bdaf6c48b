import type { EventEntry } from "../entry.ts";

export const CHIP_CARD_EVENTS = {
  "chip-card.read": {
    level: "info",
    meaning: "A chip card was read",
    fields: { device: "id", access: "code", commands: "count", bytes: "count", took: "milliseconds" },
  },
  "chip-card.verdict": {
    level: "info",
    meaning: "How far a chip card's content and chip were proved to be genuine",
    fields: {
      device: "id",
      hashes: "code",
      signature: "code",
      chain: "code",
      validity: "code",
      chipAuthentication: "code",
      activeAuthentication: "code",
    },
  },
  "chip-card.failed": {
    level: "warn",
    meaning: "A chip card could not be read",
    fields: { device: "id", code: "code", took: "milliseconds" },
  },
  "chip-card.card": {
    level: "debug",
    meaning: "A card came to or left the reader",
    fields: { device: "id", card: "code" },
  },
} as const satisfies Record<string, EventEntry>;
