import type { Random } from "../usb-lab/inside/random.ts";

/** One framing or codec under fuzz. */
export type Target = {
  readonly name: string;
  /** Paths, from the root of the project, of the sources whose blocks say whether an input is worth keeping. */
  readonly sources: readonly string[];
  /** Bytes that mean something to it. */
  readonly dictionary: readonly number[];
  /** Length at which inputs are cut, bytes. */
  readonly longest: number;
  /** An input as an honest device sends it. */
  readonly honest: (random: Random) => Uint8Array;
  /**
   * Everything that must hold for one input.
   *
   * @param random the same for the same input, so that a failing input alone repeats its failure.
   * @throws whatever is wrong: a `Violation`, or what the code under test threw.
   */
  readonly check: (input: Uint8Array, random: Random) => void | Promise<void>;
  /** One that takes all inputs one after the other, where it keeps anything between two: what it holds at the end is weighed. */
  readonly lasting?: () => { push(input: Uint8Array): void };
};

/** A promise of the code under test that an input broke. */
export class Violation extends Error {}

/** @throws Violation unless `holds`. */
export function demand(holds: boolean, promise: string): void {
  if (!holds) throw new Violation(promise);
}

/** A whole number from `from` to `to`, both included. */
export function between(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** @throws RangeError when there is nothing to choose from. */
export function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[between(random, 0, from.length - 1)];
  if (chosen === undefined) throw new RangeError("nothing to choose from");
  return chosen;
}

export function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => between(random, 0, 0xff));
}
