/** What every benchmark prints, one line of JSON. Further members of a benchmark say what else was seen. */
export type Figures = {
  /** The measured figure, and what it counts. */
  readonly figure: number;
  readonly unit: string;
  /** The same thing done by the peer on this machine in the same run, where there is a peer. */
  readonly peer?: number;
  readonly peerName?: string;
  readonly limit: number;
  /** Against the peer where there is one, else the figure's share of the limit. */
  readonly ratio: number;
  readonly pass: boolean;
  /** How many measurements the figure is the median (or percentile) of. */
  readonly samples: number;
  readonly [more: string]: unknown;
};

/** More than one where the same thing is measured on several grounds. */
export type Benchmark = { readonly run: () => Promise<Figures | readonly Figures[]> };

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** @param share 0.95 for the 95th percentile (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
