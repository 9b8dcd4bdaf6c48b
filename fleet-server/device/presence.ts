import { sql, type Transaction } from "kysely";
import type { Timer } from "../../base/clock.ts";
import type { Alerts } from "../alerts/interface.ts";
import type { FleetContext } from "../context.ts";
import { rowsOf } from "../store/rows.ts";
import type { FleetDatabase } from "../store/schema.ts";
import { logUnexpected } from "../unexpected.ts";

/** What became of a kiosk's connection since the last write. */
type Change =
  | { readonly kind: "connected"; readonly stream: string; readonly session: number }
  | { readonly kind: "gone"; readonly session: number }
  | { readonly kind: "seen" };

/** Milliseconds in which changes gather, so that ten thousand kiosks that come back at once are a few writes. */
const GATHER = 250;
const AT_ONCE = 1_000;
/** Milliseconds without a word after which a connection of an instance that died counts as none. */
const ORPHANED = 150_000;

/** Who is connected to this instance, kept in `kiosk_live`. The last word on a kiosk wins. */
export class Presence {
  readonly #context: FleetContext;
  readonly #alerts: Alerts;
  #changes = new Map<string, Change>();
  #timer: Timer | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(context: FleetContext, alerts: Alerts) {
    this.#context = context;
    this.#alerts = alerts;
  }

  connected(kiosk: string, stream: string, session: number): void {
    this.#note(kiosk, { kind: "connected", stream, session });
  }

  gone(kiosk: string, session: number): void {
    this.#note(kiosk, { kind: "gone", session });
  }

  /** A sign of life on an open connection. */
  seen(kiosk: string): void {
    if (!this.#changes.has(kiosk)) this.#note(kiosk, { kind: "seen" });
  }

  /** Writes what waits. */
  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { log, db } = this.#context;
    this.#working = this.#working.then(async () => {
      while (this.#changes.size > 0) {
        const part = [...this.#changes].slice(0, AT_ONCE);
        for (const [kiosk] of part) this.#changes.delete(kiosk);
        try {
          await db.transaction().execute((within) => this.#write(part, within));
        } catch (problem) {
          // Kiosks that are there say so again with the next pong or report.
          logUnexpected(log, "presence", problem);
        }
      }
    });
    await this.#working;
  }

  /** Ends what an instance left behind that died. */
  async sweep(): Promise<void> {
    const before = this.#context.clock.now() - ORPHANED;
    await sql`update kiosk_live set connected_to = null, connected_session = null
      where connected_to is not null and last_seen < ${before}::bigint`.execute(this.#context.db);
  }

  #note(kiosk: string, change: Change): void {
    this.#changes.set(kiosk, change);
    this.#timer ??= this.#context.clock.setTimeout(() => void this.flush(), GATHER);
  }

  async #write(changes: readonly (readonly [string, Change])[], within: Transaction<FleetDatabase>): Promise<void> {
    const { instance, clock, bus } = this.#context;
    const now = clock.now();
    const of = (kind: Change["kind"]) =>
      changes.filter(([, change]) => change.kind === kind).map(([kiosk, change]) => ({ ...change, kiosk }));
    const kiosks = changes.map(([kiosk]) => ({ kiosk }));
    await sql`select 1 from kiosk_live where kiosk in (select r.kiosk from ${rowsOf(kiosks, "kiosk text")})
      order by kiosk for update`.execute(within);
    const [begun, ended, seen] = [of("connected"), of("gone"), of("seen")];
    if (begun.length > 0)
      await sql`
        insert into kiosk_live as l (kiosk, last_seen, stream, session, connected_to, connected_session)
        select kiosk, ${now}::bigint, stream, session, ${instance}::text, session
        from ${rowsOf(begun, "kiosk text, stream uuid, session bigint")} order by kiosk
        on conflict (kiosk) do update set last_seen = greatest(l.last_seen, excluded.last_seen),
          connected_to = excluded.connected_to, connected_session = excluded.connected_session
        where l.connected_to is null or l.stream <> excluded.stream or l.connected_session <= excluded.connected_session`.execute(
        within,
      );
    if (ended.length > 0)
      await sql`
        update kiosk_live l set connected_to = null, connected_session = null
        from ${rowsOf(ended, "kiosk text, session bigint")}
        where l.kiosk = r.kiosk and l.connected_to = ${instance} and l.connected_session = r.session`.execute(within);
    if (seen.length > 0)
      await sql`
        update kiosk_live l set last_seen = greatest(l.last_seen, ${now}::bigint)
        from ${rowsOf(seen, "kiosk text")} where l.kiosk = r.kiosk`.execute(within);
    const changed = [...begun, ...ended].map(({ kiosk }) => kiosk);
    if (begun.length > 0)
      await this.#alerts.evaluate(
        begun.map(({ kiosk }) => kiosk),
        within,
      );
    if (changed.length > 0) await bus.publish({ topic: "kiosks", kiosks: changed }, within);
  }
}
