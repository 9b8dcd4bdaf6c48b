import type { EventEntry } from "../entry.ts";

export const UPDATE_EVENTS = {} as const satisfies Record<string, EventEntry>;
