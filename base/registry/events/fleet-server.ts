import type { EventEntry } from "../entry.ts";

export const FLEET_SERVER_EVENTS = {} as const satisfies Record<string, EventEntry>;
