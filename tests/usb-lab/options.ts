/** What the guest's program is told. */
export type Options = {
  readonly seed: number;
  /** Unplug and replug, so many times. */
  readonly cycles: number;
  /** Whether the contract suites run first. */
  readonly contracts: boolean;
  /** Only this kind of device; all when left out. */
  readonly only?: string;
};
