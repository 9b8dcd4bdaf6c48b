import type { Condition } from "../../base/contracts/device-status.ts";
import type { Outcome } from "../../base/outcome.ts";
import type { CommandOptions, Device } from "../device.ts";

/** What a scanned code says. Nothing in it proves who holds the document: anyone can print a QR. */
export type CodeReading =
  | CedulaReading
  | { readonly kind: "mrz"; readonly mrz: MrzReading }
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "text"; readonly text: string };

export type CedulaReading = {
  readonly kind: "cedula";
  /** RUN with check digit, without dots, e.g. `12345678-5`. */
  readonly run: string;
  readonly documentNumber: string;
  /** ISO date. */
  readonly birthDate: string;
  readonly expiryDate: string;
  readonly name?: string;
  readonly documentType: string;
  /** By the reader's clock on the day of the scan. */
  readonly expired: boolean;
};

export type MrzReading = {
  readonly format: "TD1" | "TD2" | "TD3";
  readonly documentCode: string;
  readonly issuer: string;
  readonly documentNumber: string;
  readonly birthDate: string;
  readonly expiryDate: string;
  readonly nationality: string;
  readonly sex: "M" | "F" | "X";
  readonly surname: string;
  readonly givenNames: string;
  readonly optionalData: readonly string[];
  readonly expired: boolean;
};

export type CodeReaderCapabilities = { readonly symbologies: readonly string[] };

export type CodeReaderConditionCode = "not-answering";
export type CodeReaderCondition = Condition & { readonly code: CodeReaderConditionCode };

/** A scanner of QR codes, machine-readable zones and bar codes. */
export interface CodeReader extends Device {
  readonly capabilities: CodeReaderCapabilities;
  /**
   * Waits for one code. A code that was scanned before the call is not returned: it belonged to someone else.
   * A malformed cédula is an `error` that says what is malformed; an expired one is `ok` with `expired`.
   */
  read(options?: CommandOptions): Promise<Outcome<CodeReading>>;
}
