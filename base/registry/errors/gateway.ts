import type { ErrorEntry } from "../entry.ts";

export const GATEWAY_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
