import type { Kysely } from "kysely";
import type { z } from "zod";
import { parseJson } from "../../../base/json.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { ok, type Result } from "../../../base/result.ts";
import type { FleetDatabase } from "../../store/schema.ts";
import type { auditPageSchema, auditQuerySchema } from "../contract/access.ts";
import type { ConsoleParts } from "../parts.ts";
import { readCursor, writeCursor } from "./cursor.ts";

type Page = z.infer<typeof auditPageSchema>;

/**
 * A page of the audit trail, newest first.
 *
 * @param verify follows the whole chain; called when the query asks for it.
 */
export async function auditPage(
  db: Kysely<FleetDatabase>,
  query: z.infer<typeof auditQuerySchema>,
  verify: ConsoleParts["verifyAudit"],
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
    broken: query.verify === "1" ? await verify(db) : null,
  });
}
