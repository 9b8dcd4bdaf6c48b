import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import type { Card } from "./ledger.ts";

/**
 * What the person at a terminal and the bank behind it do to a payment, and the waits for them. `D` is how the bank's decision is written on the
 * wire.
 */
export class Hands<D> {
  readonly #clock: Clock;
  readonly #onTouch: () => void;
  #card: Card | undefined;
  #cancelled = false;
  #decision: D | undefined;
  #touched = false;
  #changed = Promise.withResolvers<void>();

  /** @param onTouch called whenever somebody did something. */
  constructor(clock: Clock, onTouch: () => void) {
    this.#clock = clock;
    this.#onTouch = onTouch;
  }

  get card(): Card | undefined {
    return this.#card;
  }

  get cancelled(): boolean {
    return this.#cancelled;
  }

  get decided(): boolean {
    return this.#decision !== undefined;
  }

  /** A payment begins: what was done before to the last one does not count. */
  begin(): void {
    this.#cancelled = false;
    this.#touched = false;
  }

  insertCard(card: Card): void {
    this.#card = card;
    this.#touch();
  }

  removeCard(): void {
    this.#card = undefined;
    this.#touch();
  }

  decide(decision: D): void {
    this.#decision = decision;
    this.#touch();
  }

  cancel(): void {
    this.#cancelled = true;
    this.#touch();
  }

  /** The power failed: the card is out, and whoever waits looks again. */
  drop(): void {
    this.#card = undefined;
    this.#wake();
  }

  takeDecision(): D | undefined {
    const decision = this.#decision;
    this.#decision = undefined;
    return decision;
  }

  /** Plays the citizen, and the bank with `decision`, where nobody has touched anything after so many milliseconds. */
  async playAfter(milliseconds: number, power: AbortSignal, decision: D | undefined): Promise<void> {
    if (!(await pause(this.#clock, milliseconds, power)) || this.#touched) return;
    this.insertCard({ kind: "debit", last4: "0042", brand: "DB" });
    if (decision !== undefined) this.decide(decision);
  }

  /** Waits until `condition` holds; `false` when `milliseconds` pass or the power fails. */
  async until(condition: () => boolean, milliseconds: number, power: AbortSignal): Promise<boolean> {
    const enough = new AbortController();
    let late = false;
    if (milliseconds < Number.MAX_SAFE_INTEGER)
      void pause(this.#clock, milliseconds, AbortSignal.any([power, enough.signal])).then((passed) => {
        late = passed;
        this.#wake();
      });
    const onPower = () => this.#wake();
    power.addEventListener("abort", onPower, { once: true });
    while (!condition() && !late && !power.aborted) await this.#changed.promise;
    power.removeEventListener("abort", onPower);
    enough.abort();
    return condition();
  }

  #touch(): void {
    this.#touched = true;
    this.#onTouch();
    this.#wake();
  }

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    resolve();
  }
}
