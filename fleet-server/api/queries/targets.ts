import { type Kysely, sql } from "kysely";
import type { FleetDatabase } from "../../store/schema.ts";
import type { TargetRow } from "../contract/releases.ts";

/**
 * The signed targets, newest first, with how many kiosks run each. What a kiosk runs is what it said last: the release, or the
 * package of a service.
 */
export async function listTargets(db: Kysely<FleetDatabase>): Promise<TargetRow[]> {
  const { rows } = await sql<{
    path: string;
    kind: "release" | "service";
    service: string | null;
    version: string;
    platform: string | null;
    length: number;
    sha256: string;
    notes: string;
    kiosks: number;
  }>`
    with releases as (
      select k.release as version, s.machine->>'platform' as platform, count(*) as kiosks
      from kiosk k left join kiosk_state s on s.kiosk = k.id
      where k.release is not null and k.retired_at is null group by 1, 2
    ), services as (
      select p.key as service, p.value as version, count(*) as kiosks
      from kiosk_state s join kiosk k on k.id = s.kiosk and k.retired_at is null,
        jsonb_each_text(s.software->'packages') p
      group by 1, 2
    )
    select t.path, t.kind, t.service, t.version, t.platform, t.length, t.sha256, t.notes,
      coalesce(case t.kind
        when 'release' then (select sum(r.kiosks) from releases r
          where r.version = t.version and (r.platform is null or t.platform is null or r.platform = t.platform))
        else (select sum(v.kiosks) from services v where v.service = t.service and v.version = t.version)
      end, 0)::bigint as kiosks
    from target t order by t.added_at desc, t.path`.execute(db);
  return rows.map(({ service, platform, ...row }) => ({
    ...row,
    ...(service === null ? {} : { service }),
    ...(platform === null ? {} : { platform }),
  }));
}
