import type { ErrorEntry } from "../entry.ts";

export const PROVISIONING_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
