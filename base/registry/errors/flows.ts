import type { ErrorEntry } from "../entry.ts";

export const FLOW_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
