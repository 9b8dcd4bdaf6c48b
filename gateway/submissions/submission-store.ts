import { type GatewayAnswer, gatewayAnswerSchema } from "../../base/contracts/gateway.ts";
import type { Store } from "../store/database.ts";

export type SubmissionRow = {
  readonly kiosk: string;
  readonly key: string;
  readonly operation: string;
  readonly fingerprint: string;
  readonly state: "working" | "done" | "failed" | "unknown";
  readonly retryable: boolean;
  readonly answer: GatewayAnswer | undefined;
  /** When it was last sent to the institution, milliseconds since the Unix epoch. */
  readonly sentAt: number;
};

type Identity = { readonly kiosk: string; readonly key: string };
type RawRow = Omit<SubmissionRow, "retryable" | "answer" | "sentAt"> & {
  readonly retryable: number;
  readonly answer: Buffer | null;
  readonly sent_at: number;
};

/** The rows of submissions. It holds no input: a keyed fingerprint tells whether a body is the same again. */
export class SubmissionStore {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The same text for the same operation and input, whatever the order of fields was. */
  fingerprint(operation: string, input: unknown): string {
    return this.#store.seal.tag("submission", `${operation} ${canonical(input)}`);
  }

  find({ kiosk, key }: Identity): SubmissionRow | undefined {
    const row = this.#store.database.prepare("SELECT * FROM submissions WHERE kiosk = ? AND key = ?").get(kiosk, key) as
      | RawRow
      | undefined;
    return row === undefined ? undefined : this.#read(row);
  }

  /** Those whose effect is not known, oldest first. */
  open(): readonly SubmissionRow[] {
    const rows = this.#store.database
      .prepare("SELECT * FROM submissions WHERE state IN ('working', 'unknown') ORDER BY sent_at")
      .all() as RawRow[];
    return rows.map((row) => this.#read(row));
  }

  /** Records, durably, that it is being sent from now on. */
  begin(row: Identity & { readonly operation: string; readonly fingerprint: string }, now: number): void {
    this.#store.database
      .prepare(
        `INSERT INTO submissions (kiosk, key, operation, fingerprint, state, sent_at, updated_at)
         VALUES (@kiosk, @key, @operation, @fingerprint, 'working', @now, @now)
         ON CONFLICT (kiosk, key) DO UPDATE SET state = 'working', answer = NULL, retryable = 0, sent_at = @now, updated_at = @now`,
      )
      .run({ ...row, now });
  }

  settle(
    identity: Identity,
    end: {
      readonly state: "done" | "failed" | "unknown";
      readonly answer: GatewayAnswer;
      readonly retryable?: boolean;
      readonly folio?: string | undefined;
    },
    now: number,
  ): void {
    const { kiosk, key } = identity;
    this.#store.database
      .prepare(
        `UPDATE submissions SET state = @state, answer = @answer, retryable = @retryable, folio = @folio, updated_at = @now
         WHERE kiosk = @kiosk AND key = @key`,
      )
      .run({
        kiosk,
        key,
        state: end.state,
        retryable: end.retryable === true ? 1 : 0,
        answer: this.#store.seal.close(place(identity), end.answer),
        folio: end.folio === undefined ? null : this.#store.seal.tag("folio", end.folio),
        now,
      });
  }

  /** What this kiosk obtained under that folio, when it is still held. */
  byFolio(kiosk: string, folio: string): { readonly operation: string; readonly result: unknown } | undefined {
    const raw = this.#store.database
      .prepare("SELECT * FROM submissions WHERE kiosk = ? AND folio = ? AND state = 'done'")
      .get(kiosk, this.#store.seal.tag("folio", folio)) as RawRow | undefined;
    if (raw === undefined) return undefined;
    const { operation, answer } = this.#read(raw);
    return answer?.outcome === "ok" ? { operation, result: answer.result } : undefined;
  }

  /** Runs `work` so that either all that it writes is there after a power cut, or nothing. */
  atomically<T>(work: () => T): T {
    return this.#store.database.transaction(work).immediate();
  }

  #read(row: RawRow): SubmissionRow {
    const { kiosk, key, operation, fingerprint, state } = row;
    const answer =
      row.answer === null ? undefined : gatewayAnswerSchema.parse(this.#store.seal.open(place(row), row.answer));
    return { kiosk, key, operation, fingerprint, state, retryable: row.retryable === 1, answer, sentAt: row.sent_at };
  }
}

function place({ kiosk, key }: Identity): string {
  return `submission ${kiosk} ${key}`;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(",")}}`;
}
