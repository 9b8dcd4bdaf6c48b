import type { Outcome } from "../../base/outcome.ts";
import type { CommandOptions, Device } from "../device.ts";

/** Finger positions by their names; ISO/IEC 19794-2 numbers them 1 to 10 in this order. */
export const FINGERS = [
  "right-thumb",
  "right-index",
  "right-middle",
  "right-ring",
  "right-little",
  "left-thumb",
  "left-index",
  "left-middle",
  "left-ring",
  "left-little",
] as const;
export type Finger = (typeof FINGERS)[number];

/** What is wrong with the finger on the sensor, where the sensor can say. */
export const FINGER_PROBLEMS = ["too-dry", "too-wet", "too-light", "too-hard", "not-centred", "moved"] as const;
export type FingerProblem = (typeof FINGER_PROBLEMS)[number];

/**
 * What the person is to do or what happens, in the words of XFS4IoT's Biometric interface: `present-subject` (lay the finger on),
 * `subject-detected`, `remove-subject` (lift it).
 */
export type CaptureFeedback =
  | { readonly feedback: "present-subject" | "subject-detected" | "remove-subject" }
  | { readonly feedback: "problem"; readonly problem: FingerProblem }
  /** A reading that was not good enough; 0 to 100 as NFIQ 2 (ISO/IEC 29794-4) counts. */
  | { readonly feedback: "low-quality"; readonly quality: number };

export type FingerprintTemplate = {
  /** Minutiae in the record format of ISO/IEC 19794-2. Set to zero as soon as `use` has ended: whoever keeps it keeps nothing. */
  readonly bytes: Uint8Array;
  readonly quality: number;
  /** The finger that was asked for. A sensor cannot tell which one it got. */
  readonly finger?: Finger;
};

export type CaptureOptions = CommandOptions & {
  readonly finger?: Finger;
  /** The least quality that is taken, 0 to 100; 40 when left out. */
  readonly minQuality?: number;
  /** How often a finger may be laid on; three times when left out. */
  readonly attempts?: number;
  /** Deadline, milliseconds; one minute when left out. */
  readonly within?: number;
  readonly onFeedback?: (feedback: CaptureFeedback) => void;
};

export type FingerprintReaderCapabilities = {
  /** Whether the sensor looks if the finger is alive (presentation attack detection). */
  readonly liveness: boolean;
};

/** `not-answering`: the reader is not there. `dirty`: its surface has to be cleaned before it reads well. */
export type FingerprintReaderConditionCode = "not-answering" | "dirty";

/**
 * A reader of fingerprints. It captures; whether the finger is the person's is for the gateway to find out. The template lives in memory only,
 * and exactly as long as `use` runs.
 */
export interface FingerprintReader extends Device {
  readonly capabilities: FingerprintReaderCapabilities;
  /**
   * Captures one finger and hands its template to `use`. One capture at a time: a second one ends with `fingerprint-reader.busy`. A finger
   * that lies on the sensor already is not taken: it is asked to be lifted first.
   *
   * @returns what `use` returns. What it throws is thrown, after the template has been destroyed.
   */
  capture<T>(use: (template: FingerprintTemplate) => Promise<T>, options?: CaptureOptions): Promise<Outcome<T>>;
}
