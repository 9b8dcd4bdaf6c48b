import type { Outcome } from "../../base/outcome.ts";
import type { CommandOptions, Device } from "../device.ts";

/** Where the paper lies: on the glass, where nothing tells whether it is there, or in the feeder, which feels it. */
export const SCANNER_SOURCES = ["platen", "feeder"] as const;
export type ScannerSource = (typeof SCANNER_SOURCES)[number];

/** One side of one sheet. */
export type ScannedPage = {
  /** A JPEG file. Set to zero as soon as `use` has ended: whoever keeps it makes a copy, and looks after it. */
  readonly bytes: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
};

/**
 * What happens, in the words of XFS4IoT's Scanner and Check interfaces where they have one: `insert-media` (the paper is to be put in; only
 * a feeder can tell), `scanning`.
 */
export type ScanFeedback = "insert-media" | "scanning";

export type ScanOptions = CommandOptions & {
  /** Dots per inch; 200 when left out. The nearest that the scanner has is taken. */
  readonly resolution?: number;
  readonly colour?: boolean;
  /** Deadline, milliseconds; one minute when left out. It holds for the paper's coming too. */
  readonly within?: number;
  readonly onFeedback?: (feedback: ScanFeedback) => void;
};

/** What the scanner said of itself when it was last met; nothing is known before it has answered once. */
export type DocumentScannerCapabilities = {
  readonly maker?: string;
  readonly product?: string;
  readonly sources: readonly ScannerSource[];
  /** Dots per inch, ascending. */
  readonly resolutions: readonly number[];
};

/**
 * `not-answering`: the scanner is not there. `bad-answer`: what answers in its place is no scanner. `no-jpeg`: it cannot make the only
 * kind of picture that is taken. `jammed`, `cover-open`, `stopped` (for a reason of its own): it says so itself.
 */
export type DocumentScannerConditionCode =
  | "not-answering"
  | "bad-answer"
  | "no-jpeg"
  | "jammed"
  | "cover-open"
  | "stopped";

/**
 * A scanner of papers. It makes one picture of one page; what becomes of it is others' matter. The picture lives in memory only, exactly as
 * long as `use` runs.
 */
export interface DocumentScanner extends Device {
  readonly capabilities: DocumentScannerCapabilities;
  /**
   * Scans one page and hands it to `use`. One at a time: a second one ends with `document-scanner.busy`. A feeder without paper is waited
   * for until the deadline, which then ends in `document-scanner.no-paper`; paper that sticks ends in `document-scanner.jammed`, an open
   * cover in `document-scanner.cover-open`. A scan that was given up is cancelled at the scanner too, which is waited for.
   *
   * @returns what `use` returns. What it throws is thrown, after the picture has been destroyed.
   */
  scan<T>(use: (page: ScannedPage) => Promise<T>, options?: ScanOptions): Promise<Outcome<T>>;
}
