import type { Clock, Timer } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { delays, type Schedule } from "../../base/schedule.ts";

/** Crash to usable has a budget of 3 s, hang to usable one of 10 s. All times in milliseconds. */
export const RECOVERY = {
  /** Waits between a failure and the next load, growing with the failures of the last `window`. */
  reload: { first: 200, factor: 2, cap: 2_000, attempts: Number.POSITIVE_INFINITY, jitter: 0.1 } satisfies Schedule,
  /** A page that was loaded must say within this time that it listens; a white page never does. */
  readyWithin: 10_000,
  pingEvery: 2_000,
  pongWithin: 4_000,
  /** This many failures within `window` are a crash loop. */
  loopCount: 5,
  window: 5 * 60_000,
  /** How long the end of a renderer that is renewed may take to be told; the screens are loaded again in any case. */
  renewWithin: 1_000,
  /** How long out of service is shown before the screens get another chance. */
  retryAfter: 60_000,
} as const;

export type FailureCause = "gone" | "hang" | "silent" | "load" | "astray";

export type RecoveryOptions = {
  /** Loads the screens afresh. */
  readonly loadHome: () => void;
  /** Loads the built-in page that says that the kiosk is out of service. */
  readonly loadOutOfService: () => void;
  /** Asks the page for a sign of life; it answers by `pong`. */
  readonly ping: (number: number) => void;
  /** Ends the renderer process, whatever it does. */
  readonly crash: () => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

type State =
  | { readonly name: "loading"; readonly since: number }
  | { readonly name: "live" }
  | { readonly name: "waiting" }
  | { readonly name: "renewing" }
  | { readonly name: "out-of-service"; readonly shown: boolean }
  | { readonly name: "stopped" };

/**
 * Keeps a usable page on the screen: loads it, watches it by pings, loads it again when it crashes, hangs, stays silent or
 * ends up elsewhere, and shows out of service when that happens too often. Never a white page.
 */
export class Recovery {
  readonly #options: RecoveryOptions;
  #state: State = { name: "stopped" };
  #timer: Timer | undefined;
  #failures: number[] = [];
  #helpersGone: number[] = [];
  #delays: Generator<number, void>;
  #ping = 0;
  /** Whether the last ping still waits for its answer. */
  #pinged = false;

  constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#delays = delays(RECOVERY.reload, options.random);
  }

  start(): void {
    this.#loadHome();
  }

  stop(): void {
    this.#state = { name: "stopped" };
    this.#timer?.cancel();
  }

  /** The page listens. */
  ready(): void {
    if (this.#state.name !== "loading") return;
    this.#options.log("shell.page-ready", { after: Math.round(this.#options.clock.monotonic() - this.#state.since) });
    this.#state = { name: "live" };
    this.#watch();
  }

  /** The page answered ping `number`. */
  pong(number: unknown): void {
    if (this.#state.name === "live" && this.#pinged && number === this.#ping) this.#watch();
  }

  /** Chromium itself says that the page does not answer the citizen's touch. */
  unresponsive(): void {
    if (this.#state.name === "live" || this.#state.name === "loading") this.#endHungPage("hang", "input");
  }

  /**
   * Ends the renderer process of a page that works, and loads the screens into a new one: after a citizen, whose data no script can
   * wipe from its memory. This is no failure and does not count as one.
   */
  renew(): void {
    if (this.#state.name !== "live" && this.#state.name !== "loading") return;
    this.#state = { name: "renewing" };
    this.#after(RECOVERY.renewWithin, () => this.#loadHome());
    this.#options.crash();
  }

  /**
   * The page is unusable.
   *
   * @param detail Chromium's word for it, e.g. `crashed`, `oom`.
   */
  failed(cause: FailureCause, detail: string): void {
    const { clock, log } = this.#options;
    const state = this.#state;
    if (state.name === "renewing") {
      if (cause === "gone") this.#loadHome();
      return;
    }
    // One misfortune often has several messengers: while a load is due, nothing more can fail.
    if (state.name === "waiting" || state.name === "stopped") return;
    if (state.name === "out-of-service" && !state.shown) return;
    const recent = count(this.#failures, clock);
    if (recent >= RECOVERY.loopCount) {
      log("shell.crash-loop", { code: "shell.crash-loop", recent, retryIn: RECOVERY.retryAfter });
      this.#state = { name: "out-of-service", shown: false };
      this.#after(state.name === "out-of-service" ? RECOVERY.reload.cap : RECOVERY.reload.first, () =>
        this.#showOutOfService(),
      );
      return;
    }
    if (recent === 1) this.#delays = delays(RECOVERY.reload, this.#options.random);
    const retryIn = this.#delays.next().value ?? RECOVERY.reload.cap;
    log("shell.page-failed", { cause, detail, recent, retryIn });
    this.#state = { name: "waiting" };
    this.#after(retryIn, () => this.#loadHome());
  }

  /** A helper process (GPU and others) ended; Chromium restarts it. Returns how many did within the window. */
  helperGone(): number {
    return count(this.#helpersGone, this.#options.clock);
  }

  #showOutOfService(): void {
    this.#state = { name: "out-of-service", shown: true };
    this.#options.loadOutOfService();
    this.#after(RECOVERY.retryAfter, () => this.#loadHome());
  }

  #loadHome(): void {
    this.#state = { name: "loading", since: this.#options.clock.monotonic() };
    this.#after(RECOVERY.readyWithin, () => this.#endHungPage("silent", "no-listener"));
    this.#options.loadHome();
  }

  #watch(): void {
    this.#pinged = false;
    this.#after(RECOVERY.pingEvery, () => {
      this.#after(RECOVERY.pongWithin, () => this.#endHungPage("hang", "no-pong"));
      this.#pinged = true;
      this.#options.ping(++this.#ping);
    });
  }

  #endHungPage(cause: FailureCause, detail: string): void {
    this.failed(cause, detail);
    this.#options.crash();
  }

  /** There is one timer: whatever the shell waits for next replaces what it waited for. */
  #after(milliseconds: number, callback: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimeout(callback, milliseconds);
  }
}

/** Notes one more event now; the number of events within the window. */
function count(times: number[], clock: Clock): number {
  const now = clock.monotonic();
  times.push(now);
  while (times[0] !== undefined && times[0] <= now - RECOVERY.window) times.shift();
  return times.length;
}
