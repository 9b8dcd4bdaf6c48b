import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";

export type PageWatchOptions = {
  /** How many shells the runtime sees at its view; `undefined` when the runtime gives no answer. */
  readonly shells: (signal: AbortSignal) => Promise<number | undefined>;
  /** How long a page may take from the browser's start to the view, milliseconds. */
  readonly within: number;
  readonly clock: Clock;
};

/** Between two looks, milliseconds. */
const EVERY = 1_000;
/** A page that was there and is gone comes back in this part of the time that the first one may take: it only reconnects. */
const RECONNECT_PART = 4;
/** A slow machine gets twice the time after each page that did not come, up to this multiple. */
const MOST_PATIENCE = 16;

/**
 * Tells when a browser runs but no page of it is at the runtime's view: it never came, or it crashed. Chromium in kiosk mode shows
 * a white or a sad page then, for ever. While the runtime does not answer, no page can be there and no time counts.
 */
export class PageWatch {
  readonly #options: PageWatchOptions;
  #patience = 1;

  constructor(options: PageWatchOptions) {
    this.#options = options;
  }

  /** Watches one run of the browser. @returns why it should be started again; `undefined` when `signal` aborted. */
  async gone(signal: AbortSignal): Promise<"page-missing" | "page-lost" | undefined> {
    const { shells, within, clock } = this.#options;
    let seen = false;
    let since: number | undefined;
    while (await pause(clock, EVERY, signal)) {
      const count = await shells(signal);
      if (count !== 0) {
        since = undefined;
        if (count === undefined) continue;
        seen = true;
        this.#patience = 1;
        continue;
      }
      since ??= clock.monotonic();
      const passed = clock.monotonic() - since;
      if (passed < (seen ? within / RECONNECT_PART : within * this.#patience)) continue;
      if (seen) return "page-lost";
      this.#patience = Math.min(this.#patience * 2, MOST_PATIENCE);
      return "page-missing";
    }
    return undefined;
  }
}

/** Asks the runtime's `/health` at `address` how many shells it sees; `undefined` when it does not say. */
export async function askShells(address: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(5_000)]);
    const answer = await fetch(new URL("/health", address), { signal: within });
    const { shells } = (await answer.json()) as { shells?: unknown };
    return typeof shells === "number" ? shells : undefined;
  } catch {
    return undefined;
  }
}
