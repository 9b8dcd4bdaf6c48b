import type { EventEntry } from "../entry.ts";

export const PAYMENT_EVENTS = {} as const satisfies Record<string, EventEntry>;
