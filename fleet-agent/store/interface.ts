import type { Report } from "../../base/contracts/fleet/report.ts";
import type { Observable } from "../../base/observable.ts";

type WithoutNumber<R> = R extends Report ? Omit<R, "sequence" | "at"> : never;
/** A report before the outbox gives it its number and time. */
export type NewReport = WithoutNumber<Report>;

/** What must reach the server: a row each, written in the transaction of what it tells of, gone when it is acknowledged. */
export interface Outbox {
  /** UUID, made with the database. */
  readonly stream: string;
  /** Number of this start of the agent. */
  readonly session: number;
  readonly waiting: Observable<number>;
  append(report: NewReport): void;
  /** The oldest, at most `limit`. */
  next(limit: number): readonly Report[];
  /** Everything up to `sequence` has arrived. */
  acknowledge(sequence: number): void;
}

/** Small durable values of the agent, by name: JSON, one row each. */
export interface Values {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

/** The agent's database. */
export interface AgentStore {
  readonly outbox: Outbox;
  readonly values: Values;
  /** Everything in `work` is on disk together, or nothing of it. */
  transaction<T>(work: () => T): T;
  close(): void;
}
