import type { Clock, Timer } from "../../base/clock.ts";
import { type StateSections, stateSectionsSchema } from "../../base/contracts/fleet/state.ts";
import { sameData } from "../../base/observable.ts";
import type { AgentStore } from "../store/interface.ts";

/** One state report a second while things change, so that a device that flutters costs little. */
const AT_MOST_EVERY = 1_000;
/** What changes in one moment goes out together. */
const JOIN_WITHIN = 50;
const REPORTED = "state.reported";

type Name = keyof StateSections;

/**
 * Puts the sections that changed since the last report into the outbox. What was reported last is durable, in the
 * transaction of the report itself: a restart reports what is different and nothing else.
 */
export class StateReporter {
  readonly #store: AgentStore;
  readonly #clock: Clock;
  #reported: StateSections;
  #current: StateSections = {};
  #timer: Timer | undefined;
  #last = Number.NEGATIVE_INFINITY;

  constructor(store: AgentStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    const before = stateSectionsSchema.safeParse(store.values.get(REPORTED));
    this.#reported = before.success ? before.data : {};
  }

  /** What was last reported of a section. */
  reported<N extends Name>(name: N): StateSections[N] {
    return this.#reported[name];
  }

  set<N extends Name>(name: N, section: NonNullable<StateSections[N]>): void {
    this.#current = { ...this.#current, [name]: section };
    if (!sameData(this.#reported[name], section)) this.#schedule();
  }

  /** The server lacks what was told: every section is reported whole. */
  resend(): void {
    this.#reported = {};
    this.#schedule();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#report();
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    const wait = Math.max(JOIN_WITHIN, this.#last + AT_MOST_EVERY - this.#clock.monotonic());
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined;
      this.#report();
    }, wait);
  }

  #report(): void {
    const state: StateSections = Object.fromEntries(
      Object.entries(this.#current).filter(([name, section]) => !sameData(this.#reported[name as Name], section)),
    );
    if (Object.keys(state).length === 0) return;
    const reported = { ...this.#reported, ...state };
    this.#store.transaction(() => {
      this.#store.outbox.append({ type: "state", state });
      this.#store.values.set(REPORTED, reported);
    });
    this.#reported = reported;
    this.#last = this.#clock.monotonic();
  }
}
