import type { EventEntry } from "../entry.ts";

export const PRINTER_EVENTS = {} as const satisfies Record<string, EventEntry>;
