import { z } from "zod";
import { parseJson } from "../../../base/json.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { isStorable } from "../storable.ts";

/** Where a page ends: the sort value and the id of its last row. Opaque outside. */
const cursorSchemas = {
  number: z.tuple([z.number().int(), z.string()]),
  text: z.tuple([z.string(), z.string()]),
};
type Cursors = { readonly number: readonly [number, string]; readonly text: readonly [string, string] };

export function writeCursor(value: string | number, id: string): string {
  return Buffer.from(JSON.stringify([value, id])).toString("base64url");
}

/** @param kind of the sort value. */
export function readCursor<K extends keyof Cursors>(
  kind: K,
  text: string | undefined,
): Result<Cursors[K] | undefined, CodedError<"common.bad-input">> {
  if (text === undefined) return ok(undefined);
  const value = parseJson(Buffer.from(text, "base64url").toString());
  const parsed = cursorSchemas[kind].safeParse(value);
  if (!parsed.success || !isStorable(value)) return err(coded("common.bad-input", "after"));
  return ok(parsed.data as unknown as Cursors[K]);
}
