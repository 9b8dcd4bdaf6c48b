import { DEVICE_KINDS } from "../../base/contracts/device-status.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import type { Availability } from "./interface.ts";

/** A kiosk on which every device serves and the gateway reaches whatever these services need. */
export function everythingThere(services: readonly CompiledService[]): Availability {
  return {
    devices: new Set(DEVICE_KINDS),
    institutions: new Set([...services.map(({ institution }) => institution), "claveunica", "fingerprint", "firmagob"]),
    waitable: new Set(),
    closed: false,
  };
}
