import { type Kysely, sql } from "kysely";
import type { FleetDatabase } from "../../store/schema.ts";
import { KIOSK_CONDITIONS, type NowPage } from "../contract/kiosks.ts";
import { selectKiosks, withAlerts } from "./kiosk-rows.ts";

const SHOWN = 200;
/** `condition_rank` is the place in `KIOSK_CONDITIONS`. */
const WARNING = KIOSK_CONDITIONS.indexOf("warning");
/** How a journey ends that gave the citizen what it was begun for. */
const COMPLETED = "delivered";

/** What an operator asks first. Five statements, whatever the number of kiosks. */
export async function nowPage(db: Kysely<FleetDatabase>, at: number): Promise<NowPage> {
  const [conditions, waiting, journeys, rows] = await Promise.all([
    db.selectFrom("kiosk").select(["condition", count()]).groupBy("condition").execute(),
    db
      .selectFrom("alert")
      .select(["who", count()])
      .where("until", "is", null)
      .where("severity", "!=", "info")
      .groupBy("who")
      .execute(),
    journeysToday(db, at),
    worstKiosks(db),
  ]);
  const totals = Object.fromEntries(KIOSK_CONDITIONS.map((condition) => [condition, 0])) as NowPage["totals"];
  for (const { condition, count } of conditions) totals[condition] = Number(count);
  const waitingFor = Object.fromEntries(waiting.map(({ who, count }) => [who, Number(count)]));
  return { at, totals, kiosks: await withAlerts(db, rows), waitingFor, journeys };
}

function count() {
  return sql<number>`count(*)`.as("count");
}

function worstKiosks(db: Kysely<FleetDatabase>) {
  return selectKiosks(db)
    .leftJoin(
      (eb) =>
        eb
          .selectFrom("alert")
          .select(["alert.kiosk", sql<number>`min(alert.since)`.as("since")])
          .where("alert.until", "is", null)
          .where("alert.severity", "!=", "info")
          .groupBy("alert.kiosk")
          .as("first"),
      (join) => join.onRef("first.kiosk", "=", "k.id"),
    )
    .where("k.condition_rank", "<=", WARNING)
    .orderBy("k.condition_rank")
    .orderBy(sql`first.since nulls last`)
    .orderBy("k.id")
    .limit(SHOWN)
    .execute();
}

/** Each kiosk's day begins at its own midnight. */
async function journeysToday(db: Kysely<FleetDatabase>, at: number): Promise<NowPage["journeys"]> {
  const zones = await db.selectFrom("kiosk").select("time_zone").distinct().execute();
  const days = Map.groupBy(zones, ({ time_zone }) => startOfDay(at, time_zone));
  if (days.size === 0) return { today: 0, completed: 0 };
  let counters = db
    .selectFrom("counter")
    .select([
      sql<number>`coalesce(sum(count), 0)::bigint`.as("today"),
      sql<number>`coalesce(sum(count) filter (where result = ${COMPLETED}), 0)::bigint`.as("completed"),
    ])
    .where("hour", ">=", Math.min(...days.keys()));
  // Only where midnights differ does it matter which kiosk counted.
  if (days.size > 1) {
    counters = counters.where((eb) =>
      eb.or(
        [...days].map(([start, alike]) => {
          const zones = alike.map(({ time_zone }) => time_zone);
          const there = eb.selectFrom("kiosk").select("kiosk.id").where("kiosk.time_zone", "in", zones);
          return eb.and([eb("hour", ">=", start), eb("counter.kiosk", "in", there)]);
        }),
      ),
    );
  }
  const row = await counters.executeTakeFirstOrThrow();
  return { today: Number(row.today), completed: Number(row.completed) };
}

/** Midnight of the day that `at` falls on there; UTC's for a zone that is not known. */
function startOfDay(at: number, timeZone: string): number {
  const HOUR = 3_600_000;
  try {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "numeric", minute: "numeric", second: "numeric" })
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)] as const);
    const { hour = 0, minute = 0, second = 0 } = Object.fromEntries(parts) as Record<string, number>;
    return Math.floor((at - hour * HOUR - minute * 60_000 - second * 1_000) / 1_000) * 1_000;
  } catch {
    return at - (at % (24 * HOUR));
  }
}
