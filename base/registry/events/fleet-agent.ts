import type { EventEntry } from "../entry.ts";

export const FLEET_AGENT_EVENTS = {} as const satisfies Record<string, EventEntry>;
