import { sql, type Transaction } from "kysely";
import { idsOf, rowsOf } from "../../store/rows.ts";
import type { FleetDatabase } from "../../store/schema.ts";
import type { KnownStream } from "./decide.ts";

/** What the database knows of a kiosk that speaks. */
export type KnownKiosk = {
  readonly kiosk: string;
  readonly enrolledAt: number | null;
  readonly lastSeen: number;
  /** Never heard before this group. */
  readonly isNew: boolean;
  readonly stream: string;
  readonly session: number;
  readonly mutualTls: boolean | null;
  readonly hasState: boolean;
  readonly streams: Map<string, KnownStream>;
};

export type FirstWord = { readonly kiosk: string; readonly stream: string; readonly session: number };

/**
 * Locks the kiosks' `kiosk_live` rows, in the order of their ids so that two groups never wait for each other in a ring, and reads
 * what is known. A kiosk that never spoke gets its row.
 */
export async function lockKnown(
  words: readonly FirstWord[],
  now: number,
  within: Transaction<FleetDatabase>,
): Promise<Map<string, KnownKiosk>> {
  const wanted = new Map(words.map((word) => [word.kiosk, word]));
  const locked = await lock([...wanted.keys()], within);
  const missing = [...wanted.values()].filter(({ kiosk }) => !locked.has(kiosk));
  const news = new Set(missing.map(({ kiosk }) => kiosk));
  if (missing.length > 0) {
    const rows = missing.map((word) => ({ ...word, at: now }));
    await sql`
      insert into kiosk_live (kiosk, last_seen, stream, session)
      select kiosk, at, stream, session from ${rowsOf(rows, "kiosk text, at bigint, stream uuid, session bigint")}
      order by kiosk on conflict do nothing`.execute(within);
    // Another instance may have made the row at this moment.
    await lock([...news], within);
  }
  return await read([...wanted.keys()], news, within);
}

async function lock(kiosks: readonly string[], within: Transaction<FleetDatabase>): Promise<Set<string>> {
  const { rows } = await sql<{ kiosk: string }>`
    select kiosk from kiosk_live where kiosk in ${idsOf(kiosks)} order by kiosk for update`.execute(within);
  return new Set(rows.map(({ kiosk }) => kiosk));
}

/** A statement of its own after the lock: the one that waited for the lock still sees what was there before it waited. */
async function read(
  kiosks: readonly string[],
  news: ReadonlySet<string>,
  within: Transaction<FleetDatabase>,
): Promise<Map<string, KnownKiosk>> {
  const { rows } = await sql<Row>`
    select l.kiosk, k.enrolled_at, l.last_seen, l.stream as live_stream, l.session, l.mutual_tls,
      exists (select from kiosk_state t where t.kiosk = l.kiosk) as has_state,
      s.stream, s.last_sequence, s.last_digest, s.superseded_at
    from kiosk_live l
    join kiosk k on k.id = l.kiosk
    left join stream s on s.kiosk = l.kiosk
    where l.kiosk in ${idsOf(kiosks)}`.execute(within);
  const known = new Map<string, KnownKiosk>();
  for (const row of rows) {
    let kiosk = known.get(row.kiosk);
    if (kiosk === undefined) {
      kiosk = {
        ...{ kiosk: row.kiosk, enrolledAt: row.enrolled_at, lastSeen: row.last_seen, isNew: news.has(row.kiosk) },
        ...{ stream: row.live_stream, session: row.session, mutualTls: row.mutual_tls, hasState: row.has_state },
        streams: new Map(),
      };
      known.set(row.kiosk, kiosk);
    }
    if (row.stream === null) continue;
    kiosk.streams.set(row.stream, {
      ...{ stream: row.stream, lastSequence: row.last_sequence, lastDigest: row.last_digest },
      supersededAt: row.superseded_at,
    });
  }
  return known;
}

type Row = {
  kiosk: string;
  enrolled_at: number | null;
  last_seen: number;
  live_stream: string;
  session: number;
  mutual_tls: boolean | null;
  has_state: boolean;
  stream: string | null;
  last_sequence: number;
  last_digest: string;
  superseded_at: number | null;
};
