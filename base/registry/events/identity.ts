import type { EventEntry } from "../entry.ts";

export const IDENTITY_EVENTS = {} as const satisfies Record<string, EventEntry>;
