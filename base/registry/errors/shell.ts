import type { ErrorEntry } from "../entry.ts";

export const SHELL_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
