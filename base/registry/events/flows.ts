import type { EventEntry } from "../entry.ts";

export const FLOW_EVENTS = {} as const satisfies Record<string, EventEntry>;
