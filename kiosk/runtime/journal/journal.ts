import { join } from "node:path";
import type { Database } from "better-sqlite3";
import type { Clock } from "../../../base/clock.ts";
import type { JourneyPage } from "../../../base/contracts/runtime-control.ts";
import type { Logger } from "../../../base/log.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import type { JourneyResult, Json } from "../../../flows/engine/ports.ts";
import { emptyWriteAheadLog, type JournalOpenError, openDatabase } from "./database.ts";
import { type Effect, type EffectIntention, type EffectState, mayBecome } from "./effect.ts";
import { Incidents } from "./incidents.ts";
import { Numbers } from "./numbers.ts";
import { type Letter, type OutboxRow, OutboxRows } from "./outbox-rows.ts";
import { storageFaultOf } from "./storage.ts";
import { Vault } from "./vault.ts";

export type JourneyRow = {
  readonly id: string;
  readonly service: string;
  readonly openedAt: number;
  /** `null` when the journey never said how it ended: the runtime died under it. */
  readonly result: JourneyResult | null;
};

export type JournalOptions = {
  readonly directory: string;
  readonly kiosk: string;
  readonly clock: Clock;
  readonly log: Logger;
};

/** Opens the journal; every method that changes it returns after the change is durable. */
export function openJournal(options: JournalOptions): Result<Journal, JournalOpenError> {
  const { directory } = options;
  try {
    const database = openDatabase(directory);
    if (!database.ok) return database;
    return ok(new Journal(database.value, new Vault(join(directory, "journal.keys")), options));
  } catch (error) {
    return err(coded("runtime.journal-unusable", `${directory}: ${error instanceof Error ? error.message : error}`));
  }
}

export type EndedJourney = JourneyPage["journeys"][number];

/** How a journey counts that never said how it ended: the runtime died under it. */
const INTERRUPTED = "interrupted";

const EFFECT_COLUMNS = `key, journey, name, attempt, kind, state, device, operation, amount, ticket, detail,
  started_at AS startedAt, changed_at AS changedAt`;
/** Every key of a journey begins with its id and a slash, and `0` is the character after the slash. */
const OF_JOURNEY = "key > ? || '/' AND key < ? || '0'";

function statements(database: Database) {
  return {
    open: database.prepare<[string, string, number]>("INSERT INTO journeys (id, service, opened_at) VALUES (?, ?, ?)"),
    end: database.prepare<[number, string, number, string]>(
      "UPDATE journeys SET ended_at = ?, result = ?, end_number = ? WHERE id = ? AND ended_at IS NULL",
    ),
    settle: database.prepare<[number, number, number, string]>(
      `UPDATE journeys SET settled_at = ?, ended_at = COALESCE(ended_at, ?), end_number = COALESCE(end_number, ?)
       WHERE id = ?`,
    ),
    unseal: database.prepare<[string, string]>(
      `UPDATE effects SET sealed = NULL WHERE ${OF_JOURNEY} AND sealed IS NOT NULL`,
    ),
    journey: database.prepare<[string], JourneyRow>(
      "SELECT id, service, opened_at AS openedAt, result FROM journeys WHERE id = ? AND settled_at IS NULL",
    ),
    unsettled: database.prepare<[], JourneyRow>(
      "SELECT id, service, opened_at AS openedAt, result FROM journeys WHERE settled_at IS NULL ORDER BY opened_at",
    ),
    event: database.prepare<[string | null, number, string, string | null]>(
      "INSERT INTO events (journey, at, name, detail) VALUES (?, ?, ?, ?)",
    ),
    intend: database.prepare(
      `INSERT INTO effects
         (key, journey, name, attempt, kind, state, device, operation, amount, ticket, sequence, started_at, changed_at)
       VALUES (?, ?, ?, ?, ?, 'intended', ?, ?, ?, ?, ?, ?, ?)`,
    ),
    advance: database.prepare<[EffectState, string | null, Buffer | null, number, string, EffectState]>(
      `UPDATE effects SET state = ?, detail = ?, sealed = COALESCE(?, sealed), changed_at = ? WHERE key = ? AND state = ?`,
    ),
    effect: database.prepare<[string], Effect>(`SELECT ${EFFECT_COLUMNS} FROM effects WHERE key = ?`),
    effects: database.prepare<[string, string], Effect>(
      `SELECT ${EFFECT_COLUMNS} FROM effects WHERE ${OF_JOURNEY} ORDER BY sequence`,
    ),
    sealed: database.prepare<[string], Buffer | null>("SELECT sealed FROM effects WHERE key = ?").pluck(),
    ended: database.prepare<[number, number], EndedJourney>(
      `SELECT end_number AS cursor, service, COALESCE(result, '${INTERRUPTED}') AS result, opened_at AS startedAt,
         ended_at AS endedAt
       FROM journeys WHERE end_number > ? ORDER BY end_number LIMIT ?`,
    ),
    identity: database.prepare<[], string>("SELECT id FROM identity").pluck(),
    lastEnd: database
      .prepare<[], number>(
        `SELECT max(COALESCE((SELECT max(end_number) FROM journeys), 0),
           COALESCE((SELECT value FROM counters WHERE name = 'ends'), 0))`,
      )
      .pluck(),
    keepLastEnd: database.prepare<[number]>(
      "INSERT INTO counters VALUES ('ends', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    ),
    trial: database.prepare(
      "INSERT INTO counters VALUES ('trial', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
    ),
    pruneEvents: database.prepare<[number]>("DELETE FROM events WHERE at < ?"),
    pruneEffects: database.prepare<[number]>(
      `DELETE FROM effects WHERE state <> 'queued' AND journey IN (SELECT id FROM journeys WHERE settled_at < ?)`,
    ),
    pruneJourneys: database.prepare<[number]>("DELETE FROM journeys WHERE settled_at < ?"),
  };
}

/** The durable record of what was intended, sent and found out. Holds personal data only sealed, and only until settled. */
export class Journal {
  readonly incidents: Incidents;
  readonly outbox: OutboxRows;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #vault: Vault;
  readonly #numbers: Numbers;
  readonly #sql: ReturnType<typeof statements>;
  /** Number of the last end. */
  #ends: number;

  constructor(database: Database, vault: Vault, options: JournalOptions) {
    this.#database = database;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#sql = statements(database);
    this.#ends = this.#sql.lastEnd.get() ?? 0;
    this.#vault = vault;
    this.#vault.keepOnly(new Set(this.unsettled().map(({ id }) => id)));
    this.#numbers = new Numbers(database, options.kiosk);
    this.incidents = new Incidents(database, this.#numbers, options.clock, options.log);
    this.outbox = new OutboxRows(database, this.#numbers);
  }

  openJourney(id: string, service: string): void {
    this.#sql.open.run(id, service, this.#clock.now());
    this.#log("journal.opened", { journey: id, service });
  }

  /** Records what happened. `detail` is a code from a closed set, never what a citizen typed. */
  event(journey: string | undefined, name: string, detail?: string): void {
    this.#sql.event.run(journey ?? null, this.#clock.now(), name, detail ?? null);
  }

  /** Records that an effect is about to be tried: a new attempt when the name was tried before. */
  intend(journey: string, intention: EffectIntention): Effect {
    const now = this.#clock.now();
    const earlier = this.effects(journey);
    const attempt = (earlier.findLast(({ name }) => name === intention.name)?.attempt ?? 0) + 1;
    const key = attempt === 1 ? `${journey}/${intention.name}` : `${journey}/${intention.name}.${attempt}`;
    const insert = (ticket: string | null) =>
      this.#sql.intend.run(
        key,
        journey,
        intention.name,
        attempt,
        intention.kind,
        intention.device ?? null,
        intention.operation ?? null,
        intention.amount ?? null,
        ticket,
        earlier.length,
        now,
        now,
      );
    const { ticketLength } = intention;
    if (ticketLength === undefined) insert(null);
    else this.#database.transaction(() => insert(this.#numbers.ticket(ticketLength, now)))();
    this.#log("effect.changed", { effect: key, kind: intention.kind, state: "intended" });
    return this.effect(key);
  }

  /**
   * Moves an effect to `state`.
   *
   * @param detail a code. @param secret personal data that must survive a power cut; it is sealed.
   * @throws Error when the closed table of transitions does not allow it: that is a defect.
   */
  advance(key: string, state: EffectState, detail?: string, secret?: Json): void {
    const effect = this.effect(key);
    if (!mayBecome(effect.state, state)) throw new Error(`effect ${key} is ${effect.state} and cannot become ${state}`);
    const now = this.#clock.now();
    const sealed = secret === undefined ? null : this.#vault.seal(effect.journey, key, secret);
    this.#sql.advance.run(state, detail ?? null, sealed, now, key, effect.state);
    this.#log("effect.changed", {
      effect: key,
      kind: effect.kind,
      state,
      ...(detail === undefined ? {} : { detail }),
    });
  }

  /**
   * The outbox takes over what an effect intends: what is sealed, its number and the effect's new state are one write.
   *
   * @returns the number.
   */
  queue(key: string, letter: Letter): string {
    const reference = this.#database.transaction(() => {
      this.advance(key, "queued");
      return this.outbox.add({ ...letter, key, journey: this.effect(key).journey }, this.#clock.now());
    })();
    this.#log("outbox.accepted", { effect: key, number: reference });
    return reference;
  }

  /** The gateway has it: it is done, and no longer here. */
  delivered(key: string): void {
    this.#database.transaction(() => {
      this.outbox.remove(key);
      this.advance(key, "done", "delivered");
    })();
  }

  /** The gateway will never take it. The citizen's own number becomes the incident's: a person must settle it. */
  refuse({ key, journey, reference }: OutboxRow, code: string): void {
    this.#database.transaction(() => {
      this.outbox.markRefused(key, code);
      this.advance(key, "failed", code);
      const { name } = this.effect(key);
      this.incidents.record(journey, "settlement", { kind: "submission-refused", effects: [name] }, reference);
    })();
  }

  effect(key: string): Effect {
    const effect = this.#sql.effect.get(key);
    if (effect === undefined) throw new Error(`there is no effect ${key}`);
    return effect;
  }

  /** The last attempt at the effect of this name. */
  latest(journey: string, name: string): Effect | undefined {
    return this.effects(journey).findLast((effect) => effect.name === name);
  }

  /** Every attempt of a journey, oldest first. */
  effects(journey: string): Effect[] {
    return this.#sql.effects.all(journey, journey);
  }

  /** What was sealed with the effect, while its journey is not settled. */
  secret(key: string): Json | undefined {
    const sealed = this.#sql.sealed.get(key);
    if (sealed === undefined || sealed === null) return undefined;
    return this.#vault.open(this.effect(key).journey, key, sealed);
  }

  /** Records how the journey ended, once. */
  endJourney(id: string, result: JourneyResult): void {
    if (this.#sql.end.run(this.#clock.now(), result, this.#ends + 1, id).changes === 0) return;
    this.#ends++;
    this.#log("journal.ended", { journey: id, result });
  }

  /** Destroys the journey's key and everything that was sealed: nothing of the citizen is left. */
  settleJourney(id: string): void {
    this.#database.transaction(() => {
      this.#sql.unseal.run(id, id);
      const now = this.#clock.now();
      this.#sql.settle.run(now, now, this.#ends + 1, id);
    })();
    // One number may stay unused: what counts is that none comes twice.
    this.#ends++;
    this.#vault.destroy(id);
    this.#log("journal.settled", { journey: id });
  }

  /** The journey while it is not settled. */
  journey(id: string): JourneyRow | undefined {
    return this.#sql.journey.get(id);
  }

  unsettled(): JourneyRow[] {
    return this.#sql.unsettled.all();
  }

  /** Tells this journal from another: its journeys' cursors mean nothing to the next one. */
  get identity(): string {
    return this.#sql.identity.get() ?? "";
  }

  /** Journeys that ended after the one with the number `after`, in the order of their ends. */
  ended(after: number, limit: number): EndedJourney[] {
    return this.#sql.ended.all(after, limit);
  }

  /** Forgets journeys that were settled, and events, before `before` (milliseconds since the epoch). */
  prune(before: number): void {
    this.#database.transaction(() => {
      this.#sql.keepLastEnd.run(this.#ends);
      this.#sql.pruneEffects.run(before);
      this.#sql.pruneJourneys.run(before);
      this.#sql.pruneEvents.run(before);
      this.outbox.prune(before);
    })();
  }

  /** Writes a row that means nothing, durably. @throws SqliteError when the disk does not let it. */
  tryToWrite(): void {
    this.#sql.trial.run();
  }

  /** @throws SqliteError when the disk does not let the log be emptied; the next start does it. */
  close(): void {
    if (!this.#database.open) return;
    try {
      emptyWriteAheadLog(this.#database);
    } catch (error) {
      if (storageFaultOf(error) === undefined) throw error;
    }
    this.#database.close();
    this.#vault.close();
  }
}
