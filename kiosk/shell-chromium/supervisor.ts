import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { delays, type Schedule } from "../../base/schedule.ts";

const RESTART: Schedule = { first: 250, factor: 2, cap: 4_000, attempts: Number.POSITIVE_INFINITY, jitter: 0.1 };

/** This many ends within `LOOP_WINDOW` milliseconds are a crash loop. */
const LOOP_COUNT = 5;
const LOOP_WINDOW = 5 * 60_000;

/** One run of a program: when it has ended by itself, and how to end it. */
export type Run = {
  readonly pid: number;
  /** Resolves with the exit status or signal, as a word. */
  readonly ended: Promise<string>;
  /** Ends it with all its children and removes what it left. */
  stop(): Promise<void>;
};

export type SupervisorOptions = {
  readonly start: () => Run;
  /** Resolves with a reason when the program runs and does not do its work; `undefined` when the signal aborted. */
  readonly idle: (signal: AbortSignal) => Promise<string | undefined>;
  readonly sandbox: boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

/**
 * Keeps a program running until `signal` aborts: starts it again when it ends or idles, with growing waits, and gives up when it ends too
 * often, so that the supervisor above (systemd) sees a failure instead of a flicker.
 */
export async function supervise(
  { start, idle, sandbox, clock, random, log }: SupervisorOptions,
  signal: AbortSignal,
): Promise<Result<void, CodedError<"shell.crash-loop">>> {
  const ends: number[] = [];
  let waits = delays(RESTART, random);
  while (!signal.aborted) {
    const run = start();
    log("shell.browser-started", { process: run.pid, sandbox });
    const watching = new AbortController();
    const reason = await Promise.race([run.ended, idle(AbortSignal.any([signal, watching.signal]))]);
    watching.abort();
    await run.stop();
    if (reason === undefined || signal.aborted) break;
    const now = clock.monotonic();
    ends.push(now);
    while (ends[0] !== undefined && ends[0] <= now - LOOP_WINDOW) ends.shift();
    if (ends.length >= LOOP_COUNT) {
      log("shell.crash-loop", { code: "shell.crash-loop", recent: ends.length });
      return err(coded("shell.crash-loop", `Chromium ended ${ends.length} times, last with ${reason}`));
    }
    if (ends.length === 1) waits = delays(RESTART, random);
    const retryIn = waits.next().value ?? RESTART.cap;
    log("shell.browser-ended", { reason, recent: ends.length, retryIn });
    await pause(clock, retryIn, signal);
  }
  return ok();
}
