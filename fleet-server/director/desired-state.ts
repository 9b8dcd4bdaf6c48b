import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { type Desired, type DesiredTarget, desiredSchema } from "../../base/contracts/fleet/desired.ts";
import type { FleetContext } from "../context.ts";
import { idsOf } from "../store/rows.ts";
import type { FleetDatabase } from "../store/schema.ts";

/** `desiredSchema` takes no more; the others come when these are done. */
const MOST_COMMANDS = 100;
const RELEASE = "release";

type Waiting = { readonly id: string; readonly jws: string };
type Assigned = Omit<DesiredTarget, "path"> & { readonly subject: string; readonly path: string };

/** Ids of the commands that wait for a kiosk, oldest first, as a subquery of `kiosk k`. */
function waiting(now: number) {
  return sql`select id, jws from command
    where kiosk = k.id and state = 'queued' and expires_at > ${now} order by created_at, id limit ${MOST_COMMANDS}`;
}

/**
 * The ETags alone, in one query by keys; none for a kiosk that is not in the table. Revision, waiting commands and intervals are all
 * that a desired state can change by: whoever changes an assignment grows the revision.
 */
export async function readEtags(context: FleetContext, kiosks: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; revision: number; commands: string[] }>`
    select k.id, k.desired_revision as revision,
      array(select w.id::text from (${waiting(context.clock.now())}) w) as commands
    from kiosk k where k.id in ${idsOf(kiosks)}`.execute(context.db);
  return new Map(rows.map(({ id, revision, commands }) => [id, etagOf(context, revision, commands)]));
}

/** The desired state and its ETag, from one query, so that the two belong together. */
export async function readDesired(
  context: FleetContext,
  kiosk: string,
): Promise<{ readonly etag: string; readonly desired: Desired }> {
  const now = context.clock.now();
  const { revision, commands, assigned } = await readRow(context.db, kiosk, now);
  const targetOf = ({ subject: _subject, ...target }: Assigned): DesiredTarget => target;
  const release = assigned.find(({ subject }) => subject === RELEASE);
  const services = assigned.filter(({ subject }) => subject !== RELEASE);
  const { desired, heartbeat, machine } = context.settings.intervals;
  return {
    etag: etagOf(
      context,
      revision,
      commands.map(({ id }) => id),
    ),
    desired: desiredSchema.parse({
      ...{ kiosk, revision, issuedAt: now, intervals: { desired, heartbeat, machine } },
      ...(release === undefined ? {} : { release: targetOf(release) }),
      services: Object.fromEntries(services.map((service) => [service.subject, targetOf(service)])),
      commands: commands.map(({ jws }) => jws),
    }),
  };
}

async function readRow(db: Kysely<FleetDatabase>, kiosk: string, now: number) {
  const query = sql<{ revision: number; commands: Waiting[]; assigned: Assigned[] }>`
    select k.desired_revision as revision,
      (select coalesce(jsonb_agg(to_jsonb(w)), '[]') from (${waiting(now)}) w) as commands,
      (select coalesce(jsonb_agg(jsonb_build_object('subject', a.subject, 'path', t.path, 'version', t.version,
          'length', t.length, 'sha256', t.sha256, 'attempt', a.attempt) order by a.subject), '[]')
        from assignment a join target t on t.path = a.target where a.kiosk = k.id) as assigned
    from kiosk k where k.id = ${kiosk}`;
  return only((await query.execute(db)).rows, kiosk);
}

function only<T>([row]: readonly T[], kiosk: string): T {
  if (row === undefined) throw new Error(`there is no kiosk ${kiosk}`);
  return row;
}

function etagOf(context: FleetContext, revision: number, commands: readonly string[]): string {
  const { desired, heartbeat, machine } = context.settings.intervals;
  const rest = JSON.stringify([desired, heartbeat, machine, ...commands]);
  return `"${revision}.${createHash("sha256").update(rest).digest("base64url").slice(0, 16)}"`;
}
