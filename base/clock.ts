/** The only source of time. Unit tests inject `SimulatedClock`; composition roots inject `systemClock`. */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds from an arbitrary start; never jumps back. Use it for every duration. */
  monotonic(): number;
  setTimeout(callback: () => void, milliseconds: number): Timer;
}

export interface Timer {
  cancel(): void;
}

type Scheduled = { readonly at: number; readonly order: number; readonly callback: () => void };

/**
 * A clock that moves only when told to. Timers run in the order of their due time; between two timers the
 * microtask queue is drained, so that awaited code proceeds as it would in real time.
 */
export class SimulatedClock implements Clock {
  #elapsed = 0;
  #order = 0;
  readonly #startedAt: number;
  readonly #scheduled = new Set<Scheduled>();

  constructor(startedAt: number = Date.UTC(2026, 10, 23, 12)) {
    this.#startedAt = startedAt;
  }

  now(): number {
    return this.#startedAt + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  setTimeout(callback: () => void, milliseconds: number): Timer {
    const scheduled = { at: this.#elapsed + Math.max(0, milliseconds), order: this.#order++, callback };
    this.#scheduled.add(scheduled);
    return { cancel: () => void this.#scheduled.delete(scheduled) };
  }

  /** How many timers wait: a leak check for tests. */
  get pending(): number {
    return this.#scheduled.size;
  }

  /** Moves time on by `milliseconds`, running what falls due. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#elapsed + milliseconds;
    await settle();
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#scheduled.delete(next);
      this.#elapsed = next.at;
      next.callback();
      await settle();
    }
    this.#elapsed = until;
  }

  #next(until: number): Scheduled | undefined {
    let first: Scheduled | undefined;
    for (const candidate of this.#scheduled) {
      if (candidate.at > until) continue;
      if (
        first === undefined ||
        candidate.at < first.at ||
        (candidate.at === first.at && candidate.order < first.order)
      )
        first = candidate;
    }
    return first;
  }
}

/** Long promise chains need several turns; the bound only has to exceed the longest chain between two timers. */
const SETTLE_TURNS = 100;

async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn++) await Promise.resolve();
}
