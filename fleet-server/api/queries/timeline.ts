import { type Kysely, sql } from "kysely";
import type { z } from "zod";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { ok, type Result } from "../../../base/result.ts";
import type { FleetDatabase } from "../../store/schema.ts";
import type { timelineEntrySchema, timelineSchema } from "../contract/kiosks.ts";
import { readCursor, writeCursor } from "./cursor.ts";

type Entry = z.infer<typeof timelineEntrySchema>;

/** After everything: pages begin at the newest. */
const END = [Number.MAX_SAFE_INTEGER, ""] as const;

/**
 * What happened to a kiosk, newest first: one statement over every table that tells of it, each part bounded by the page.
 * A command has an entry of its own, so that the audit trail's entry of its sending is left out.
 */
export async function timeline(
  db: Kysely<FleetDatabase>,
  kiosk: string,
  query: { readonly after?: string | undefined; readonly limit: number },
): Promise<Result<z.infer<typeof timelineSchema>, CodedError<"common.bad-input">>> {
  const cursor = readCursor("number", query.after);
  if (!cursor.ok) return cursor;
  const [at, afterId] = cursor.value ?? END;
  const wanted = query.limit + 1;
  const none = sql`null::text`;
  const part = (select: ReturnType<typeof sql>) =>
    sql`(select * from (${select}) as part where at <= ${at}::bigint and (at, id) < (${at}::bigint, ${afterId === "" ? "~" : afterId})
      order by at desc, id desc limit ${wanted}::int)`;
  const words = (...texts: ReturnType<typeof sql>[]) =>
    sql`concat_ws(' ', ${sql.join(texts.map((text) => sql`nullif(${text}, '')`))})`;
  const parts = [
    sql`select since as at, 'alert:' || id as id, 'alert' as kind, code, ${words(sql`subject`, sql`detail`)} as text, ${none} as actor,
        jsonb_build_object('subject', subject, 'detail', detail) as facts
      from alert where kiosk = ${kiosk}`,
    sql`select until as at, 'cleared:' || id as id, 'cleared' as kind, code, ${words(sql`subject`)} as text, ${none} as actor,
        jsonb_build_object('subject', subject) as facts
      from alert where kiosk = ${kiosk} and until is not null`,
    sql`select at, 'event:' || lpad(id::text, 16, '0') as id, 'event' as kind, event as code,
      (select coalesce(string_agg(key || '=' || value, ' '), '') from jsonb_each_text(fields)) as text, ${none} as actor, fields as facts
      from event where kiosk = ${kiosk}`,
    sql`select created_at as at, 'command:' || id as id, 'command' as kind, command->>'name' as code,
      ${words(sql`state`, sql`code`, sql`message`, sql`reason`)} as text, by as actor,
        jsonb_strip_nulls(jsonb_build_object('state', state, 'code', code, 'message', message, 'reason', reason)) as facts
      from command where kiosk = ${kiosk}`,
    sql`select rk.changed_at as at, 'update:' || rk.rollout as id, 'update' as kind, rk.progress as code,
      ${words(sql`r.target`, sql`rk.code`, sql`rk.message`)} as text, ${none} as actor,
        jsonb_strip_nulls(jsonb_build_object('target', r.target, 'code', rk.code, 'message', rk.message)) as facts
      from rollout_kiosk rk join rollout r on r.id = rk.rollout where rk.kiosk = ${kiosk} and rk.progress <> 'waiting'`,
    sql`select at, 'audit:' || lpad(number::text, 16, '0') as id, 'audit' as kind, action as code, '' as text, actor, '{}'::jsonb as facts
      from audit where subject = ${kiosk} and action <> 'command.sent'`,
  ];
  const { rows } = await sql<Entry>`select id, at, kind, code, text, actor, facts
    from (${sql.join(parts.map(part), sql` union all `)}) as entries
    order by at desc, id desc limit ${wanted}::int`.execute(db);
  const entries = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? entries.at(-1) : undefined;
  return ok({ entries, next: last === undefined ? null : writeCursor(last.at, last.id) });
}
