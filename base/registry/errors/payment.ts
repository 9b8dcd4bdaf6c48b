import type { ErrorEntry } from "../entry.ts";

export const PAYMENT_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
