import { sql, type Transaction } from "kysely";
import type { StateSections } from "../../base/contracts/fleet/state.ts";
import type { Settings } from "../settings.ts";
import { idsOf } from "../store/rows.ts";
import type { FleetDatabase } from "../store/schema.ts";
import type { Facts } from "./facts.ts";
import { CLONED_EVENT, KNOCKING_EVENT, SECURITY_EVENT_STANDS, UPDATE_EVENT } from "./kept-events.ts";
import type { OpeningHours } from "./opening-hours.ts";

/** What the rules go by, for these kiosks, by id. */
export async function readFacts(
  kiosks: readonly string[],
  settings: Settings,
  now: number,
  within: Transaction<FleetDatabase>,
): Promise<Map<string, Facts>> {
  const recent = now - SECURITY_EVENT_STANDS;
  const { rows } = await sql<Row>`
    select k.id, k.enrolled_at, k.retired_at, k.opening_hours, k.time_zone, l.last_seen, l.mutual_tls,
      t.service, t.devices, t.software, t.security, t.machine, c.issued_at, c.expires_at, a.assigned, u.fields as last_update,
      (select max(at) from event e where e.kiosk = k.id and e.event = ${sql.lit(CLONED_EVENT)} and e.at > ${recent}::bigint) as cloned_at,
      (select max(at) from event e where e.kiosk = k.id and e.event = ${sql.lit(KNOCKING_EVENT)} and e.at > ${recent}::bigint) as knocked_at
    from kiosk k
    left join kiosk_live l on l.kiosk = k.id
    left join kiosk_state t on t.kiosk = k.id
    left join lateral (
      select issued_at, expires_at from certificate where kiosk = k.id and revoked_at is null order by issued_at desc limit 1
    ) c on true
    left join lateral (
      select json_object_agg(a.subject, g.version) as assigned
      from assignment a join target g on g.path = a.target where a.kiosk = k.id
    ) a on true
    left join lateral (
      select fields from event e where e.kiosk = k.id and e.event = ${sql.lit(UPDATE_EVENT)} order by at desc, id desc limit 1
    -- Once every rollout of a target is cancelled, nobody waits for it on any kiosk.
    ) u on coalesce((select bool_or(r.state <> 'cancelled') from rollout r where r.target = u.fields ->> 'target'), true)
    where k.id in ${idsOf(kiosks)}`.execute(within);
  return new Map(rows.map((row) => [row.id, factsOf(row, settings, now)]));
}

function factsOf(row: Row, settings: Settings, now: number): Facts {
  const { service, devices, software, security, machine, last_update: update } = row;
  return {
    ...(service === null ? {} : { service }),
    ...(devices === null ? {} : { devices }),
    ...(software === null ? {} : { software }),
    ...(security === null ? {} : { security }),
    ...(machine === null ? {} : { machine }),
    now,
    enrolledAt: row.enrolled_at,
    retired: row.retired_at !== null,
    openingHours: row.opening_hours,
    timeZone: row.time_zone,
    silentAfter: settings.intervals.silent * 1_000,
    lastSeen: row.last_seen,
    // Behind a proxy that ends TLS no connection ever shows one.
    mutualTls: settings.devices.plain ? null : row.mutual_tls,
    certificate:
      row.issued_at === null || row.expires_at === null ? null : { issuedAt: row.issued_at, expiresAt: row.expires_at },
    assigned: row.assigned ?? {},
    lastUpdate:
      update === null ? null : { result: update.result ?? "", target: update.target ?? "", code: update.code ?? "" },
    // An identity that was given anew since is clean.
    clonedAt: after(row.cloned_at, row.enrolled_at),
    knockedAt: after(row.knocked_at, row.enrolled_at),
  };
}

function after(at: number | null, start: number | null): number | null {
  return at !== null && at > (start ?? 0) ? at : null;
}

type Row = { [section in keyof StateSections]-?: NonNullable<StateSections[section]> | null } & {
  id: string;
  enrolled_at: number | null;
  retired_at: number | null;
  opening_hours: OpeningHours | null;
  time_zone: string;
  last_seen: number | null;
  mutual_tls: boolean | null;
  issued_at: number | null;
  expires_at: number | null;
  assigned: Record<string, string> | null;
  last_update: Record<string, string> | null;
  cloned_at: number | null;
  knocked_at: number | null;
};
