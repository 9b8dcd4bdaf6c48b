/** A retry schedule as data: delays grow from `first` by `factor` up to `cap`, for at most `attempts` waits. */
export type Schedule = {
  /** Milliseconds before the first retry. */
  readonly first: number;
  readonly factor: number;
  /** Longest delay, milliseconds. */
  readonly cap: number;
  /** Number of delays; `Infinity` for a schedule that never gives up. */
  readonly attempts: number;
  /** Share of each delay that is random, 0 to 1: 0.2 gives 80 % to 100 % of the delay. */
  readonly jitter: number;
};

/**
 * The delays of a schedule, milliseconds.
 *
 * @param random uniform in [0, 1); injected so that tests are repeatable.
 */
export function* delays(schedule: Schedule, random: () => number): Generator<number, void> {
  let delay = schedule.first;
  for (let attempt = 0; attempt < schedule.attempts; attempt++) {
    yield Math.round(delay * (1 - schedule.jitter * random()));
    delay = Math.min(schedule.cap, delay * schedule.factor);
  }
}
