import type { Clock } from "../../base/clock.ts";

export type LineEnd = { readonly kind: "lost" } | { readonly kind: "stopped" };

/** What has come in during one exchange and was not looked at yet, in order. One reader. */
export class Inbox<T extends { readonly kind: string }> {
  readonly #clock: Clock;
  readonly #items: (T | LineEnd)[] = [];
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(item: T | LineEnd): void {
    this.#items.push(item);
    this.#wake?.();
  }

  /**
   * The next item, or `deadline` from the monotonic time `until` on: also when items come so fast that there is
   * always one more.
   */
  async next(until: number): Promise<T | LineEnd | { readonly kind: "deadline" }> {
    if (this.#items.length > 0 && this.#clock.monotonic() > until) return { kind: "deadline" };
    if (this.#items.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = this.#clock.setTimeout(resolve, until - this.#clock.monotonic());
      this.#wake = resolve;
      await promise;
      this.#wake = undefined;
      timer.cancel();
    }
    return this.#items.shift() ?? { kind: "deadline" };
  }

  /** Everything that was not looked at. */
  rest(): readonly (T | LineEnd)[] {
    return this.#items.splice(0);
  }
}
