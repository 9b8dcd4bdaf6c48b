import type { EventEntry } from "../entry.ts";

export const CODE_READER_EVENTS = {} as const satisfies Record<string, EventEntry>;
