import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";

/** Heartbeats in a row that go unanswered before the terminal counts as not answering. */
const MISSED = 2;
/** Between two polls of a terminal that has not answered on this line yet, milliseconds: it may still be starting. */
const CONFIRM_EVERY = 2_000;

export type HeartbeatOptions = {
  readonly clock: Clock;
  /** Milliseconds; 0 for a terminal that is asked only by commands. */
  readonly every: number;
  readonly stop: AbortSignal;
  /** Polls the terminal, when it is there and nothing else is under way. */
  readonly ask: () => Promise<"answered" | "silent" | "not-asked">;
  readonly onSilent: () => void;
};

/**
 * Asks an idle terminal whether it is there: at once when its line opens, because what it was before says nothing, and then at intervals.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #running: Promise<void> | undefined;
  #connected = false;
  #answered = false;
  /** Aborted when the line opens. */
  #soon = new AbortController();

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** How often it has answered since its line opened, as far as that matters (`drivers/first-status.ts`). */
  get answers(): 0 | 1 {
    return this.#answered ? 1 : 0;
  }

  start(): void {
    if (this.#options.every > 0) this.#running ??= this.#beat();
  }

  /** Resolves when the last poll has ended; the signal of the options ends it. */
  async ended(): Promise<void> {
    await this.#running;
  }

  line(open: boolean): void {
    this.#connected = open;
    if (open) this.#soon.abort();
    else this.#answered = false;
  }

  answered(): void {
    this.#answered = true;
  }

  async #beat(): Promise<void> {
    const { clock, every, stop, ask, onSilent } = this.#options;
    let missed = 0;
    while (!stop.aborted) {
      this.#soon = new AbortController();
      const asked = await ask();
      if (asked === "answered") missed = 0;
      else if (asked === "silent" && ++missed >= MISSED) onSilent();
      const rest = this.#connected && !this.#answered ? Math.min(CONFIRM_EVERY, every) : every;
      await pause(clock, rest, AbortSignal.any([stop, this.#soon.signal]));
    }
  }
}
