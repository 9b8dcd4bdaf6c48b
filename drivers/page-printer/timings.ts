import type { Schedule } from "../../base/schedule.ts";

/** Every wait of this driver, milliseconds. One tree, so that a site can change one and a test can shorten all. */
export type PagePrinterTimings = {
  /** For the answer to a question. */
  readonly answerWithin: number;
  /** For a document to be taken, its answer included. */
  readonly documentWithin: number;
  /** Between two looks at the printer while nothing is under way. */
  readonly pollIdle: number;
  /** Between two looks at a printer that does not answer. */
  readonly pollAway: number;
  /** For other work of the printer to end, when it refuses a job because it is busy. */
  readonly busyWithin: number;
  /** For somebody to put paper in and the like, while a document waits; then it is cancelled. */
  readonly operatorWithin: number;
  /** For a document to be printed while nothing stops the printer: this, and `perPage` for each page; then it is cancelled. */
  readonly printWithin: number;
  readonly perPage: number;
  /** For a printer that went away with a document to come back and say what became of it. */
  readonly awayWithin: number;
  /** For a job to show its document, when nobody knows whether it arrived. */
  readonly incomingWithin: number;
  /** For the end of a job that was cancelled. */
  readonly cancelWithin: number;
};

export const DEFAULT_TIMINGS: PagePrinterTimings = {
  answerWithin: 4_000,
  documentWithin: 60_000,
  pollIdle: 5_000,
  // A printer that was switched on again is in service within a second.
  pollAway: 700,
  busyWithin: 30_000,
  operatorWithin: 120_000,
  printWithin: 90_000,
  perPage: 10_000,
  awayWithin: 30_000,
  incomingWithin: 8_000,
  cancelWithin: 10_000,
};

/** Looks at a job: often at first, because a page takes seconds, then more seldom; never by silence alone. */
export const LOOK_AT_JOB: Schedule = {
  first: 250,
  factor: 1.4,
  cap: 1_500,
  attempts: Number.POSITIVE_INFINITY,
  jitter: 0.1,
};
