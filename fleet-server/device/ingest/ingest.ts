import type { Kysely } from "kysely";
import type { Clock, Timer } from "../../../base/clock.ts";
import type { ReportBatch } from "../../../base/contracts/fleet/report.ts";
import type { Logger } from "../../../base/log.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, type Result } from "../../../base/result.ts";
import type { DeviceIdentity } from "../../identity/interface.ts";
import type { FleetDatabase } from "../../store/schema.ts";
import { causeOf } from "../../unexpected.ts";
import type { GroupWriter } from "./group.ts";

/** What a kiosk is told of its batch; `resend`: report every section whole. */
export type Taken = { readonly acknowledged: number; readonly resend: boolean };
export type IngestResult = Result<Taken, CodedError>;

export type Batch = {
  readonly identity: DeviceIdentity;
  readonly batch: ReportBatch;
  readonly answer: (result: IngestResult) => void;
  readonly fail: (problem: unknown) => void;
};

/** Milliseconds that a group gathers: reports wait for little, heartbeats may wait for more to share their transaction. */
const GATHER = { reports: 5, heartbeats: 100 };
/** Reports in one transaction, so that none lasts long. */
const GROUP = 5_000;
/** Batches that may wait: beyond it kiosks are asked to come later, before memory is what gives. */
const WAITING = 10_000;
/** A deadlock or a lost connection: milliseconds before each further try of a batch that was alone in its transaction. */
const RETRY = [20, 100];

/**
 * Takes batches of many kiosks and writes those that wait together in one transaction: while one group commits, the next one
 * gathers. A batch that the database refuses does not harm the others: each of its group is then written alone.
 */
export class Ingest {
  readonly #db: Kysely<FleetDatabase>;
  readonly #writer: GroupWriter;
  readonly #clock: Clock;
  readonly #log: Logger;
  #waiting: Batch[] = [];
  #timer: { readonly due: number; readonly timer: Timer } | undefined;
  #working: Promise<void> | undefined;

  constructor(options: { db: Kysely<FleetDatabase>; writer: GroupWriter; clock: Clock; log: Logger }) {
    this.#db = options.db;
    this.#writer = options.writer;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Batches that wait for their transaction. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Takes a batch of a kiosk. The answer to one that carries reports comes when they are committed; a heartbeat's as soon as it
   * is judged.
   *
   * @throws what the database failed with, after the retries.
   */
  take(identity: DeviceIdentity, batch: ReportBatch): Promise<IngestResult> {
    if (this.#waiting.length >= WAITING) return Promise.resolve(err(coded("fleet-server.overloaded")));
    const { promise, resolve, reject } = Promise.withResolvers<IngestResult>();
    this.#waiting.push({ identity, batch, answer: resolve, fail: reject });
    this.#wake(batch.reports.length > 0 ? GATHER.reports : GATHER.heartbeats);
    return promise;
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.#working !== undefined || this.#waiting.length > 0) {
      this.#work();
      await this.#working;
    }
  }

  #wake(after: number): void {
    if (this.#working !== undefined) return;
    const due = this.#clock.monotonic() + after;
    if (this.#timer !== undefined && this.#timer.due <= due) return;
    this.#timer?.timer.cancel();
    this.#timer = { due, timer: this.#clock.setTimeout(() => this.#work(), after) };
  }

  #work(): void {
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    if (this.#working !== undefined || this.#waiting.length === 0) return;
    this.#working = this.#write(this.#next()).finally(() => {
      this.#working = undefined;
      if (this.#waiting.length > 0)
        this.#wake(this.#waiting.some(({ batch }) => batch.reports.length > 0) ? 0 : GATHER.heartbeats);
    });
  }

  #next(): Batch[] {
    let reports = 0;
    const end = this.#waiting.findIndex(({ batch }) => {
      reports += batch.reports.length;
      return reports > GROUP;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(1, end));
  }

  async #write(group: Batch[]): Promise<void> {
    const problem = await this.#try(group);
    if (problem === undefined) return;
    if (group.length > 1) {
      this.#log("fleet.ingest-retried", { batches: group.length, cause: causeOf(problem).cause });
      for (const batch of group) await this.#write([batch]);
      return;
    }
    let last = problem;
    for (const delay of RETRY) {
      await this.#pause(delay);
      const again = await this.#try(group);
      if (again === undefined) return;
      last = again;
    }
    for (const { fail } of group) fail(last);
  }

  /** @returns what went wrong, in which case nothing was written; answers are given after the commit. */
  async #try(group: readonly Batch[]): Promise<unknown> {
    try {
      const answer = await this.#db.transaction().execute((within) => this.#writer.write(group, within));
      answer();
      return undefined;
    } catch (problem) {
      return problem ?? new Error("unknown");
    }
  }

  #pause(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#clock.setTimeout(resolve, milliseconds);
    return promise;
  }
}
