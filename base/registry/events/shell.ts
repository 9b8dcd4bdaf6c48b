import type { EventEntry } from "../entry.ts";

export const SHELL_EVENTS = {} as const satisfies Record<string, EventEntry>;
