import type { Clock, Timer } from "../../base/clock.ts";
import type { Settling } from "./wiring.ts";

/** Believes a contact only after it has stayed for long enough. `undefined` until it has settled for the first time. */
export class SettledInput {
  readonly #settling: Settling;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #settled: boolean | undefined;
  #raw: boolean | undefined;
  #timer: Timer | undefined;

  constructor(settling: Settling, clock: Clock, onChange: () => void) {
    this.#settling = settling;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  get value(): boolean | undefined {
    return this.#settled;
  }

  take(raw: boolean): void {
    if (raw === this.#raw) return;
    this.#raw = raw;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (raw === this.#settled) return;
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#timer = undefined;
        this.#settled = raw;
        this.#onChange();
      },
      raw ? this.#settling.yes : this.#settling.no,
    );
  }

  /** The board is away: nothing is known any more. */
  forget(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#raw = undefined;
    this.#settled = undefined;
  }
}
