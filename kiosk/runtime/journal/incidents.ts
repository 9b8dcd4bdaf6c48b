import type { Database } from "better-sqlite3";
import type { Clock } from "../../../base/clock.ts";
import type { Logger } from "../../../base/log.ts";
import { type Observable, Subject } from "../../../base/observable.ts";
import type { IncidentRecord } from "../../../flows/engine/ports.ts";
import type { Numbers } from "./numbers.ts";

/**
 * What goes wrong in a journey; below all of them (a journal that cannot tell what was open); or after one (the gateway refused for ever
 * what the citizen was told is accepted).
 */
export type IncidentKind = IncidentRecord["kind"] | "journal-damaged" | "submission-refused";

export type Incident = Omit<IncidentRecord, "kind"> & {
  readonly kind: IncidentKind;
  readonly number: string;
  readonly journey: string;
  /** `journey`: the citizen holds its number; `settlement`: found after the citizen had gone. */
  readonly recordedBy: "journey" | "settlement";
};

type Recorded = Pick<Incident, "kind" | "amount" | "effects">;
type Row = Omit<Incident, "effects" | "amount"> & { readonly effects: string; readonly amount: number | null };

const COLUMNS = "number, journey, recorded_by AS recordedBy, kind, amount, effects";

/** What a person must settle. Rows are kept until the gateway has them, and hold no personal data. */
export class Incidents {
  readonly #numbers: Numbers;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #insert;
  readonly #ofJourney;
  readonly #undelivered;
  readonly #delivered;
  readonly #finding;
  readonly #waiting: Subject<number>;

  constructor(database: Database, numbers: Numbers, clock: Clock, log: Logger) {
    this.#numbers = numbers;
    this.#clock = clock;
    this.#log = log;
    const insert = database.prepare(
      `INSERT INTO incidents (number, journey, recorded_by, kind, amount, effects, at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#insert = database.transaction((journey: string, recordedBy: string, record: Recorded, known?: string) => {
      const number = known ?? this.#numbers.incident();
      insert.run(
        number,
        journey,
        recordedBy,
        record.kind,
        record.amount ?? null,
        JSON.stringify(record.effects),
        this.#clock.now(),
      );
      return number;
    });
    this.#ofJourney = database.prepare<[string], Row>(
      `SELECT ${COLUMNS} FROM incidents WHERE journey = ? ORDER BY at, rowid`,
    );
    this.#undelivered = database.prepare<[], Row>(
      `SELECT ${COLUMNS} FROM incidents WHERE delivered_at IS NULL ORDER BY at, rowid`,
    );
    this.#delivered = database.prepare<[number, string]>("UPDATE incidents SET delivered_at = ? WHERE number = ?");
    this.#finding = database.prepare<[string, string]>("UPDATE incidents SET finding = ? WHERE number = ?");
    this.#waiting = new Subject(this.undelivered().length);
  }

  /** Number of incidents that the gateway does not have yet. */
  get waiting(): Observable<number> {
    return this.#waiting;
  }

  /** @param known the number that the citizen holds already. */
  record(journey: string, recordedBy: Incident["recordedBy"], record: Recorded, known?: string): string {
    const number = this.#insert(journey, recordedBy, record, known);
    const { kind, amount } = record;
    this.#log("incident.recorded", { number, journey, kind, ...(amount === undefined ? {} : { amount }) });
    this.#waiting.set(this.undelivered().length);
    return number;
  }

  /** Notes what was found out later, a code: it helps whoever settles the incident, and does not close it. */
  found(number: string, finding: string): void {
    this.#finding.run(finding, number);
    this.#log("incident.finding", { number, finding });
  }

  ofJourney(journey: string): Incident[] {
    return this.#ofJourney.all(journey).map(fromRow);
  }

  undelivered(): Incident[] {
    return this.#undelivered.all().map(fromRow);
  }

  delivered(number: string): void {
    this.#delivered.run(this.#clock.now(), number);
    this.#log("incident.delivered", { number });
    this.#waiting.set(this.undelivered().length);
  }
}

function fromRow({ effects, amount, ...row }: Row): Incident {
  return { ...row, effects: JSON.parse(effects), ...(amount === null ? {} : { amount }) };
}
