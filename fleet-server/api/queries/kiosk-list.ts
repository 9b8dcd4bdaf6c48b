import { type Kysely, type SelectQueryBuilder, sql } from "kysely";
import type { z } from "zod";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { ok, type Result } from "../../../base/result.ts";
import type { FleetDatabase } from "../../store/schema.ts";
import type { KioskPage, kioskQuerySchema } from "../contract/kiosks.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { selectKiosks, withAlerts } from "./kiosk-rows.ts";

type Query = z.infer<typeof kioskQuerySchema>;
type Joined = FleetDatabase & { k: FleetDatabase["kiosk"] };

/** A page of the kiosks that fit, after `after`, with how many fit and what can be filtered by: four statements. */
export async function listKiosks(
  db: Kysely<FleetDatabase>,
  query: Query,
): Promise<Result<KioskPage, CodedError<"common.bad-input">>> {
  const sorted = SORTS[query.sort];
  const cursor = readCursor(sorted.kind, query.after);
  if (!cursor.ok) return cursor;
  let page = filtered(selectKiosks(db) as never, query) as unknown as ReturnType<typeof selectKiosks>;
  if (cursor.value !== undefined) {
    const [value, id] = cursor.value;
    page = page.where(sorted.after(value, id));
  }
  const [rows, total, filters] = await Promise.all([
    page
      .orderBy(sorted.order)
      .limit(query.limit + 1)
      .execute(),
    filtered(db.selectFrom("kiosk as k") as never, query)
      .select((eb) => eb.fn.countAll<number>().as("total"))
      .executeTakeFirstOrThrow(),
    filterValues(db),
  ]);
  const shown = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? shown.at(-1) : undefined;
  const next = last === undefined ? null : writeCursor(sorted.value(last), last.id);
  return ok({ kiosks: await withAlerts(db, shown), total: Number(total.total), next, ...filters });
}

type Row = { readonly condition_rank: number; readonly place: string; readonly last_seen: number | null };

/** Keyset pages: a row comparison that an index serves, whatever page it is. */
const SORTS = {
  condition: {
    kind: "number",
    order: sql`k.condition_rank, k.id`,
    value: (row: Row) => row.condition_rank,
    after: (value: string | number, id: string) =>
      sql<boolean>`(k.condition_rank, k.id) > (${Number(value)}::bigint, ${id})`,
  },
  place: {
    kind: "text",
    order: sql`k.place, k.id`,
    value: (row: Row) => row.place,
    after: (value: string | number, id: string) => sql<boolean>`(k.place, k.id) > (${String(value)}, ${id})`,
  },
  /** Longest silent first; never seen before all. */
  "last-seen": {
    kind: "number",
    order: sql`coalesce(l.last_seen, 0), k.id`,
    value: (row: Row) => row.last_seen ?? 0,
    after: (value: string | number, id: string) =>
      sql<boolean>`(coalesce(l.last_seen, 0), k.id) > (${Number(value)}::bigint, ${id})`,
  },
} as const;

function filtered(select: SelectQueryBuilder<Joined, "k", object>, query: Query) {
  let kiosks = select;
  if (query.condition !== undefined) kiosks = kiosks.where("k.condition", "=", query.condition);
  else kiosks = kiosks.where("k.condition", "!=", "retired");
  if (query.site !== undefined) kiosks = kiosks.where("k.site", "=", query.site);
  if (query.ring !== undefined) kiosks = kiosks.where("k.ring", "=", query.ring);
  if (query.release !== undefined) kiosks = kiosks.where("k.release", "=", query.release);
  if (query.search !== undefined && query.search.trim() !== "") {
    const pattern = `%${query.search.trim().replace(/[\\%_]/g, "\\$&")}%`;
    kiosks = kiosks.where(
      sql<boolean>`(k.id ilike ${pattern} or k.place ilike ${pattern} or k.site ilike ${pattern} or k.tags::text ilike ${pattern})`,
    );
  }
  if (query.axis !== undefined || query.who !== undefined) {
    kiosks = kiosks.where("k.id", "in", (eb) => {
      let alerts = eb.selectFrom("alert").select("alert.kiosk").where("alert.until", "is", null);
      if (query.axis !== undefined) alerts = alerts.where("alert.axis", "=", query.axis);
      if (query.who !== undefined) alerts = alerts.where("alert.who", "=", query.who);
      return alerts;
    });
  }
  return kiosks;
}

async function filterValues(db: Kysely<FleetDatabase>): Promise<Pick<KioskPage, "sites" | "rings" | "releases">> {
  const { rows } = await sql<{ site: string | null; ring: string | null; release: string | null }>`
    select site, ring, release from kiosk group by grouping sets ((site), (ring), (release))`.execute(db);
  const values = (column: "site" | "ring" | "release") =>
    rows.flatMap((row) => row[column] ?? []).sort((a, b) => a.localeCompare(b));
  return { sites: values("site"), rings: values("ring"), releases: values("release") };
}
