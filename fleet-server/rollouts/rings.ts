import { sql, type Transaction } from "kysely";
import { coded } from "../../base/registry/coded-error.ts";
import type { FleetDatabase } from "../store/schema.ts";

export type Within = Transaction<FleetDatabase>;
export type Target = FleetDatabase["target"];
/** What a rollout's statements need to know. */
export type Rolling = { readonly id: string; readonly target: Target; readonly subject: string };

export const subjectOf = (target: Target): string => (target.kind === "release" ? "release" : (target.service ?? ""));

/** Rows of every kiosk of the rings; a kiosk that had a try of this target before gets the next number. */
export async function addKiosks(
  within: Within,
  { id, target }: Rolling,
  rings: readonly string[],
  now: number,
): Promise<void> {
  await sql`
    insert into rollout_kiosk (rollout, kiosk, ring, progress, attempt, changed_at)
    select ${id}::uuid, kiosk.id, named.place - 1, 'waiting', 1 + coalesce(earlier.attempt, 0), ${now}::bigint
    from kiosk
    join jsonb_array_elements_text(${JSON.stringify(rings)}::jsonb) with ordinality as named (ring, place) on named.ring = kiosk.ring
    left join (
      select rollout_kiosk.kiosk, max(rollout_kiosk.attempt) as attempt
      from rollout_kiosk join rollout on rollout.id = rollout_kiosk.rollout
      where rollout.target = ${target.path} and rollout_kiosk.told_at is not null
      group by rollout_kiosk.kiosk
    ) as earlier on earlier.kiosk = kiosk.id
    where kiosk.retired_at is null and kiosk.enrolled_at is not null`.execute(within);
}

/**
 * Says of the kiosks that were not told yet whether the target fits them, by what they reported last. A kiosk that never said
 * what it is is told: it checks for itself.
 */
export async function classify(within: Within, { id, target, subject }: Rolling, ring?: number): Promise<void> {
  const has =
    target.kind === "release"
      ? sql`kiosk_state.software ->> 'release' = ${target.version}`
      : sql`kiosk_state.software -> 'packages' ->> ${subject}::text = ${target.version}`;
  const numbers = (version: ReturnType<typeof sql>) => sql`string_to_array(split_part(${version}, '-', 1), '.')::int[]`;
  const release = sql`kiosk_state.software ->> 'release'`;
  const tooOld =
    target.needs_release === null
      ? sql`false`
      : sql`(${release} ~ '^[0-9]+[.][0-9]+[.][0-9]+' and ${numbers(release)} < ${numbers(sql`${target.needs_release}::text`)})`;
  const elsewhere =
    target.platform === null ? sql`false` : sql`kiosk_state.machine ->> 'platform' <> ${target.platform}`;
  await sql`
    update rollout_kiosk
    set progress = case when fit.code is null then 'waiting' else 'not-fitting' end, code = fit.code,
      message = case fit.code when 'rollout.has-it' then ${coded("rollout.has-it").message}
        when 'rollout.wrong-platform' then ${coded("rollout.wrong-platform").message}
        when 'rollout.needs-release' then ${coded("rollout.needs-release").message} end
    from (
      select own.kiosk, case
        when ${has} then 'rollout.has-it'
        when ${elsewhere} then 'rollout.wrong-platform'
        when ${tooOld} then 'rollout.needs-release' end as code
      from rollout_kiosk as own left join kiosk_state on kiosk_state.kiosk = own.kiosk
      where own.rollout = ${id}
    ) as fit
    where rollout_kiosk.rollout = ${id} and fit.kiosk = rollout_kiosk.kiosk
      and rollout_kiosk.progress in ('waiting', 'not-fitting')
      and ${ring === undefined ? sql`true` : sql`rollout_kiosk.ring = ${ring}`}`.execute(within);
}

/**
 * Assigns the target to the waiting kiosks of the rings below `rings`, and to those that have it already.
 *
 * @returns the kiosks whose desired state changed.
 */
export async function tell(
  within: Within,
  { id, target, subject }: Rolling,
  rings: number,
  now: number,
): Promise<string[]> {
  const meant = sql`rollout_kiosk.rollout = ${id} and rollout_kiosk.ring < ${rings}
    and (rollout_kiosk.progress = 'waiting' or rollout_kiosk.code = 'rollout.has-it')`;
  await sql`
    update rollout_kiosk set previous_target = assignment.target, previous_attempt = assignment.attempt
    from assignment
    where ${meant} and assignment.kiosk = rollout_kiosk.kiosk and assignment.subject = ${subject}
      and assignment.target <> ${target.path}`.execute(within);
  const { rows } = await sql<{ kiosk: string }>`
    insert into assignment (kiosk, subject, target, attempt, rollout)
    select kiosk, ${subject}, ${target.path}, attempt, rollout from rollout_kiosk where ${meant}
    on conflict (kiosk, subject) do update
      set target = excluded.target, attempt = excluded.attempt, rollout = excluded.rollout
      where (assignment.target, assignment.attempt) is distinct from (excluded.target, excluded.attempt)
    returning kiosk`.execute(within);
  await sql`
    update rollout_kiosk set progress = 'told', told_at = ${now}::bigint, changed_at = ${now}::bigint, code = null, message = null
    where rollout = ${id} and ring < ${rings} and progress = 'waiting'`.execute(within);
  return rows.map(({ kiosk }) => kiosk);
}

/**
 * Gives kiosks back what they were assigned before this rollout, or nothing: those that failed, so that they are in sync with
 * what they run, and at a halt those that have not got so far.
 *
 * @returns the kiosks whose desired state changed.
 */
export async function giveBack(
  within: Within,
  { id, subject }: Rolling,
  which: { readonly progress: readonly FleetDatabase["rollout_kiosk"]["progress"][]; readonly kiosk?: string },
): Promise<string[]> {
  const meant = sql`rollout_kiosk.rollout = ${id} and rollout_kiosk.progress in (${sql.join(which.progress)})
    and assignment.kiosk = rollout_kiosk.kiosk and assignment.subject = ${subject} and assignment.rollout = ${id}
    and ${which.kiosk === undefined ? sql`true` : sql`rollout_kiosk.kiosk = ${which.kiosk}`}`;
  const gone = await sql<{ kiosk: string }>`
    delete from assignment using rollout_kiosk
    where ${meant} and rollout_kiosk.previous_target is null
    returning assignment.kiosk`.execute(within);
  const back = await sql<{ kiosk: string }>`
    update assignment
    set target = rollout_kiosk.previous_target, attempt = rollout_kiosk.previous_attempt, rollout = null
    from rollout_kiosk
    where ${meant} and rollout_kiosk.previous_target is not null
    returning assignment.kiosk`.execute(within);
  return [...gone.rows, ...back.rows].map(({ kiosk }) => kiosk);
}
