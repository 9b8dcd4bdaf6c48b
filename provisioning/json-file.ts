import { readFileSync } from "node:fs";
import type { z } from "zod";

/** The JSON file at `path`. @throws Error naming it when it is none or not what `schema` says: these are files of our own making. */
export function readJsonFile<S extends z.ZodType>(path: string, schema: S): z.infer<S> {
  try {
    return schema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (problem) {
    throw new Error(`${path}: ${problem instanceof Error ? problem.message : String(problem)}`, { cause: problem });
  }
}
