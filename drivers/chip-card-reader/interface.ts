import type { Condition, DeviceKind } from "../../base/contracts/device-status.ts";
import type { Mrz } from "../../base/icao/mrz.ts";
import type { Observable } from "../../base/observable.ts";
import type { Outcome } from "../../base/outcome.ts";
import type { CommandOptions, Device } from "../device.ts";
import type { ChipKey } from "./access/key.ts";
import type { DocumentDetails, PersonalDetails } from "./lds/details.ts";
import type { DataGroup } from "./lds/files.ts";
import type { Image } from "./lds/images.ts";

export type { ChipKey, DataGroup, DocumentDetails, Image, PersonalDetails };

export const KIND = "chip-card-reader" satisfies DeviceKind;

/**
 * How far one thing was proved. `not-offered`: the card (or, for a chain, this kiosk) has nothing to prove it with, or an earlier
 * part of the proof is missing. A failure never makes the read an error: the caller decides what it is worth.
 */
export type Proof =
  | { readonly proof: "proved" }
  | { readonly proof: "not-offered" }
  | { readonly proof: "failed"; readonly code: ProofFailure };

export type ProofFailure =
  | "chip-card.hash-mismatch"
  | "chip-card.signature-wrong"
  | "chip-card.signer-unknown"
  | "chip-card.no-trust"
  | "chip-card.signer-expired"
  | "chip-card.cloned"
  | "chip-card.key-unsigned"
  | "chip-card.malformed"
  | "chip-card.unsupported";

/** Passive authentication in four parts, and the two proofs that the chip is not a copy (ICAO Doc 9303-11 §5, §6). */
export type Authenticity = {
  /** Every file that was read has the hash that is written in EF.SOD, and the PACE that was offered is one that DG14 lists. */
  readonly hashes: Proof;
  /** The document signer's signature over those hashes. */
  readonly signature: Proof;
  /** The signer's certificate was issued by a country signing authority that this kiosk knows, for the State that the document names. */
  readonly chain: Proof;
  /** The certificates of signer and authority are valid today. */
  readonly validity: Proof;
  readonly chipAuthentication: Proof;
  readonly activeAuthentication: Proof;
};

/** What a chip says. Only what `authenticity` proves is proved: the rest is what anybody could have written into a chip. */
export type ChipReading = {
  /** DG1. */
  readonly mrz: Mrz;
  /** DG11 and DG12, where the card has them and they were asked for. */
  readonly person?: PersonalDetails;
  readonly document?: DocumentDetails;
  /** DG2: the holder's face. DG7: the holder's signature. */
  readonly portrait?: Image;
  readonly signature?: Image;
  /** Which protocol opened the chip, with the cipher of secure messaging. */
  readonly access: { readonly protocol: "bac" | "pace"; readonly cipher: string };
  /** The groups that the card lists and that were read. */
  readonly groups: readonly DataGroup[];
  readonly authenticity: Authenticity;
  /** By the kiosk's clock on the day of the read. */
  readonly expired: boolean;
};

export type ChipProgress =
  | { readonly step: "waiting" }
  | { readonly step: "connected" }
  | { readonly step: "opened"; readonly protocol: "bac" | "pace" }
  | {
      readonly step: "file";
      readonly file: DataGroup | "COM" | "SOD";
      /** Bytes read so far, and in all. */
      readonly read: number;
      readonly total: number;
    }
  | { readonly step: "chip-authentication" | "active-authentication" | "verifying" };

export type ChipReadOptions = CommandOptions & {
  readonly key: ChipKey;
  /** What is wanted; DG1 is always read. DG1, DG2, DG11 and DG12 when left out. DG14 and DG15 are read where they prove something. */
  readonly groups?: readonly DataGroup[];
  readonly onProgress?: (progress: ChipProgress) => void;
  /** How long to wait for a card, milliseconds; one minute when left out. The read itself has a deadline of its own. */
  readonly within?: number;
};

export type ChipCardReaderCapabilities = {
  readonly access: readonly ("bac" | "pace")[];
  readonly groups: readonly DataGroup[];
};

/**
 * `service-absent`: PC/SC is not there. `not-answering`: the reader is not there. `card-mute`: a card that does not answer lies on it.
 * `no-trust`: the kiosk has no certificate of a country signing authority, so that no chain can be proved.
 */
export type ChipCardReaderConditionCode = "service-absent" | "not-answering" | "card-mute" | "no-trust";
export type ChipCardReaderCondition = Condition & { readonly code: ChipCardReaderConditionCode };

/** A reader of electronic identity and travel documents (eMRTD), with or without contact. */
export interface ChipCardReader extends Device {
  readonly capabilities: ChipCardReaderCapabilities;
  /** A card comes, goes, or lies there without an answer. */
  readonly card: Observable<"absent" | "present" | "mute">;
  /**
   * Waits for a card, opens it with `key`, reads and verifies. It changes nothing on the card, so that its outcome is never unknown.
   * A card that is taken away ends it with `chip-card.removed`, a wrong key with `chip-card.key-refused`. One read at a time: a second
   * one ends with `chip-card.busy`.
   */
  read(options: ChipReadOptions): Promise<Outcome<ChipReading>>;
}

/** Whether everything that passive authentication asks for was proved and nothing else failed. */
export function isGenuine({ hashes, signature, chain, validity, ...chip }: Authenticity): boolean {
  return (
    [hashes, signature, chain, validity].every(({ proof }) => proof === "proved") &&
    Object.values(chip).every(({ proof }) => proof !== "failed")
  );
}
