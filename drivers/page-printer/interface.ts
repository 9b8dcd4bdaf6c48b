import type { Condition } from "../../base/contracts/device-status.ts";
import type { Outcome } from "../../base/outcome.ts";
import type { CommandOptions, Device } from "../device.ts";

/** A certificate on its way to paper. */
export type PageDocument = {
  /** A whole PDF file, A4. */
  readonly pdf: Uint8Array;
};

export const SIDES = ["one-sided", "two-sided-long-edge", "two-sided-short-edge"] as const;
export type Sides = (typeof SIDES)[number];

/** What the printer said of itself when it was last asked; nothing is known before it has answered once. */
export type PagePrinterCapabilities = {
  /** Media types of documents, e.g. `application/pdf`. */
  readonly formats: readonly string[];
  /** PWG names of paper sizes, e.g. `iso_a4_210x297mm`. */
  readonly media: readonly string[];
  readonly sides: readonly string[];
  readonly maxCopies: number;
  /** Whether a job can be made before its document is sent: then a lost answer never leaves a doubt about which job it was. */
  readonly createJob: boolean;
  readonly makeAndModel?: string;
};

/** `sent`: the printer has the whole document. `stopped`: it waits for somebody; conditions say for what. */
export type PagePrintProgress = "sent" | "printing" | "stopped" | "printed";

export type PagePrintOptions = CommandOptions & {
  /**
   * Names this one intent to print, unique for ever (an idempotency key): it becomes the job's name, by which the job is found again.
   * Opaque, never a citizen's data: it is shown on the printer's panel. 1 to 60 characters of `a-z A-Z 0-9 . _ -`.
   */
  readonly intent?: string;
  readonly copies?: number;
  readonly sides?: Sides;
  readonly onProgress?: (progress: PagePrintProgress) => void;
};

export type RecallOptions = CommandOptions & {
  /** Aborted: a job that has not ended is taken out of the printer, and the outcome says what became of it. */
  readonly giveUp?: AbortSignal;
};

export type PagePrintResult = {
  /** Pages printed (impressions), as the printer counts them; as the document has them when it does not count; 0 when neither is known. */
  readonly printed: number;
  /** The printer itself said that the job was completed successfully: a page printer's `ok` never means less. */
  readonly confirmed: true;
  /** The printer's number of the job. */
  readonly job: number;
};

export type PagePrinterConditionCode =
  | "device-fault"
  | "no-pdf"
  | "no-a4"
  | "not-accepting"
  | "media-jam"
  | "cover-open"
  | "tray-missing"
  | "media-empty"
  | "media-needed"
  | "toner-empty"
  | "waste-full"
  | "output-full"
  | "paused"
  | "out-of-space"
  | "bad-answer"
  | "a4-not-ready"
  | "media-low"
  | "toner-low"
  | "waste-nearly-full"
  | "output-nearly-full"
  | "wear"
  | "device-warning"
  | "warming-up"
  | "device-notice";
export type PagePrinterCondition = Condition & { readonly code: PagePrinterConditionCode };

/**
 * A printer of whole pages. `print` ends in `ok` only when the printer said that the job was completed successfully; in `error` when
 * it was refused, given up or cancelled (pages that came out all the same are no delivery); in `unknown` when the document may have
 * left and nobody can say what became of it. It is never sent again on a guess: ask with `recall`.
 */
export interface PagePrinter extends Device {
  readonly capabilities: PagePrinterCapabilities | undefined;
  print(document: PageDocument, options?: PagePrintOptions): Promise<Outcome<PagePrintResult>>;
  /**
   * What became of an earlier intent, asked of the printer: also after a restart. Waits for its end when it is still under way.
   * `unknown` with `page-printer.job-unknown` when the printer does not know it (any more). `printed` is 0 when the printer does
   * not count pages. An abort of `signal` ends the asking, not the job.
   */
  recall(intent: string, options?: RecallOptions): Promise<Outcome<PagePrintResult>>;
  /** Takes one job out of the printer. `ok` also when it has ended already. */
  cancel(job: number, options?: CommandOptions): Promise<Outcome<void>>;
  /** Asks the device now and publishes what it says. */
  refresh(options?: CommandOptions): Promise<Outcome<void>>;
}
