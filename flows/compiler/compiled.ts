import type { DeviceKind } from "../../base/contracts/device-status.ts";

/** A service definition that was checked and turned into one machine. The flows layer completes this type. */
export interface CompiledService {
  /** `<institution>/<service>`, e.g. `fonasa/bono-atencion`. */
  readonly id: string;
  readonly institution: string;
  readonly requires: ReadonlySet<DeviceKind>;
}
