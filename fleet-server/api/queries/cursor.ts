import { z } from "zod";
import { parseJson } from "../../../base/json.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";

/** Where a page ends: the sort value and the id of its last row. Opaque outside. */
const cursorSchema = z.tuple([z.union([z.string(), z.number()]), z.string()]);
export type Cursor = z.infer<typeof cursorSchema>;

export function writeCursor(value: string | number, id: string): string {
  return Buffer.from(JSON.stringify([value, id])).toString("base64url");
}

export function readCursor(text: string | undefined): Result<Cursor | undefined, CodedError<"common.bad-input">> {
  if (text === undefined) return ok(undefined);
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(text, "base64url").toString()));
  return parsed.success ? ok(parsed.data) : err(coded("common.bad-input", "after"));
}
