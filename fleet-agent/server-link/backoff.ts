import { delays, type Schedule } from "../../base/schedule.ts";

/** The server or the way to it is away: seconds at first, then minutes, spread so that a whole country does not come back at once. */
const AWAY: Schedule = { first: 2_000, factor: 2, cap: 300_000, attempts: Number.POSITIVE_INFINITY, jitter: 0.5 };
/** The server says no: people must act first, so that haste helps nobody. */
const REFUSED: Schedule = {
  first: 120_000,
  factor: 2,
  cap: 1_800_000,
  attempts: Number.POSITIVE_INFINITY,
  jitter: 0.3,
};
/** Longest that a server may send a kiosk away for, milliseconds. */
const MAX_RETRY_AFTER = 3_600_000;
/** Share that is added to Retry-After: all who were sent away together do not return together. */
const RETRY_AFTER_SPREAD = 0.2;

export type FailureKind = "away" | "refused";

/** How long to wait after each failure in a row; `reset` after a success. */
export class Backoff {
  readonly #random: () => number;
  #kind: FailureKind | undefined;
  #delays: Generator<number, void> | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  reset(): void {
    this.#kind = undefined;
  }

  /** @param retryAfter what the server asked for, milliseconds. */
  next(kind: FailureKind, retryAfter: number | undefined): number {
    if (this.#kind !== kind) this.#delays = delays(kind === "away" ? AWAY : REFUSED, this.#random);
    this.#kind = kind;
    const own = this.#delays?.next().value ?? AWAY.cap;
    if (retryAfter === undefined) return own;
    const asked = Math.min(retryAfter, MAX_RETRY_AFTER);
    return Math.max(own, Math.round(asked * (1 + RETRY_AFTER_SPREAD * this.#random())));
  }
}
