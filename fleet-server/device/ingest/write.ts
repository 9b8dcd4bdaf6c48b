import { sql, type Transaction } from "kysely";
import type { CommandReport } from "../../../base/contracts/fleet/command.ts";
import type { Counter, Report, UpdateReport } from "../../../base/contracts/fleet/report.ts";
import type { StateSections } from "../../../base/contracts/fleet/state.ts";
import { SERVERS_OWN, UPDATE_EVENT } from "../../alerts/kept-events.ts";
import { rowsOf } from "../../store/rows.ts";
import type { FleetDatabase } from "../../store/schema.ts";
import type { KnownStream } from "./decide.ts";

type Within = Transaction<FleetDatabase>;

/** What a group of batches says, gathered so that each table is written once. */
export class Gathered {
  readonly live = new Map<string, { stream: string; session: number; mutual_tls: boolean; offset: number | null }>();
  readonly streams = new Map<string, KnownStream & { readonly kiosk: string }>();
  readonly states = new Map<string, StateSections>();
  readonly updates = new Map<string, UpdateReport[]>();
  readonly #events: { kiosk: string; at: number; event: string; fields: object }[] = [];
  readonly #counters = new Map<string, Counter & { kiosk: string }>();
  readonly #commands = new Map<string, CommandReport & { kiosk: string; rank: number }>();
  readonly #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  add(kiosk: string, reports: readonly Report[]): void {
    for (const report of reports) {
      if (report.type === "state") this.states.set(kiosk, { ...this.states.get(kiosk), ...report.state });
      // What the server itself says of a kiosk, no kiosk says.
      else if (report.type === "event" && SERVERS_OWN.includes(report.event)) continue;
      // A clock that runs ahead would keep its events on top of every list for ever.
      else if (report.type === "event") this.event(kiosk, Math.min(report.at, this.#now), report.event, report.fields);
      else if (report.type === "counters") for (const counter of report.counters) this.#count(kiosk, counter);
      else if (report.type === "command") this.#command(kiosk, report.command);
      else this.#update(kiosk, Math.min(report.at, this.#now), report.update);
    }
  }

  event(kiosk: string, at: number, event: string, fields: object): void {
    this.#events.push({ kiosk, at, event, fields });
  }

  #update(kiosk: string, at: number, update: UpdateReport): void {
    this.updates.set(kiosk, [...(this.updates.get(kiosk) ?? []), update]);
    const { target, result, code, message } = update;
    this.event(kiosk, at, UPDATE_EVENT, { target, result, code, message });
  }

  #count(kiosk: string, counter: Counter): void {
    const key = JSON.stringify([kiosk, counter.hour, counter.service, counter.result]);
    const before = this.#counters.get(key);
    const { count = 0, seconds = 0 } = before ?? {};
    this.#counters.set(key, { ...counter, kiosk, count: count + counter.count, seconds: seconds + counter.seconds });
  }

  #command(kiosk: string, command: CommandReport): void {
    const key = `${kiosk} ${command.id}`;
    const rank = RANK[command.state];
    if ((this.#commands.get(key)?.rank ?? -1) < rank) this.#commands.set(key, { ...command, kiosk, rank });
  }

  /** Writes everything gathered; rows in the order of their keys. */
  async write(within: Within): Promise<void> {
    const now = this.#now;
    const live = [...this.live].map(([kiosk, said]) => ({ kiosk, ...said }));
    if (live.length > 0)
      await sql`
        update kiosk_live l set last_seen = greatest(l.last_seen, ${now}::bigint), stream = r.stream, session = r.session,
          mutual_tls = r.mutual_tls, clock_offset = coalesce(r."offset", l.clock_offset)
        from ${rowsOf(live, 'kiosk text, stream uuid, session bigint, mutual_tls boolean, "offset" bigint')}
        where l.kiosk = r.kiosk`.execute(within);
    await writeStreams([...this.streams.values()], now, within);
    await writeStates(this.states, now, within);
    if (this.#events.length > 0)
      await sql`
        insert into event (kiosk, at, event, fields)
        select kiosk, at, event, fields
        from ${rowsOf(this.#events, "kiosk text, at bigint, event text, fields jsonb")}`.execute(within);
    await writeCounters([...this.#counters.values()], within);
    await writeCommands([...this.#commands.values()], now, within);
  }
}

async function writeStreams(streams: readonly (KnownStream & { kiosk: string })[], now: number, within: Within) {
  if (streams.length === 0) return;
  const rows = rowsOf(streams, 'kiosk text, stream uuid, "lastSequence" bigint, "lastDigest" text');
  await sql`
    insert into stream (kiosk, stream, first_seen, last_sequence, last_digest)
    select kiosk, stream, ${now}::bigint, "lastSequence", "lastDigest" from ${rows}
    on conflict (kiosk, stream) do update set last_sequence = excluded.last_sequence, last_digest = excluded.last_digest,
      superseded_at = null`.execute(within);
  await sql`
    update stream s set superseded_at = ${now}::bigint from ${rows}
    where s.kiosk = r.kiosk and s.stream <> r.stream and s.superseded_at is null`.execute(within);
}

async function writeStates(states: ReadonlyMap<string, StateSections>, now: number, within: Within) {
  if (states.size === 0) return;
  const rows = [...states].map(([kiosk, sections]) => ({ kiosk, ...sections }));
  await sql`
    insert into kiosk_state (kiosk, service, devices, software, security, machine, updated_at)
    select kiosk, service, devices, software, security, machine, ${now}::bigint
    from ${rowsOf(rows, "kiosk text, service jsonb, devices jsonb, software jsonb, security jsonb, machine jsonb")}
    on conflict (kiosk) do update set
      service = coalesce(excluded.service, kiosk_state.service),
      devices = coalesce(excluded.devices, kiosk_state.devices),
      software = coalesce(excluded.software, kiosk_state.software),
      security = coalesce(excluded.security, kiosk_state.security),
      machine = coalesce(excluded.machine, kiosk_state.machine),
      updated_at = excluded.updated_at`.execute(within);
}

async function writeCounters(counters: readonly object[], within: Within) {
  if (counters.length === 0) return;
  const columns = "kiosk text, hour bigint, service text, result text, count bigint, seconds bigint";
  await sql`
    insert into counter (kiosk, hour, service, result, count, seconds)
    select kiosk, hour, service, result, count, seconds from ${rowsOf(counters, columns)}
    on conflict (kiosk, hour, service, result) do update set
      count = counter.count + excluded.count, seconds = counter.seconds + excluded.seconds`.execute(within);
}

/** A command's life only goes forward, and ends once. */
const RANK: { readonly [state in CommandReport["state"]]: number } = {
  ...{ received: 1, running: 2 },
  ...{ done: 3, failed: 3, unknown: 3, expired: 3, refused: 3 },
};

async function writeCommands(commands: readonly object[], now: number, within: Within) {
  if (commands.length === 0) return;
  const columns = "kiosk text, id uuid, state text, rank integer, code text, message text";
  await sql`
    update command c set state = r.state, code = r.code, message = r.message, changed_at = ${now}::bigint
    from ${rowsOf(commands, columns)}
    where c.id = r.id and c.kiosk = r.kiosk
      and r.rank > case c.state when 'queued' then 0 when 'received' then 1 when 'running' then 2 else 3 end`.execute(
    within,
  );
}
