import type { Clock, Timer } from "../../base/clock.ts";
import { JOB_STATE, type JobState, type PrinterState } from "../../drivers/page-printer/ipp/operations.ts";

/** What a hand can change at the printer. */
export type EngineCondition = {
  /** Sheets of A4 in the tray. */
  paper: number;
  coverOpen: boolean;
  jam: boolean;
  toner: "full" | "low" | "empty";
  outputFull: boolean;
  paused: boolean;
};

/** How a job misbehaves on its own, once. */
export type EngineFault = "abort" | "completed-with-errors" | "die";

export type SimulatedJob = {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  readonly user: string;
  readonly copies: number;
  readonly format: string;
  state: JobState;
  reasons: readonly string[];
  /** Pages of one copy; 0 until the document is here. */
  pages: number;
  impressions: number;
  title: string;
  /** The document, as it came. */
  document: Uint8Array | undefined;
  readonly createdAt: number;
  processedAt: number | undefined;
  completedAt: number | undefined;
};

export const FULL_TRAY = 250;
/** Fewer sheets than these are little. */
export const LOW = 25;
/** Milliseconds for one page, unless told otherwise. */
const PAGE = 1_500;
const JOBS_KEPT = 30;

export type EngineOptions = {
  readonly clock: Clock;
  readonly pageTime?: number | undefined;
  readonly onChange: () => void;
  readonly onDeath: () => void;
};

/** Paper path and job queue: one job at a time, a page at a time, stopped by what stops a printer. */
export class PrintEngine {
  readonly condition: EngineCondition = {
    paper: FULL_TRAY,
    coverOpen: false,
    jam: false,
    toner: "full",
    outputFull: false,
    paused: false,
  };
  fault: EngineFault | undefined;
  readonly #options: EngineOptions;
  #jobs: SimulatedJob[] = [];
  #nextId = 1;
  #page: Timer | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** Oldest first. */
  get jobs(): readonly SimulatedJob[] {
    return this.#jobs;
  }

  get state(): PrinterState {
    if (this.stops.length > 0) return "stopped";
    return this.#current === undefined ? "idle" : "processing";
  }

  /** Reasons for which the printer stands still. An empty tray stops it only when it needs paper, as with real ones. */
  get stops(): readonly string[] {
    const { paper, coverOpen, jam, toner, outputFull, paused } = this.condition;
    return [
      ...(jam ? ["media-jam"] : []),
      ...(coverOpen ? ["cover-open"] : []),
      ...(paper === 0 ? ["media-empty", ...(this.#current === undefined ? [] : ["media-needed"])] : []),
      ...(toner === "empty" ? ["toner-empty"] : []),
      ...(outputFull ? ["output-area-full"] : []),
      ...(paused ? ["paused"] : []),
    ];
  }

  get reasons(): readonly string[] {
    const { paper, toner } = this.condition;
    const warnings = [
      ...(paper > 0 && paper < LOW ? ["media-low-warning"] : []),
      ...(toner === "low" ? ["toner-low-warning"] : []),
    ];
    const stops = this.stops.map((reason) =>
      reason === "paused" || reason === "media-needed" ? reason : `${reason}-error`,
    );
    return [...stops, ...warnings];
  }

  create(job: Pick<SimulatedJob, "name" | "user" | "copies" | "format">): SimulatedJob {
    const id = this.#nextId++;
    const made: SimulatedJob = {
      ...job,
      id,
      uuid: `urn:uuid:00000000-0000-4000-8000-${String(id).padStart(12, "0")}`,
      state: "pending-held",
      reasons: ["job-incoming", "job-data-insufficient"],
      pages: 0,
      impressions: 0,
      title: "",
      document: undefined,
      createdAt: this.#now,
      processedAt: undefined,
      completedAt: undefined,
    };
    this.#jobs = [...this.#jobs, made].slice(-JOBS_KEPT);
    this.#options.onChange();
    return made;
  }

  /** The document of a job is complete: it may print. */
  accept(
    job: SimulatedJob,
    document: Uint8Array,
    { pages, title }: { readonly pages: number; readonly title: string },
  ) {
    job.document = document;
    job.pages = pages;
    job.title = title;
    job.state = "pending";
    job.reasons = [];
    this.changed();
  }

  /** `false` when the job has ended already. */
  cancel(job: SimulatedJob): boolean {
    if (isEnded(job)) return false;
    this.#end(job, "canceled", ["job-canceled-by-user"]);
    return true;
  }

  /** Something at the printer is different: it goes on, or stops. */
  changed(): void {
    const job = this.#current ?? this.#jobs.find(({ state }) => state === "pending");
    if (job !== undefined && this.stops.length > 0) {
      this.#page?.cancel();
      this.#page = undefined;
      if (job.state === "processing") job.state = "processing-stopped";
      job.reasons = ["printer-stopped"];
    } else if (job !== undefined && this.#page === undefined) {
      job.state = "processing";
      job.reasons = ["job-printing"];
      job.processedAt ??= this.#now;
      this.#page = this.#options.clock.setTimeout(() => this.#out(job), this.#options.pageTime ?? PAGE);
    }
    this.#options.onChange();
  }

  /** Without power nothing is remembered. */
  powerLost(): void {
    this.#page?.cancel();
    this.#page = undefined;
    this.#jobs = [];
    this.#options.onChange();
  }

  get #current(): SimulatedJob | undefined {
    return this.#jobs.find(({ state }) => state === "processing" || state === "processing-stopped");
  }

  get #now(): number {
    return this.#options.clock.now();
  }

  #out(job: SimulatedJob): void {
    this.#page = undefined;
    job.impressions++;
    this.condition.paper--;
    if (this.fault === "die") {
      this.fault = undefined;
      this.#options.onDeath();
      return;
    }
    if (this.fault === "abort") {
      this.fault = undefined;
      this.#end(job, "aborted", ["aborted-by-system", "document-format-error"]);
    } else if (job.impressions >= job.pages * job.copies) {
      const errors = this.fault === "completed-with-errors";
      if (errors) this.fault = undefined;
      this.#end(job, "completed", [errors ? "job-completed-with-errors" : "job-completed-successfully"]);
    } else this.changed();
  }

  #end(job: SimulatedJob, state: JobState, reasons: readonly string[]): void {
    if (job === this.#current) {
      this.#page?.cancel();
      this.#page = undefined;
    }
    job.state = state;
    job.reasons = reasons;
    job.completedAt = this.#now;
    this.changed();
  }
}

export function isEnded({ state }: SimulatedJob): boolean {
  return JOB_STATE[state] >= JOB_STATE.canceled;
}
