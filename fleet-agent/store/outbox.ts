import type { Database, Statement } from "better-sqlite3";
import type { Clock } from "../../base/clock.ts";
import { type Counter, MAX_BODY, type Report, reportSchema } from "../../base/contracts/fleet/report.ts";
import { Subject } from "../../base/observable.ts";
import type { NewReport, Outbox } from "./interface.ts";

/** Events that wait at most; of the oldest above it only the number is kept. */
export const MAX_EVENTS = 5_000;
/** Rows of counters that wait at most before hours are joined to days. */
const MAX_COUNTERS = 5_000;
const COUNTERS_PER_REPORT = 200;
const DAY = 86_400_000;
/** Characters: in UTF-8 a few of them are longer. */
const BATCH_BYTES = MAX_BODY / 2;
/** Of number and time. */
const ENVELOPE_BYTES = 60;

type Row = {
  readonly place: number;
  readonly sequence: number | null;
  readonly type: string;
  readonly at: number;
  readonly body: string;
};

/**
 * The outbox. Its invariants:
 *
 * 1. A report gets its number when it is first handed out by `next`, in a transaction of its own that is durable before
 *    anybody sees the number. Numbers have no gaps, because only `next` gives them, one after the other, and no numbered row is ever
 *    changed or removed but by `acknowledge`.
 * 2. What has a number is frozen: the server may have it already, and the same number with other content would look like a
 *    clone. It is handed out again, letter by letter the same, until it is acknowledged.
 * 3. Numbered rows are one batch and the oldest: nothing else gets a number before all of them are acknowledged.
 * 4. Only what has no number is compacted: state sections are laid over each other (the newest wins), counters of one hour, service
 *    and result are summed, and of events above `MAX_EVENTS` the oldest become a number in one `agent.events-dropped`. Reports of commands and
 *    updates are kept one by one. So rows are bounded however long the server is away: one state, `MAX_EVENTS` + 1 events,
 *    about `MAX_COUNTERS` counters, the few reports of commands and updates, and at most one batch with numbers.
 * 5. `acknowledge` believes the server only as far as numbers have been given.
 */
export class SqliteOutbox implements Outbox {
  readonly stream: string;
  readonly session: number;
  readonly waiting = new Subject(0);
  readonly #clock: Clock;
  readonly #sql: ReturnType<typeof prepare>;
  readonly #transaction: <T>(work: () => T) => T;

  constructor(
    database: Database,
    options: {
      readonly stream: string;
      readonly session: number;
      readonly clock: Clock;
      readonly transaction: <T>(work: () => T) => T;
    },
  ) {
    this.stream = options.stream;
    this.session = options.session;
    this.#clock = options.clock;
    this.#transaction = options.transaction;
    this.#sql = prepare(database);
    this.count();
  }

  /** @throws ZodError when the report is not of the contract's form: a defect of the caller. */
  append(report: NewReport): void {
    const at = Math.max(0, Math.round(this.#clock.now()));
    const { sequence: _sequence, at: _at, ...body } = reportSchema.parse({ ...report, sequence: 1, at });
    this.#transaction(() => {
      if (body.type === "counters") this.#addCounters(body.counters);
      else if (body.type === "state") this.#mergeState(body, at);
      else this.#insert(body, at);
      if (body.type === "event") this.#boundEvents(at);
    });
  }

  next(limit: number): readonly Report[] {
    return this.#transaction(() => {
      const again = this.#sql.numbered.all(limit) as Row[];
      if (again.length > 0) return again.map(asReport);
      this.#reportCounters();
      const taken: Report[] = [];
      let bytes = 0;
      for (const row of this.#sql.unnumbered.all(limit) as Row[]) {
        bytes += row.body.length + ENVELOPE_BYTES;
        if (bytes > BATCH_BYTES && taken.length > 0) break;
        taken.push(asReport({ ...row, sequence: this.#number(row.place) }));
      }
      return taken;
    });
  }

  acknowledge(sequence: number): void {
    this.#transaction(() => this.#sql.remove.run(sequence));
  }

  /** Tells listeners how much waits; called after each transaction. */
  count(): void {
    this.waiting.set(Number(this.#sql.countRows.get()) + Number(this.#sql.countCounters.get()));
  }

  #number(place: number): number {
    const sequence = Number(this.#sql.lastSequence.get() ?? 0) + 1;
    this.#sql.setLastSequence.run(sequence);
    this.#sql.number.run(sequence, place);
    return sequence;
  }

  #insert(body: { readonly type: string }, at: number): void {
    this.#sql.insert.run(body.type, at, JSON.stringify(body));
  }

  #mergeState(report: Extract<NewReport, { type: "state" }>, at: number): void {
    const unsent = this.#sql.unsent.get("state") as Row | undefined;
    if (unsent !== undefined) this.#sql.delete.run(unsent.place);
    const before = unsent === undefined ? undefined : (JSON.parse(unsent.body) as typeof report);
    const merged: typeof report = { ...report, state: { ...before?.state, ...report.state } };
    this.#insert(merged, at);
  }

  #boundEvents(at: number): void {
    // Cheaper than counting, and never less than the count.
    if (Number(this.#sql.spanOfEvents.get() ?? 0) < MAX_EVENTS) return;
    const dropped = Number(this.#sql.countEvents.get()) - MAX_EVENTS;
    if (dropped <= 0) return;
    this.#sql.dropEvents.run(dropped);
    const before = this.#sql.unsent.get("dropped") as Row | undefined;
    const count = dropped + (before === undefined ? 0 : (JSON.parse(before.body).fields.count as number));
    if (before !== undefined) this.#sql.delete.run(before.place);
    const body = { type: "event", event: "agent.events-dropped", fields: { count } };
    this.#sql.insert.run("dropped", at, JSON.stringify(body));
  }

  #addCounters(counters: readonly Counter[]): void {
    for (const { hour, service, result, count, seconds } of counters)
      this.#sql.addCounter.run(hour, service, result, count, seconds);
    if (Number(this.#sql.countCounters.get()) > MAX_COUNTERS) this.#joinHours();
  }

  /** Hours of the oldest half become days: the sums stay, only their hour is coarser. */
  #joinHours(): void {
    const old = this.#sql.oldCounters.all(MAX_COUNTERS / 2) as Counter[];
    for (const { hour, service, result, count, seconds } of old) {
      this.#sql.deleteCounter.run(hour, service, result);
      this.#sql.addCounter.run(hour - (hour % DAY), service, result, count, seconds);
    }
  }

  #reportCounters(): void {
    for (;;) {
      const counters = this.#sql.oldCounters.all(COUNTERS_PER_REPORT) as Counter[];
      if (counters.length === 0) return;
      for (const { hour, service, result } of counters) this.#sql.deleteCounter.run(hour, service, result);
      const report: NewReport = { type: "counters", counters };
      this.#insert(report, Math.round(this.#clock.now()));
    }
  }
}

function asReport({ sequence, at, body }: Row): Report {
  return { sequence, at, ...JSON.parse(body) } as Report;
}

function prepare(database: Database) {
  const pluck = (sql: string): Statement => database.prepare(sql).pluck();
  return {
    insert: database.prepare("INSERT INTO outbox (type, at, body) VALUES (?, ?, ?)"),
    delete: database.prepare("DELETE FROM outbox WHERE place = ? AND sequence IS NULL"),
    unsent: database.prepare("SELECT * FROM outbox WHERE type = ? AND sequence IS NULL ORDER BY place LIMIT 1"),
    numbered: database.prepare("SELECT * FROM outbox WHERE sequence IS NOT NULL ORDER BY sequence LIMIT ?"),
    unnumbered: database.prepare("SELECT * FROM outbox WHERE sequence IS NULL ORDER BY place LIMIT ?"),
    number: database.prepare("UPDATE outbox SET sequence = ? WHERE place = ? AND sequence IS NULL"),
    remove: database.prepare("DELETE FROM outbox WHERE sequence <= ?"),
    lastSequence: pluck("SELECT value FROM facts WHERE name = 'sequence'"),
    setLastSequence: database.prepare("INSERT OR REPLACE INTO facts (name, value) VALUES ('sequence', ?)"),
    countRows: pluck("SELECT count(*) FROM outbox"),
    spanOfEvents: pluck(
      `SELECT (SELECT max(place) FROM outbox WHERE type = 'event' AND sequence IS NULL)
            - (SELECT min(place) FROM outbox WHERE type = 'event' AND sequence IS NULL)`,
    ),
    countEvents: pluck("SELECT count(*) FROM outbox WHERE type = 'event' AND sequence IS NULL"),
    dropEvents: database.prepare(
      "DELETE FROM outbox WHERE place IN (SELECT place FROM outbox WHERE type = 'event' AND sequence IS NULL ORDER BY place LIMIT ?)",
    ),
    countCounters: pluck("SELECT count(*) FROM counters"),
    oldCounters: database.prepare("SELECT * FROM counters ORDER BY hour, service, result LIMIT ?"),
    deleteCounter: database.prepare("DELETE FROM counters WHERE hour = ? AND service = ? AND result = ?"),
    addCounter: database.prepare(
      `INSERT INTO counters (hour, service, result, count, seconds) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count, seconds = seconds + excluded.seconds`,
    ),
  };
}
