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
  /** ISO date. */
  readonly expiryDate: string;
  readonly name?: string;
  /** `CEDULA`, `CEDULA_EXT` (a foreigner's) or another type of the Registro Civil's portal, e.g. `PASAPORTE_PG`. */
  readonly documentType: string;
  /** By the reader's clock on the day of the scan. */
  readonly expired: boolean;
};

export type MrzReading = {
  readonly format: "TD1" | "TD2" | "TD3";
  readonly documentCode: string;
  readonly issuer: string;
  readonly documentNumber: string;
  /** ISO date; of reduced precision (`1974`, `1974-08`, or empty) where the issuer does not know it. */
  readonly birthDate: string;
  /** ISO date. */
  readonly expiryDate: string;
  readonly nationality: string;
  readonly sex: "M" | "F" | "X";
  readonly surname: string;
  readonly givenNames: string;
  readonly optionalData: readonly string[];
  /** Only where the configuration says in which optional data the issuer writes it (`RunPlace`). */
  readonly run?: string;
  readonly expired: boolean;
};

/**
 * Where a State writes the RUN in the optional data of its cards: the index in `optionalData`. Where Chile's TD1 card has it
 * is not verified, so it is a setting and not a fact.
 */
export type RunPlace = { readonly issuer: string; readonly optionalData: 0 | 1 };

export type CodeReaderCapabilities = { readonly symbologies: readonly string[] };

/**
 * `not-answering`: the reader is not on its port. `garbled`: what comes from it is no code, e.g. because the line speed
 * is wrong; ends with the next code.
 */
export type CodeReaderConditionCode = "not-answering" | "garbled";
export type CodeReaderCondition = Condition & { readonly code: CodeReaderConditionCode };

export type ReadOptions = CommandOptions & {
  /** How long to wait for a code, milliseconds; two minutes when left out. */
  readonly within?: number;
};

/** A scanner of QR codes, machine-readable zones and bar codes. */
export interface CodeReader extends Device {
  readonly capabilities: CodeReaderCapabilities;
  /**
   * Waits for one code. A code that was scanned before the call is not returned: it belonged to someone else.
   * A malformed cédula is an `error` that says what is malformed; an expired one is `ok` with `expired`. One read at a
   * time: a second one ends with `code-reader.busy`. A reader that is unplugged meanwhile ends it with `link.lost`.
   */
  read(options?: ReadOptions): Promise<Outcome<CodeReading>>;
}
