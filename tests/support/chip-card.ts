import { randomBytes } from "node:crypto";
import { SimulatedClock } from "../../base/clock.ts";
import { createLogger, type LogRecord } from "../../base/log.ts";
import { createTrustStore, type TrustStore } from "../../drivers/chip-card-reader/authenticity/trust-store.ts";
import { PcscChipCardReader } from "../../drivers/chip-card-reader/driver.ts";
import type { ChipKey, ChipReadOptions } from "../../drivers/chip-card-reader/interface.ts";
import { SimulatedChip } from "../../simulators/chip-card/chip.ts";
import {
  type ChipProfile,
  type DocumentFaults,
  FULL_PROFILE,
  type IssuedDocument,
  issueDocument,
  type Pictures,
} from "../../simulators/chip-card/document.ts";
import type { ChipBehind } from "../../simulators/chip-card/faults.ts";
import { createIssuer, type Issuer } from "../../simulators/chip-card/issuer.ts";
import { MemoryTerminal } from "../../simulators/chip-card/memory.ts";
import { drawPictures } from "../../simulators/chip-card/pictures.ts";
import { personWithRun } from "../../simulators/people.ts";

/** Milliseconds since the Unix epoch: the day on which the tests of chip cards take place. */
export const NOW = Date.UTC(2026, 10, 23, 15);
export const PERSON = personWithRun("12345678-5");
export const KEY: ChipKey = {
  kind: "mrz",
  documentNumber: PERSON.card.documentNumber,
  birthDate: PERSON.birthDate,
  expiryDate: PERSON.card.expiryDate,
};
export const random = (length: number) => new Uint8Array(randomBytes(length));

/** A State with its authority, and a person's pictures. */
export class ChipWorld {
  readonly chile: Issuer;
  readonly pictures: Pictures;
  readonly trust: TrustStore;

  private constructor(chile: Issuer, pictures: Pictures) {
    this.chile = chile;
    this.pictures = pictures;
    this.trust = createTrustStore([chile.csca]);
  }

  static async make(): Promise<ChipWorld> {
    return new ChipWorld(await createIssuer("CL", NOW), await drawPictures(PERSON));
  }

  issue(
    profile: ChipProfile = FULL_PROFILE,
    faults: DocumentFaults = {},
    issuer = this.chile,
    pictures = this.pictures,
  ): Promise<IssuedDocument> {
    return issueDocument({ person: PERSON, pictures, issuer, profile, faults, random });
  }

  /** A reader in simulated time with `chip` on it. */
  bench(chip: ChipBehind | undefined, options: { readonly trust?: TrustStore; readonly extended?: boolean } = {}) {
    const clock = new SimulatedClock(NOW);
    const records: LogRecord[] = [];
    const terminal = new MemoryTerminal();
    if (chip !== undefined) terminal.insert(chip);
    const reader = new PcscChipCardReader({
      id: "chip",
      terminal,
      trust: options.trust ?? this.trust,
      clock,
      log: createLogger("chip-card-reader", (record) => records.push(record)),
      ...(options.extended === undefined ? {} : { extended: options.extended }),
    });
    reader.start();
    const read = (more: Partial<ChipReadOptions> = {}) => reader.read({ key: KEY, ...more });
    return { clock, records, terminal, reader, read };
  }
}

export const chipOf = (document: IssuedDocument) => new SimulatedChip(document, random);
export const PROVED = { proof: "proved" };
export const failed = (code: string) => ({ proof: "failed", code });
