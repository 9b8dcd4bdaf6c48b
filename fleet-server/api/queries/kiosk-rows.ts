import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { FleetDatabase } from "../../store/schema.ts";
import type { Alert, KioskRow } from "../contract/kiosks.ts";

/** What a kiosk's row on a page is made of, without its alerts. */
export function selectKiosks(db: Kysely<FleetDatabase>) {
  return db
    .selectFrom("kiosk as k")
    .leftJoin("kiosk_live as l", "l.kiosk", "k.id")
    .select(["k.id", "k.place", "k.site", "k.ring", "k.tags", "k.condition", "k.condition_rank", "k.service_state"])
    .select(["k.release", "k.update_state", "l.last_seen", "l.connected_to"]);
}

type Selected = Awaited<ReturnType<ReturnType<typeof selectKiosks>["execute"]>>[number];

/** The rows with their standing alerts, which come in one further statement. */
export async function withAlerts(db: Kysely<FleetDatabase>, rows: readonly Selected[]): Promise<KioskRow[]> {
  const alerts = await standingAlerts(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    ...{ id: row.id, place: row.place, site: row.site, ring: row.ring, tags: row.tags, condition: row.condition },
    ...{ connected: row.connected_to !== null, lastSeen: row.last_seen, service: row.service_state },
    ...{ release: row.release, update: row.update_state },
    alerts: alerts.get(row.id) ?? [],
  }));
}

async function standingAlerts(db: Kysely<FleetDatabase>, kiosks: readonly string[]): Promise<Map<string, Alert[]>> {
  if (kiosks.length === 0) return new Map();
  const rows = await db
    .selectFrom("alert")
    .select(["id", "kiosk", "code", "axis", "severity", "who", "subject", "detail", "since", "until"])
    .where("until", "is", null)
    .where(sql<boolean>`kiosk = any(${sql.val(`{${kiosks.map(quoted).join(",")}}`)}::text[])`)
    .orderBy(sql`case severity when 'critical' then 0 when 'warning' then 1 else 2 end`)
    // What waits for somebody stands before what it brought about.
    .orderBy(sql`who = 'none'`)
    .orderBy("since")
    .orderBy("id")
    .execute();
  return Map.groupBy(rows, ({ kiosk }) => kiosk);
}

/** An element of an array literal: one parameter for any number of ids, the same statement every time. */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
