import type { EventEntry } from "../entry.ts";

export const GATEWAY_EVENTS = {} as const satisfies Record<string, EventEntry>;
