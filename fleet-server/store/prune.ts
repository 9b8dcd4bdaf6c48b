import { type Kysely, sql } from "kysely";
import { LOCKS } from "./locks.ts";
import type { FleetDatabase } from "./schema.ts";

const DAY = 86_400_000;

/** Days that records are kept. Audit, certificates and readiness reports stay. */
const KEPT = { events: 90, alerts: 365, counters: 730, commands: 365 } as const;
export type Pruned = { readonly [table in keyof typeof KEPT]: number };

/** Rows deleted in one go, so that no transaction lasts long. */
const PORTION = 5_000;

/** Deletes what is older than its time; one instance at a time. */
export async function prune(db: Kysely<FleetDatabase>, now: number): Promise<Pruned> {
  const before = (days: number) => now - days * DAY;
  return {
    events: await deleteOld(db, "event", "at", before(KEPT.events)),
    alerts: await deleteOld(db, "alert", "until", before(KEPT.alerts)),
    counters: await deleteOld(db, "counter", "hour", before(KEPT.counters)),
    commands: await deleteOld(db, "command", "expires_at", before(KEPT.commands)),
  };
}

async function deleteOld(db: Kysely<FleetDatabase>, table: string, column: string, before: number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const portion = await db.transaction().execute(async (within) => {
      const lock = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${LOCKS.prune}) as mine`.execute(
        within,
      );
      if (lock.rows[0]?.mine !== true) return 0;
      const { numAffectedRows } = await sql`
        delete from ${sql.table(table)} where ctid = any (array(
          select ctid from ${sql.table(table)} where ${sql.ref(column)} < ${before}::bigint limit ${PORTION}))`.execute(
        within,
      );
      return Number(numAffectedRows ?? 0n);
    });
    deleted += portion;
    if (portion < PORTION) return deleted;
  }
}
