import { randomUUID } from "node:crypto";
import { sql, type Transaction } from "kysely";
import { ALERTS } from "../../base/registry/alerts.ts";
import type { FleetContext } from "../context.ts";
import { LOCKS } from "../store/locks.ts";
import { idsOf, rowsOf } from "../store/rows.ts";
import type { FleetDatabase } from "../store/schema.ts";
import type { Facts, Finding } from "./facts.ts";
import type { Alerts } from "./interface.ts";
import { readFacts } from "./read-facts.ts";
import { conditionOf, findings, rankOf, severityOf } from "./rules.ts";

type Within = Transaction<FleetDatabase>;
type Standing = Pick<FleetDatabase["alert"], "id" | "kiosk" | "code" | "subject" | "severity" | "who" | "detail">;

/** Kiosks that are looked at in one tick without a reason, in turn: what time alone changes is found within some minutes. */
const IN_TURN = 500;
/** Kiosks that fell silent and are looked at in one tick. */
const SILENT = 2_000;

/** Alerts in the database, computed from facts by the rules. */
export function createAlerts(context: Pick<FleetContext, "db" | "bus" | "clock" | "settings">): Alerts {
  const { db, bus, clock, settings } = context;
  let after = "";

  /** @returns the kiosks whose alerts or derived columns changed. */
  const evaluate = async (kiosks: readonly string[], within: Within): Promise<string[]> => {
    if (kiosks.length === 0) return [];
    // Two evaluations of one kiosk follow each other, the second with fresh facts.
    await sql`select 1 from kiosk where id in ${idsOf(kiosks)} order by id for no key update`.execute(within);
    const now = clock.now();
    const facts = await readFacts(kiosks, settings, now, within);
    const found = new Map([...facts].map(([kiosk, known]) => [kiosk, findings(known)]));
    const changed = await writeDifference(found, now, within);
    const moved = await writeDerived(facts, found, within);
    return [...new Set([...changed, ...moved])];
  };

  const tick = async (within: Within): Promise<void> => {
    const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(${LOCKS.alertTick}) as mine`.execute(
      within,
    );
    if (rows[0]?.mine !== true) return;
    const silent = await silentKiosks(clock.now() - settings.intervals.silent * 1_000, within);
    const inTurn = await within
      .selectFrom("kiosk")
      .select("id")
      .where("id", ">", after)
      .orderBy("id")
      .limit(IN_TURN)
      .execute();
    const changed = await evaluate([...new Set([...silent, ...inTurn.map(({ id }) => id)])], within);
    if (changed.length > 0) await bus.publish({ topic: "kiosks", kiosks: changed }, within);
    after = inTurn.length < IN_TURN ? "" : (inTurn.at(-1)?.id ?? "");
  };

  return {
    evaluate: async (kiosks, within) => void (await evaluate(kiosks, within)),
    tick: () => db.transaction().execute(tick),
  };
}

/** Kiosks without a word since `before` of which lists do not say so yet. */
async function silentKiosks(before: number, within: Within): Promise<string[]> {
  const { rows } = await sql<{ kiosk: string }>`
    select l.kiosk from kiosk_live l join kiosk k on k.id = l.kiosk
    where l.last_seen < ${before}::bigint and k.condition not in ('planned', 'retired')
      and not exists (select from alert a where a.kiosk = l.kiosk and a.code = 'silent' and a.until is null)
    limit ${SILENT}`.execute(within);
  return rows.map(({ kiosk }) => kiosk);
}

/** Begins what is new, ends what is gone, and leaves the rest its `since`. */
async function writeDifference(
  found: ReadonlyMap<string, readonly Finding[]>,
  now: number,
  within: Within,
): Promise<string[]> {
  const { rows: standing } = await sql<Standing>`
    select id, kiosk, code, subject, severity, who, detail from alert
    where until is null and kiosk in ${idsOf([...found.keys()])}`.execute(within);
  const before = new Map(standing.map((alert) => [keyOf(alert.kiosk, alert), alert]));
  const wanted = new Map(
    [...found].flatMap(([kiosk, list]) => list.map((finding) => [keyOf(kiosk, finding), { kiosk, finding }] as const)),
  );
  const begun = [...wanted]
    .filter(([key]) => !before.has(key))
    .map(([, { kiosk, finding }]) => rowOf(kiosk, finding, now));
  const ended = standing.filter((alert) => !wanted.has(keyOf(alert.kiosk, alert)));
  const changed = [...wanted].flatMap(([key, { kiosk, finding }]) => {
    const alert = before.get(key);
    if (alert === undefined) return [];
    const row = { ...rowOf(kiosk, finding, now), id: alert.id };
    return row.severity !== alert.severity || row.who !== alert.who || row.detail !== alert.detail ? [row] : [];
  });
  const columns =
    "id uuid, kiosk text, code text, subject text, axis text, severity text, who text, detail text, since bigint";
  if (begun.length > 0)
    await sql`
      insert into alert (id, kiosk, code, subject, axis, severity, who, detail, since)
      select id, kiosk, code, subject, axis, severity, who, detail, since from ${rowsOf(begun, columns)}
      on conflict do nothing`.execute(within);
  if (ended.length > 0)
    await sql`update alert set until = ${now}::bigint where id in (select r.id from ${rowsOf(ended, "id uuid")})`.execute(
      within,
    );
  if (changed.length > 0)
    await sql`
      update alert a set severity = r.severity, who = r.who, detail = r.detail
      from ${rowsOf(changed, columns)} where a.id = r.id`.execute(within);
  return [...begun, ...ended, ...changed].map(({ kiosk }) => kiosk);
}

function keyOf(kiosk: string, { code, subject }: { readonly code: string; readonly subject: string }): string {
  return JSON.stringify([kiosk, code, subject]);
}

function rowOf(kiosk: string, finding: Finding, now: number) {
  const { code, subject, detail, since } = finding;
  const { axis, who } = ALERTS[code];
  return {
    ...{ id: randomUUID(), kiosk, code, subject, axis, detail },
    ...{ severity: severityOf(finding), who: finding.who ?? who, since: Math.min(since ?? now, now) },
  };
}

/** The columns of `kiosk` that lists sort and filter by. */
async function writeDerived(
  facts: ReadonlyMap<string, Facts>,
  found: ReadonlyMap<string, readonly Finding[]>,
  within: Within,
): Promise<string[]> {
  const rows = [...facts].map(([id, known]) => {
    const condition = conditionOf(known, found.get(id) ?? []);
    return {
      ...{ id, condition, rank: rankOf(condition), service: known.service?.state ?? "unknown" },
      release: known.software?.release ?? null,
      update: known.software?.update.state ?? null,
    };
  });
  const columns = 'id text, condition text, rank smallint, service text, release text, "update" text';
  const { rows: moved } = await sql<{ id: string }>`
    update kiosk k set condition = r.condition, condition_rank = r.rank, service_state = r.service, release = r.release,
      update_state = r."update"
    from ${rowsOf(rows, columns)}
    where k.id = r.id and (k.condition, k.condition_rank, k.service_state, k.release, k.update_state)
      is distinct from (r.condition, r.rank, r.service, r.release, r."update")
    returning k.id`.execute(within);
  return moved.map(({ id }) => id);
}
