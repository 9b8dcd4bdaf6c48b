import { type Kysely, sql, type Transaction } from "kysely";
import type { KIOSK_PROGRESS, RolloutRow } from "../api/contract/releases.ts";
import type { FleetDatabase } from "../store/schema.ts";
import type { Rolling } from "./rings.ts";
import type { Counts } from "./thresholds.ts";

type Database = Kysely<FleetDatabase> | Transaction<FleetDatabase>;
const FAILURES = 100;
const KIOSKS = 100;

/** Kiosks by ring and progress; those that a resume excused count nowhere. */
export async function countsOf(db: Database, rollouts: readonly string[]): Promise<Map<string, Counts[]>> {
  const counts = new Map<string, Counts[]>();
  if (rollouts.length === 0) return counts;
  const rows = await db
    .selectFrom("rollout_kiosk")
    .select(["rollout", "ring", "progress", (eb) => eb.fn.countAll<number>().as("kiosks")])
    .where("rollout", "in", rollouts)
    .where("excused", "=", false)
    .groupBy(["rollout", "ring", "progress"])
    .execute();
  for (const { rollout, ring, progress, kiosks } of rows) {
    const rings = counts.get(rollout) ?? [];
    rings[ring] = { ...(rings[ring] ?? NONE), [progress]: Number(kiosks) };
    counts.set(rollout, rings);
  }
  return counts;
}

export const NONE: Counts = { waiting: 0, told: 0, working: 0, succeeded: 0, failed: 0, silent: 0, "not-fitting": 0 };

/** Rollouts as the console shows them, the newest first; only `one` when it is given. */
export async function rolloutRows(db: Database, one?: string): Promise<RolloutRow[]> {
  let query = db
    .selectFrom("rollout")
    .innerJoin("target", "target.path", "rollout.target")
    .selectAll("rollout")
    .select(["target.kind", "target.service", "target.version"])
    .orderBy("rollout.created_at", "desc")
    .orderBy("rollout.id");
  if (one !== undefined) query = query.where("rollout.id", "=", one);
  const rollouts = await query.execute();
  const ids = rollouts.map(({ id }) => id);
  const counts = await countsOf(db, ids);
  const failures = await failuresOf(db, ids);
  return rollouts.map((rollout) => ({
    ...{ id: rollout.id, target: rollout.target, kind: rollout.kind, version: rollout.version },
    ...(rollout.service === null ? {} : { service: rollout.service }),
    ...{ state: rollout.state, why: rollout.why, by: rollout.by, silentAfter: rollout.silent_after },
    ...(rollout.why_facts === null ? {} : { whyFacts: rollout.why_facts }),
    ...{ createdAt: rollout.created_at, changedAt: rollout.changed_at },
    rings: rollout.rings.map((plan, ring) => ({
      ...plan,
      begun: ring < rollout.begun,
      counts: counts.get(rollout.id)?.[ring] ?? NONE,
    })),
    failures: failures.get(rollout.id) ?? [],
  }));
}

/** Kiosks of a rollout that nobody was told of yet, by ring and place, at most 100, with what they run of its software. */
export async function plannedKiosks(
  db: Database,
  { id, subject }: Rolling,
  rings: readonly string[],
): Promise<NonNullable<RolloutRow["kiosks"]>> {
  const runs =
    subject === "release"
      ? sql<string | null>`kiosk_state.software ->> 'release'`
      : sql<string | null>`kiosk_state.software -> 'packages' ->> ${subject}::text`;
  const rows = await db
    .selectFrom("rollout_kiosk")
    .innerJoin("kiosk", "kiosk.id", "rollout_kiosk.kiosk")
    .leftJoin("kiosk_state", "kiosk_state.kiosk", "rollout_kiosk.kiosk")
    .select(["rollout_kiosk.kiosk", "kiosk.place", "rollout_kiosk.ring", runs.as("runs"), "rollout_kiosk.code"])
    .where("rollout_kiosk.rollout", "=", id)
    .orderBy("rollout_kiosk.ring")
    .orderBy("kiosk.place")
    .orderBy("rollout_kiosk.kiosk")
    .limit(KIOSKS)
    .execute();
  return rows.map(({ ring, ...row }) => ({ ...row, ring: rings[ring] ?? "" }));
}

async function failuresOf(db: Database, rollouts: readonly string[]) {
  if (rollouts.length === 0) return new Map<string, RolloutRow["failures"]>();
  const { rows } = await sql<{
    rollout: string;
    kiosk: string;
    progress: (typeof KIOSK_PROGRESS)[number];
    code: string;
    message: string;
  }>`
    select rollout, kiosk, progress, coalesce(code, '') as code, coalesce(message, '') as message
    from (
      select *, row_number() over (partition by rollout order by changed_at, kiosk) as place
      from rollout_kiosk
      where rollout in (${sql.join(rollouts)}) and progress in ('failed', 'silent')
    ) as ended
    where place <= ${FAILURES}
    order by rollout, place`.execute(db);
  return new Map(
    [...Map.groupBy(rows, ({ rollout }) => rollout)].map(([rollout, own]) => [
      rollout,
      own.map(({ kiosk, progress, code, message }) => ({ kiosk, progress, code, message })),
    ]),
  );
}
