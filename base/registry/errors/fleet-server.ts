import type { ErrorEntry } from "../entry.ts";

export const FLEET_SERVER_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
