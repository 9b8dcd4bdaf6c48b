import type { ErrorEntry } from "../entry.ts";

export const FLEET_AGENT_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
