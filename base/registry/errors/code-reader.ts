import type { ErrorEntry } from "../entry.ts";

export const CODE_READER_ERRORS = {} as const satisfies Record<string, ErrorEntry>;
