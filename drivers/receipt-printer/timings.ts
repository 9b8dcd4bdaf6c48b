/** Every wait of this driver, milliseconds. One tree, so that a site can change one and a test can shorten all. */
export type PrinterTimings = {
  /** For the link, when a ticket is asked for while the device is away. */
  readonly connectWithin: number;
  /** For one status answer, from when the request has left the line. */
  readonly replyWithin: number;
  /** Between two polls while a ticket is under way. */
  readonly pollBusy: number;
  /** Between two polls otherwise. */
  readonly pollIdle: number;
  /** For an operator to put paper in, close the cover, and the like, while a ticket waits. */
  readonly operatorWithin: number;
  /** Added to the estimated time of printing before the printer is taken not to confirm at all. */
  readonly confirmationGrace: number;
  /** For the presenter to bring a printed ticket to the mouth, and for a retraction to end. */
  readonly presenterWithin: number;
  /** For an earlier ticket to be taken from the mouth before it is retracted. */
  readonly mouthWithin: number;
  /**
   * How much may lie in the operating system's buffer, as time on the line. More would not print faster; it would only
   * print after the ticket was given up. Less would leave the line idle when this process is late.
   */
  readonly ahead: number;
  /** Time on the line of one write; a status request waits for at most this and `ahead`. */
  readonly chunk: number;
};

export const DEFAULT_TIMINGS: PrinterTimings = {
  connectWithin: 3_000,
  replyWithin: 400,
  pollBusy: 500,
  pollIdle: 2_000,
  operatorWithin: 120_000,
  confirmationGrace: 2_500,
  presenterWithin: 5_000,
  mouthWithin: 20_000,
  ahead: 150,
  chunk: 100,
};

/** The slowest mechanism that is reckoned with, dots per millisecond (50 mm/s at 8 dots/mm). */
export const SLOWEST_PRINT = 0.4;
export const BITS_PER_BYTE = 10;
/** Bytes in one write on a line without a known rate (USB, TCP). */
export const CHUNK_WITHOUT_RATE = 512;
