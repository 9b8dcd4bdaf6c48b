import type { Clock, Timer } from "../../base/clock.ts";
import type { KeypadEvent, KeypadKey } from "./interface.ts";
import type { KeyMeaning, KeypadProfile } from "./models.ts";
import type { KeyPage } from "./reports.ts";

type Held = { readonly timers: Set<Timer>; stuck: boolean };

/**
 * From "these are down now" to what happened: down once, repetitions by the clock and never by the device, up once. Two keys of one
 * meaning are one key. Bounded by the number of meanings.
 */
export class KeyTracker {
  readonly #profile: KeypadProfile;
  readonly #clock: Clock;
  readonly #tell: (event: KeypadEvent) => void;
  readonly #onStuck: () => void;
  /** Usages that are down, by page. */
  readonly #down: { readonly [page in KeyPage]: Set<number> } = { keyboard: new Set(), consumer: new Set() };
  readonly #held = new Map<KeypadKey, Held>();

  constructor(
    profile: KeypadProfile,
    clock: Clock,
    listener: { readonly tell: (event: KeypadEvent) => void; readonly onStuck: () => void },
  ) {
    this.#profile = profile;
    this.#clock = clock;
    this.#tell = listener.tell;
    this.#onStuck = listener.onStuck;
  }

  /** Whether a key is held for longer than a hand does. */
  get stuck(): boolean {
    return [...this.#held.values()].some(({ stuck }) => stuck);
  }

  /** Takes all usages of a page that are down now. */
  take(page: KeyPage, pressed: readonly number[]): void {
    const before = this.#down[page];
    const fresh = pressed.filter((usage) => !before.has(usage));
    const gone = [...before].filter((usage) => !pressed.includes(usage));
    for (const usage of gone) before.delete(usage);
    for (const usage of fresh) before.add(usage);
    for (const usage of gone) this.#release(this.#meaning(page, usage));
    for (const usage of fresh) this.#press(this.#meaning(page, usage), page, usage);
  }

  /** The keypad is gone: nothing is down any more, and nobody let go. */
  lose(): void {
    for (const usages of Object.values(this.#down)) usages.clear();
    for (const key of [...this.#held.keys()]) this.#end(key, true);
  }

  #meaning(page: KeyPage, usage: number): KeyMeaning | undefined {
    return this.#profile.keys.find((key) => key.page === page && key.usage === usage)?.means;
  }

  #press(meaning: KeyMeaning | undefined, page: KeyPage, usage: number): void {
    if (meaning === undefined) this.#tell({ event: "unnamed", page, usage });
    else if (meaning === "jack" || meaning === "jack-in") this.#tell({ event: "headphones", inserted: true });
    else if (meaning === "jack-out") this.#tell({ event: "headphones", inserted: false });
    else if (!this.#held.has(meaning)) this.#begin(meaning);
  }

  #release(meaning: KeyMeaning | undefined): void {
    if (meaning === "jack") this.#tell({ event: "headphones", inserted: false });
    if (meaning === undefined || meaning === "jack" || meaning === "jack-in" || meaning === "jack-out") return;
    if (!this.#stillDown(meaning)) this.#end(meaning, false);
  }

  #stillDown(key: KeypadKey): boolean {
    return this.#profile.keys.some(({ means, page, usage }) => means === key && this.#down[page].has(usage));
  }

  #begin(key: KeypadKey): void {
    const { repeat, stuckAfter } = this.#profile;
    const held: Held = { timers: new Set(), stuck: false };
    this.#held.set(key, held);
    this.#later(held, stuckAfter, () => this.#stick(key, held));
    if (repeat.keys.includes(key)) this.#later(held, repeat.after, () => this.#repeat(key, held));
    this.#tell({ event: "down", key });
  }

  #repeat(key: KeypadKey, held: Held): void {
    this.#later(held, this.#profile.repeat.every, () => this.#repeat(key, held));
    this.#tell({ event: "repeat", key });
  }

  /** Ends for everybody else; the key itself is remembered until it is let go. */
  #stick(key: KeypadKey, held: Held): void {
    for (const timer of held.timers) timer.cancel();
    held.stuck = true;
    this.#tell({ event: "up", key, lost: true });
    this.#onStuck();
  }

  #end(key: KeypadKey, lost: boolean): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    for (const timer of held.timers) timer.cancel();
    if (held.stuck) this.#onStuck();
    else this.#tell({ event: "up", key, lost });
  }

  #later(held: Held, milliseconds: number, work: () => void): void {
    const timer = this.#clock.setTimeout(() => {
      held.timers.delete(timer);
      work();
    }, milliseconds);
    held.timers.add(timer);
  }
}
