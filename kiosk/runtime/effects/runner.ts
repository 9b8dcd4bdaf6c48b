import { failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";

/**
 * Owns effects under way. A journey that is left stops waiting, but what was sent goes on, and its end is journaled by the
 * work itself: a citizen who walks away never loses the kiosk an answer.
 */
export class EffectRunner {
  readonly #running = new Map<string, Set<Promise<unknown>>>();
  readonly #defect: (error: unknown) => void;

  /** @param defect is told of an error that no effect expects; the process must not go on after it. */
  constructor(defect: (error: unknown) => void) {
    this.#defect = defect;
  }

  /** Runs `work` to its end; the caller gets the outcome, or `unknown` as soon as `signal` aborts. */
  async run<T>(
    journey: string,
    name: string,
    signal: AbortSignal,
    work: () => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    if (signal.aborted) return failed(coded("common.cancelled", name));
    const running = work();
    this.#own(journey, running);
    const { promise: left, resolve: leave } = Promise.withResolvers<Outcome<T>>();
    const onAbort = () => leave(uncertain(coded("common.cancelled", `${name} goes on`)));
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([running, left]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  isRunning(journey: string): boolean {
    return this.#running.has(journey);
  }

  /** Resolves when no effect of the journey, or of any journey, is under way. */
  async idle(journey?: string): Promise<void> {
    for (;;) {
      const running = journey === undefined ? [...this.#running.values()] : [this.#running.get(journey) ?? new Set()];
      const all = running.flatMap((set) => [...set]);
      if (all.length === 0) return;
      await Promise.allSettled(all);
    }
  }

  #own(journey: string, running: Promise<unknown>): void {
    const set = this.#running.get(journey) ?? new Set();
    this.#running.set(journey, set);
    set.add(running);
    const end = () => {
      set.delete(running);
      if (set.size === 0 && this.#running.get(journey) === set) this.#running.delete(journey);
    };
    void running.then(end, (error) => {
      end();
      this.#defect(error);
    });
  }
}
