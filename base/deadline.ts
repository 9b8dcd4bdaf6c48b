import type { Clock } from "./clock.ts";
import { type CodedError, coded } from "./registry/coded-error.ts";
import { err, type Result } from "./result.ts";

export type WaitError = CodedError<"common.deadline" | "common.cancelled">;

/**
 * Waits for `work` no longer than `milliseconds` and no longer than `signal` allows. The signal that `work`
 * receives is aborted in both cases, so that it can let go of what it holds.
 *
 * @param name what is waited for, for the error's detail.
 */
export async function withDeadline<T, E>(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal | undefined,
  name: string,
  work: (signal: AbortSignal) => Promise<Result<T, E>>,
): Promise<Result<T, E | WaitError>> {
  if (signal?.aborted) return err(coded("common.cancelled", name));
  const inner = new AbortController();
  const { promise: ended, resolve: end } = Promise.withResolvers<Result<T, WaitError>>();
  const timer = clock.setTimeout(() => end(err(coded("common.deadline", `${name}, ${milliseconds} ms`))), milliseconds);
  const onAbort = () => end(err(coded("common.cancelled", name)));
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work(inner.signal), ended]);
  } finally {
    timer.cancel();
    signal?.removeEventListener("abort", onAbort);
    inner.abort();
  }
}

/** Resolves after `milliseconds`, or as soon as `signal` aborts; `true` when the whole time passed. */
export function pause(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const onAbort = () => {
    timer.cancel();
    resolve(false);
  };
  const timer = clock.setTimeout(() => {
    signal?.removeEventListener("abort", onAbort);
    resolve(true);
  }, milliseconds);
  signal?.addEventListener("abort", onAbort, { once: true });
  return promise;
}

/** Resolves when `signal` aborts, which must not outlive whoever waits: see `untilAborted`. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/**
 * Waits for `work`, or until `signal` aborts, whichever comes first. Nothing stays behind at the signal, which may live for weeks: what
 * `aborted` adds to it stays as long as it does.
 */
export async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Aborts with the first of the two. */
export function anySignal(stop: AbortSignal, signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined ? stop : AbortSignal.any([stop, signal]);
}
