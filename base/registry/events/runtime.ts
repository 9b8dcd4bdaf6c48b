import type { EventEntry } from "../entry.ts";

export const RUNTIME_EVENTS = {} as const satisfies Record<string, EventEntry>;
