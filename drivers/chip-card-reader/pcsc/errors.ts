import { coded } from "../../../base/registry/coded-error.ts";
import type { CardLinkError } from "../apdu/channel.ts";

/** The codes of `pcsc-mini` (PC/SC's own names without prefix) that mean something to us. All others are trouble of the transmission. */
const CODES: { readonly [code: string]: CardLinkError["code"] } = {
  RemovedCard: "chip-card.removed",
  NoSmartCard: "chip-card.removed",
  NoSmartcard: "chip-card.removed",
  // A card that was put back at once looks like one that was reset.
  ResetCard: "chip-card.removed",
  UnpoweredCard: "chip-card.removed",
  UnresponsiveCard: "chip-card.mute",
  UnsupportedCard: "chip-card.mute",
  ProtoMismatch: "chip-card.mute",
  NoService: "chip-card.service-absent",
  ServiceStopped: "chip-card.service-absent",
  SharingViolation: "link.refused",
  NoAccess: "link.refused",
  ReaderUnavailable: "link.lost",
  UnknownReader: "link.lost",
  NoReadersAvailable: "link.lost",
};

export function toLinkError(error: unknown, where: string): CardLinkError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return coded(CODES[code] ?? "chip-card.transmission", `${where}: ${code === "" ? error : code}`);
}
