import type { Outcome } from "../../../base/outcome.ts";
import type { ErrorCode } from "../../../base/registry/errors.ts";
import type { ChipProgress } from "../../../drivers/chip-card-reader/interface.ts";
import type { CedulaReading } from "../../../drivers/code-reader/interface.ts";
import type { ChipEvidence } from "../../engine/ports.ts";

/**
 * What a tap was worth.
 *
 * - `proved`: the scanned document's own chip, genuine, with the scanned RUN.
 * - `not-proved`: a chip that cannot show that it is genuine, or that does not say the RUN.
 * - `other-card`: the card on the reader is not the one that was scanned.
 * - `no-card`: nobody came; go on waiting. `moved`, `mute`: the same card may be read at the next attempt.
 * - `unreadable`: there is no chip in it that this kiosk can read.
 */
export type ChipVerdict =
  | "proved"
  | "not-proved"
  | "other-card"
  | "expired"
  | "no-card"
  | "moved"
  | "mute"
  | "unreadable"
  | "reader-gone";

const OF_ERROR: { readonly [code in ErrorCode]?: ChipVerdict } = {
  "common.deadline": "unreadable",
  "chip-card.no-card": "no-card",
  "chip-card.removed": "moved",
  "chip-card.transmission": "moved",
  "chip-card.mute": "mute",
  "chip-card.key-refused": "other-card",
  "chip-card.not-a-document": "unreadable",
  "chip-card.key-unusable": "unreadable",
  "chip-card.access-denied": "unreadable",
  "chip-card.unsupported": "unreadable",
  "chip-card.secure-messaging": "not-proved",
  "chip-card.malformed": "not-proved",
  "chip-card.excessive": "not-proved",
};

/**
 * Judges a tap. The key that opened the chip came from the scanned code, and so does the RUN, which nobody signed there: a code with
 * one's own document number and another's RUN opens one's own true chip. So nothing is proved unless the chip itself says that RUN.
 */
export function chipVerdict(outcome: Outcome<ChipEvidence>, card: CedulaReading): ChipVerdict {
  if (outcome.outcome !== "ok") return OF_ERROR[outcome.error.code] ?? "reader-gone";
  const { documentNumber, birthDate, runs, expired, genuine } = outcome.value;
  if (documentNumber !== card.documentNumber || birthDate !== card.birthDate) return "other-card";
  if (runs.length > 0 && !runs.includes(card.run)) return "other-card";
  if (expired) return "expired";
  return genuine && runs.length > 0 ? "proved" : "not-proved";
}

/** Where each step of a read begins, per cent; EF.SOD is the long one among the files of an identification. */
const BEGINS = {
  waiting: 0,
  connected: 10,
  opened: 30,
  COM: 35,
  SOD: 40,
  groups: 75,
  "active-authentication": 85,
  "chip-authentication": 90,
  verifying: 95,
} as const;
const SOD_PART = BEGINS.groups - BEGINS.SOD;
/** Between two values that are shown, per cent: a bar that moves with every block makes a screen reader talk without end. */
const SHOWN_IN = 5;

/** How far the chip has been read, 0 to 100. */
export function percentOf(progress: ChipProgress): number {
  if (progress.step !== "file") return BEGINS[progress.step];
  const { file, read, total } = progress;
  if (file === "COM") return BEGINS.COM;
  if (file !== "SOD") return BEGINS.groups;
  const part = total > 0 ? Math.min(read / total, 1) : 0;
  return BEGINS.SOD + Math.floor((part * SOD_PART) / SHOWN_IN) * SHOWN_IN;
}
