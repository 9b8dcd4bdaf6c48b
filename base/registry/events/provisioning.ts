import type { EventEntry } from "../entry.ts";

export const PROVISIONING_EVENTS = {} as const satisfies Record<string, EventEntry>;
