import type { Database } from "better-sqlite3";
import { type SealingOffer, sealingOfferSchema, type WaitingName } from "../../../base/contracts/outbox.ts";
import { parseJson } from "../../../base/json.ts";
import type { Numbers } from "./numbers.ts";

/** What waits: sealed, so that this kiosk cannot read it. Everything else in the row is no personal data. */
export type Letter = {
  readonly operation: WaitingName;
  readonly reference: string;
  readonly sealed: string;
  /** Milliseconds since the epoch; after it the gateway cannot open it any more. */
  readonly opensUntil: number;
};

export type OutboxRow = Letter & {
  /** Grows by the order of acceptance; no clock has a part in it. */
  readonly sequence: number;
  readonly key: string;
  readonly journey: string;
  /** Milliseconds since the epoch, for people: the kiosk's clock may have jumped. */
  readonly acceptedAt: number;
};

export type OutboxSize = {
  readonly waiting: number;
  readonly bytes: number;
  /** When the one that waits longest was accepted. */
  readonly oldestAt: number | null;
  /** Refused for ever; kept for staff. */
  readonly refused: number;
};

const COLUMNS = `sequence, key, journey, operation, reference, sealed, accepted_at AS acceptedAt,
  opens_until AS opensUntil`;

/** The rows of the outbox, in the journal's database: one transaction can change an effect and its row. */
export class OutboxRows {
  readonly #numbers: Numbers;
  readonly #insert;
  readonly #next;
  readonly #byKey;
  readonly #remove;
  readonly #refuse;
  readonly #size;
  readonly #prune;
  readonly #offer;
  readonly #keepOffer;

  constructor(database: Database, numbers: Numbers) {
    this.#numbers = numbers;
    this.#insert = database.prepare<[string, string, string, string, string, number, number]>(
      `INSERT INTO outbox (key, journey, operation, reference, sealed, accepted_at, opens_until)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#next = database.prepare<[number], OutboxRow>(
      `SELECT ${COLUMNS} FROM outbox WHERE refused IS NULL AND sequence > ? ORDER BY sequence LIMIT 1`,
    );
    this.#byKey = database.prepare<[string], OutboxRow>(`SELECT ${COLUMNS} FROM outbox WHERE key = ?`);
    this.#remove = database.prepare<[string]>("DELETE FROM outbox WHERE key = ?");
    this.#refuse = database.prepare<[string, string]>("UPDATE outbox SET refused = ?, sealed = '' WHERE key = ?");
    this.#size = database.prepare<[], OutboxSize>(
      `SELECT count(*) FILTER (WHERE refused IS NULL) AS waiting,
         coalesce(sum(length(sealed)), 0) AS bytes,
         min(accepted_at) FILTER (WHERE refused IS NULL) AS oldestAt,
         count(*) FILTER (WHERE refused IS NOT NULL) AS refused
       FROM outbox`,
    );
    this.#prune = database.prepare<[number]>("DELETE FROM outbox WHERE refused IS NOT NULL AND accepted_at < ?");
    this.#offer = database.prepare<[], string>("SELECT offer FROM sealing_offer").pluck();
    this.#keepOffer = database.prepare<[string]>(
      "INSERT INTO sealing_offer VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET offer = excluded.offer",
    );
  }

  /** A number for something that will wait; it is never given twice, whether it is used or not. */
  newReference(): string {
    return this.#numbers.waiting();
  }

  add(row: Omit<OutboxRow, "sequence" | "acceptedAt">, now: number): string {
    const { key, journey, operation, reference, sealed, opensUntil } = row;
    this.#insert.run(key, journey, operation, reference, sealed, now, opensUntil);
    return reference;
  }

  /** What was accepted next after the one with the number `sequence`, and still waits. */
  next(sequence: number): OutboxRow | undefined {
    return this.#next.get(sequence);
  }

  find(key: string): OutboxRow | undefined {
    return this.#byKey.get(key);
  }

  remove(key: string): void {
    this.#remove.run(key);
  }

  /** Nobody will open it any more: what is sealed goes, number and code stay for staff. */
  markRefused(key: string, code: string): void {
    this.#refuse.run(code, key);
  }

  size(): OutboxSize {
    return this.#size.get() ?? { waiting: 0, bytes: 0, oldestAt: null, refused: 0 };
  }

  prune(before: number): void {
    this.#prune.run(before);
  }

  /** What the gateway offered last, kept over restarts: a mobile venue starts without network. */
  offer(): SealingOffer | undefined {
    const offer = sealingOfferSchema.safeParse(parseJson(this.#offer.get() ?? ""));
    return offer.success ? offer.data : undefined;
  }

  keepOffer(offer: SealingOffer): void {
    this.#keepOffer.run(JSON.stringify(offer));
  }
}
