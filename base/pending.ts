import type { Clock } from "./clock.ts";
import { type CodedError, coded } from "./registry/coded-error.ts";
import { err, ok, type Result } from "./result.ts";

export type PendingError = CodedError<"common.deadline" | "common.cancelled" | "link.lost">;

type Entry<M> = {
  readonly name: string;
  readonly since: number;
  readonly matches: (message: M) => boolean;
  readonly settle: (result: Result<M, PendingError>) => void;
};

/**
 * The replies that a session waits for. A message goes to the oldest entry that matches it; one that matches
 * nothing is reported by `deliver` returning `false` and must never be handed to a later request.
 */
export class PendingReplies<M> {
  readonly #entries = new Set<Entry<M>>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Waits for the first message that `matches`.
   *
   * @param name what is waited for, for errors and diagnostics.
   * @param milliseconds deadline.
   */
  expect(
    name: string,
    matches: (message: M) => boolean,
    milliseconds: number,
    signal?: AbortSignal,
  ): Promise<Result<M, PendingError>> {
    if (signal?.aborted) return Promise.resolve(err(coded("common.cancelled", name)));
    const { promise, resolve } = Promise.withResolvers<Result<M, PendingError>>();
    const onAbort = () => entry.settle(err(coded("common.cancelled", name)));
    const entry: Entry<M> = {
      name,
      since: this.#clock.monotonic(),
      matches,
      settle: (result) => {
        if (!this.#entries.delete(entry)) return;
        timer.cancel();
        signal?.removeEventListener("abort", onAbort);
        resolve(result);
      },
    };
    const timer = this.#clock.setTimeout(
      () => entry.settle(err(coded("common.deadline", `${name}, ${milliseconds} ms`))),
      milliseconds,
    );
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#entries.add(entry);
    return promise;
  }

  /** Hands `message` to the oldest entry that matches; `false` when nothing waited for it. */
  deliver(message: M): boolean {
    for (const entry of this.#entries) {
      if (!entry.matches(message)) continue;
      entry.settle(ok(message));
      return true;
    }
    return false;
  }

  /** Ends every wait with `link.lost`. */
  lose(cause: string): void {
    for (const entry of [...this.#entries]) entry.settle(err(coded("link.lost", `${entry.name}: ${cause}`)));
  }

  /** What is waited for now, oldest first: name and age in milliseconds. */
  diagnose(): { name: string; age: number }[] {
    return [...this.#entries].map(({ name, since }) => ({ name, age: this.#clock.monotonic() - since }));
  }
}
