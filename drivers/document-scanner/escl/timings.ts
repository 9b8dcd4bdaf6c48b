import type { Schedule } from "../../../base/schedule.ts";

/** Every wait of this driver, milliseconds. One tree, so that a site can change one and a test can shorten all. */
export type EsclTimings = {
  /** For the answer to a question. */
  readonly answerWithin: number;
  /** Between two looks at the scanner while nothing is under way. */
  readonly pollIdle: number;
  /** For a job to be taken; it is waited for even when the scan was given up meanwhile, because only its answer says what is to be cancelled. */
  readonly createWithin: number;
  /** For a page: until its lamp is warm, and until the last byte is here. */
  readonly pictureWithin: number;
  /** For a job to be taken out of the scanner. */
  readonly cancelWithin: number;
};

export const DEFAULT_TIMINGS: EsclTimings = {
  answerWithin: 4_000,
  pollIdle: 5_000,
  createWithin: 10_000,
  pictureWithin: 60_000,
  cancelWithin: 3_000,
};

/** While paper is waited for, or a scanner that is busy: soon at first, because a citizen stands there. */
export const ASK_AGAIN: Schedule = {
  first: 300,
  factor: 1.4,
  cap: 1_000,
  attempts: Number.POSITIVE_INFINITY,
  jitter: 0.1,
};
