import type { ErrorEntry } from "../entry.ts";

export const PRINTER_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
