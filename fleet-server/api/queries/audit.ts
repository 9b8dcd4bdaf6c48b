import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { z } from "zod";
import { parseJson } from "../../../base/json.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { ok, type Result } from "../../../base/result.ts";
import type { FleetDatabase } from "../../store/schema.ts";
import type { auditPageSchema, auditQuerySchema } from "../contract/access.ts";
import { readCursor, writeCursor } from "./cursor.ts";

/** Entries that are read at a time when the chain is checked. */
const BATCH = 5_000;

type Page = z.infer<typeof auditPageSchema>;

/** A page of the audit trail, newest first. */
export async function auditPage(
  db: Kysely<FleetDatabase>,
  query: z.infer<typeof auditQuerySchema>,
): Promise<Result<Page, CodedError<"common.bad-input">>> {
  const cursor = readCursor("number", query.after);
  if (!cursor.ok) return cursor;
  let entries = db
    .selectFrom("audit")
    .select(["number", "at", "actor", "action", "subject", "details", "hash"])
    .orderBy("number", "desc")
    .limit(query.limit + 1);
  if (cursor.value !== undefined) entries = entries.where("number", "<", cursor.value[0]);
  if (query.actor !== undefined) entries = entries.where("actor", "=", query.actor);
  if (query.subject !== undefined) entries = entries.where("subject", "=", query.subject);
  const rows = await entries.execute();
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  return ok({
    entries: shown.map((row) => ({ ...row, details: (parseJson(row.details) ?? {}) as Record<string, unknown> })),
    next: last === undefined ? null : writeCursor(last.number, ""),
    broken: query.verify === "1" ? await firstBroken(db) : null,
  });
}

/**
 * Checks the whole chain: numbers without a gap from 1, each entry's hash, and that it names the hash before. The hash is
 * SHA-256, hex, of the JSON array `[number, at, actor, action, subject, details, previous]` without spaces, UTF-8; the first
 * `previous` is empty.
 *
 * @returns number of the first entry that is wrong, null when the chain is whole.
 */
export async function firstBroken(db: Kysely<FleetDatabase>): Promise<number | null> {
  let number = 0;
  let previous = "";
  for (;;) {
    const batch = await db
      .selectFrom("audit")
      .selectAll()
      .where("number", ">", number)
      .orderBy("number")
      .limit(BATCH)
      .execute();
    for (const entry of batch) {
      number++;
      const told = [entry.number, entry.at, entry.actor, entry.action, entry.subject, entry.details, entry.previous];
      const hash = createHash("sha256").update(JSON.stringify(told)).digest("hex");
      if (entry.number !== number || entry.previous !== previous || entry.hash !== hash) return number;
      previous = hash;
    }
    if (batch.length < BATCH) return null;
  }
}
