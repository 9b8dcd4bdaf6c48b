/** What the guest's program is told. */
export type Options = {
  readonly seed: number;
  /** Unplug and replug, so many times. */
  readonly cycles: number;
};
