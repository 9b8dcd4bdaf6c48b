/** One way of showing that nothing is lost: `npm run reliability` runs every part that the registry in `parts.ts` names. */
export type ReliabilityPart<R extends CaseRecord = CaseRecord> = {
  /** As in `--only <name>`. */
  readonly name: string;
  /** One sentence for the document: what is done, and what is compared. */
  readonly shows: string;
  /** Why it cannot be run on this machine, in words; it is passed over then, unless it was asked for by name. */
  readonly impossible?: () => string | undefined;
  /** Why a sample of it is no part of `npm test`, in words. */
  readonly tooSlowForTests?: string;
  /** Runs cases that are not `done`, and hands each over as soon as it is. */
  run(options: PartOptions<R>): Promise<void>;
  /** What the records of one run, or of several, come to. */
  findings(records: readonly R[]): Findings;
};

/** What one case left: data that JSON can hold. */
export type CaseRecord = {
  /** `npm run reliability -- --only <part> --seed <seed> --case <case>` repeats it. */
  readonly case: number;
};

export type PartOptions<R extends CaseRecord = CaseRecord> = {
  /** The numbers that are promised; otherwise a sample of them, drawn by `seed`. */
  readonly full: boolean;
  /** Everything random follows from it. */
  readonly seed: number;
  /** Which cases instead of the part's own: from `first`, so many. */
  readonly range?: { readonly first: number; readonly count: number };
  /** Repeats one case of a run with the same seed, and shows its timeline. */
  readonly only?: number;
  /** What an earlier session of the same run has done already. */
  readonly done: readonly R[];
  keep(record: R): void;
  /** One line for whoever watches; goes to standard error. */
  readonly tell: (line: string) => void;
};

export type Findings = {
  /** What was counted: kills, power cuts, journeys. */
  readonly cases: number;
  readonly tables: readonly Table[];
  /** What does not balance. None: the part holds. */
  readonly imbalances: readonly Imbalance[];
};

export type Table = {
  readonly title: string;
  readonly columns: readonly string[];
  /** One row each, as many cells as columns; numbers are set to the right. */
  readonly rows: readonly (readonly (string | number)[])[];
};

export type Imbalance = {
  readonly case: number;
  /** What does not hold, one sentence. */
  readonly what: string;
  /** What happened before, oldest first. */
  readonly timeline: readonly string[];
};

/** One sitting in which cases of a part were run. */
export type Session<R extends CaseRecord = CaseRecord> = {
  readonly seed: number;
  /** As in `2026-11-30`. */
  readonly date: string;
  /** Software, commit and machine, in words. */
  readonly on: string;
  readonly seconds: number;
  readonly records: readonly R[];
};

/** The numbers of the cases that a run still has to do. @param own how many the part has by itself. */
export function casesToRun({ range, only, done }: Pick<PartOptions, "range" | "only" | "done">, own: number): number[] {
  if (only !== undefined) return [only];
  const { first, count } = range ?? { first: 0, count: own };
  const known = new Set(done.map((record) => record.case));
  return Array.from({ length: count }, (_, index) => first + index).filter((number) => !known.has(number));
}
