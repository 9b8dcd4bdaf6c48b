import type { ErrorEntry } from "../entry.ts";

export const UPDATE_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
