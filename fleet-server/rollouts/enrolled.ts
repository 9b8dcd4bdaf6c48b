import { sql } from "kysely";
import type { Within } from "./rings.ts";

/**
 * Assigns to a new kiosk, for each software, what the newest rollout brought to its ring: one that is running, paused or finished
 * and has begun this ring. In a rollout that still runs it counts from now on, told or waiting like the others of its ring.
 */
export async function assignToNewKiosk(kiosk: string, now: number, within: Within): Promise<void> {
  const reached = sql`
    select rollout.id, rollout.target, rollout.state, rollout.begun, rollout.created_at, named.place - 1 as ring,
      case target.kind when 'release' then 'release' else target.service end as subject
    from kiosk
    join rollout on true
    join target on target.path = rollout.target
    join jsonb_array_elements(rollout.rings) with ordinality as named (plan, place) on named.plan ->> 'ring' = kiosk.ring
    left join kiosk_state on kiosk_state.kiosk = kiosk.id
    where kiosk.id = ${kiosk} and rollout.state in ('running', 'paused', 'finished')
      and (target.platform is null or coalesce(kiosk_state.machine ->> 'platform', target.platform) = target.platform)`;
  await sql`
    insert into assignment (kiosk, subject, target, attempt, rollout)
    select distinct on (subject) ${kiosk}, subject, target, 1, id from (${reached}) as reached
    where ring < begun
    order by subject, created_at desc
    on conflict (kiosk, subject) do update
      set target = excluded.target, attempt = excluded.attempt, rollout = excluded.rollout`.execute(within);
  await sql`
    insert into rollout_kiosk (rollout, kiosk, ring, progress, attempt, told_at, changed_at)
    select id, ${kiosk}, ring, case when ring < begun then 'told' else 'waiting' end, 1,
      case when ring < begun then ${now}::bigint end, ${now}::bigint
    from (${reached}) as reached
    where state in ('running', 'paused')
    on conflict (rollout, kiosk) do nothing`.execute(within);
}
