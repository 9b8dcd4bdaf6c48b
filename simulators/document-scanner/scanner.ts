import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { pictureOf } from "./pages.ts";
import type { ScanSettings } from "./settings.ts";

/** What a hand can change at the scanner. */
export type ScannerCondition = {
  /** Number of the paper on the glass; 0 when none lies there. */
  glass: number;
  /** Numbers of the papers in the feeder, the next one first. */
  feeder: readonly number[];
  coverOpen: boolean;
  jam: boolean;
  /** The next sheet that is drawn in sticks. */
  jamNext: boolean;
  /** It does not work, and says no more than that. */
  broken: boolean;
};

export const EMPTY: ScannerCondition = {
  ...{ glass: 0, feeder: [], coverOpen: false, jam: false, jamNext: false, broken: false },
};

export type ScanJob = {
  readonly id: number;
  readonly settings: ScanSettings;
  readonly createdAt: number;
  state: "Processing" | "Completed" | "Canceled" | "Aborted";
  /** Pictures that were given out. */
  pictures: number;
  readonly end: AbortController;
};

/** A picture that left the scanner. */
export type Scanned = { readonly paper: number; readonly source: "Platen" | "Feeder"; readonly picture: Uint8Array };

const JOBS_KEPT = 20;
/** A job that nobody asks for any more is given up after this, milliseconds. */
const PATIENCE = 60_000;

export type ScanEngineOptions = {
  readonly clock: Clock;
  /** Milliseconds from a job to its first picture. */
  readonly scanTime: number;
  readonly onChange: () => void;
};

/** Glass, feeder and lamp: one job at a time. */
export class ScanEngine {
  readonly condition: ScannerCondition = { ...EMPTY };
  readonly #options: ScanEngineOptions;
  #jobs: ScanJob[] = [];
  #scanned: Scanned[] = [];
  #nextJob = 1;
  #nextPaper = 1;

  constructor(options: ScanEngineOptions) {
    this.#options = options;
  }

  /** Oldest first. */
  get jobs(): readonly ScanJob[] {
    return this.#jobs;
  }

  get scanned(): readonly Scanned[] {
    return this.#scanned;
  }

  get current(): ScanJob | undefined {
    return this.#jobs.find(({ state }) => state === "Processing");
  }

  /** A paper that was not there before. */
  newPaper(): number {
    return this.#nextPaper++;
  }

  /** @returns `undefined` when there is nothing to scan there, or something is in the way. */
  create(settings: ScanSettings): ScanJob | undefined {
    const { feeder, jam, coverOpen, broken } = this.condition;
    if (broken || (settings.source === "Feeder" && (jam || coverOpen || feeder.length === 0))) return undefined;
    const job: ScanJob = {
      ...{ id: this.#nextJob++, settings, createdAt: this.#options.clock.monotonic() },
      ...{ state: "Processing", pictures: 0, end: new AbortController() },
    };
    this.#jobs = [...this.#jobs, job].slice(-JOBS_KEPT);
    void pause(this.#options.clock, PATIENCE, job.end.signal).then((passed) => {
      if (passed) this.cancel(job);
    });
    this.#options.onChange();
    return job;
  }

  /** Whether the lamp has been over the job's next paper. */
  isReady({ createdAt, pictures }: ScanJob): boolean {
    return pictures > 0 || this.#options.clock.monotonic() - createdAt >= this.#options.scanTime;
  }

  /** The job's next picture, as soon as it is there; `undefined` when there is none any more. */
  async next(job: ScanJob): Promise<Uint8Array | undefined> {
    const { clock, scanTime } = this.#options;
    if (!this.isReady(job)) await pause(clock, job.createdAt + scanTime - clock.monotonic(), job.end.signal);
    if (job.state !== "Processing") return undefined;
    const paper = this.#draw(job);
    this.#options.onChange();
    if (paper === undefined) return undefined;
    job.pictures++;
    const { source } = job.settings;
    const picture = pictureOf(paper, job.settings);
    this.#scanned.push({ paper, source, picture });
    if (source === "Platen") this.#end(job, "Completed");
    this.#options.onChange();
    return picture;
  }

  cancel(job: ScanJob): void {
    if (job.state === "Processing") this.#end(job, "Canceled");
    this.#options.onChange();
  }

  powerLost(): void {
    for (const job of this.#jobs) job.end.abort();
    this.#jobs = [];
    this.#options.onChange();
  }

  #draw(job: ScanJob): number | undefined {
    const { condition } = this;
    if (job.settings.source === "Platen") return condition.glass;
    const [paper, ...others] = condition.feeder;
    if (condition.jamNext) Object.assign(condition, { jam: true, jamNext: false });
    const stuck = condition.jam || condition.coverOpen || condition.broken;
    if (stuck || paper === undefined) {
      this.#end(job, stuck ? "Aborted" : "Completed");
      return undefined;
    }
    condition.feeder = others;
    return paper;
  }

  #end(job: ScanJob, state: ScanJob["state"]): void {
    job.state = state;
    job.end.abort();
  }
}
