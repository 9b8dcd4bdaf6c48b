import type { ErrorEntry } from "../entry.ts";

export const RUNTIME_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
