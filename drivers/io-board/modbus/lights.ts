import type { Clock, Timer } from "../../../base/clock.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { type FlashRate, LIGHT_COLOURS, type LightIntent } from "../interface.ts";
import type { WiredLight } from "../wiring.ts";

/** Half a period of each rate, milliseconds. The quickest is two flashes a second: three may harm people (WCAG 2.3.1). */
const HALF_PERIOD: { readonly [rate in Exclude<FlashRate, "off" | "continuous">]: number } = {
  slow: 1_000,
  medium: 500,
  quick: 250,
};

type SetCoil = (coil: number, on: boolean) => Promise<CodedError | undefined>;

/** The lights of a board that only has relays: which coil is which colour, and flashing by our clock. */
export class Lights {
  readonly #wired: readonly WiredLight[];
  readonly #clock: Clock;
  readonly #set: SetCoil;
  readonly #flashing = new Map<string, Timer>();

  constructor(wired: readonly WiredLight[], clock: Clock, set: SetCoil) {
    this.#wired = wired;
    this.#clock = clock;
    this.#set = set;
  }

  /** The coil that an intent lights, any of the light's for `off`; `undefined` when the light has no such colour. */
  coilFor(name: string, { colour, flash }: LightIntent): number | undefined {
    const coils = this.#wired.find((light) => light.name === name)?.coils;
    if (coils === undefined) return undefined;
    if (colour !== undefined) return coils[colour];
    const [first, second] = LIGHT_COLOURS.flatMap((known) => coils[known] ?? []);
    return second === undefined || flash === "off" ? first : undefined;
  }

  /** Sets one colour and puts the others out. @returns why it could not. */
  async set(name: string, intent: LightIntent): Promise<CodedError | undefined> {
    this.#stop(name);
    const lit = intent.flash === "off" ? undefined : this.coilFor(name, intent);
    const coils = Object.values(this.#wired.find((light) => light.name === name)?.coils ?? {});
    for (const coil of coils.filter((other) => other !== lit)) {
      const error = await this.#set(coil, false);
      if (error !== undefined) return error;
    }
    if (lit === undefined) return undefined;
    const error = await this.#set(lit, true);
    if (error === undefined && intent.flash !== "continuous" && intent.flash !== "off")
      this.#flash(name, lit, true, HALF_PERIOD[intent.flash]);
    return error;
  }

  /** The board is away: nothing flashes. */
  forget(): void {
    for (const name of [...this.#flashing.keys()]) this.#stop(name);
  }

  #flash(name: string, coil: number, on: boolean, half: number): void {
    const timer = this.#clock.setTimeout(() => {
      void this.#set(coil, !on).then(() => {
        // Set anew, or lost, while the board was being told.
        if (this.#flashing.get(name) === timer) this.#flash(name, coil, !on, half);
      });
    }, half);
    this.#flashing.set(name, timer);
  }

  #stop(name: string): void {
    this.#flashing.get(name)?.cancel();
    this.#flashing.delete(name);
  }
}
