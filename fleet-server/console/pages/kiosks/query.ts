import type { z } from "zod";
import type { kioskQuerySchema } from "../../../api/contract/kiosks.ts";

type Field = keyof z.infer<typeof kioskQuerySchema>;

/** What the address of the list may say. */
export const FIELDS = [
  "search",
  "condition",
  "axis",
  "who",
  "site",
  "ring",
  "release",
  "sort",
  "after",
] as const satisfies readonly Field[];
export const FILTERS = FIELDS.filter((field) => field !== "sort" && field !== "after");
