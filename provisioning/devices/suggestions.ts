import type { DeviceKind } from "../../base/contracts/device-status.ts";
import { FINGERPRINTS } from "../../base/devices/fingerprints.ts";
import { fingerprintsOf, type Sighting } from "../../base/devices/sighting.ts";

/** What a device looks like. Shown to the technician as a question; nothing is opened or bound by it. */
export type Suggestion = {
  /** Of the kiosk's kinds; null for something that looks like none, e.g. a plain adapter. */
  readonly kind: DeviceKind | null;
  readonly looksLike: string;
};

/** The most telling look of the table. A maker makes many devices, so even a sure one is only a suggestion here. */
export function suggest(seen: Sighting): Suggestion | null {
  const [found] = fingerprintsOf(seen, FINGERPRINTS);
  return found === undefined ? null : { kind: found.kind, looksLike: found.name };
}
