import type { Transaction } from "kysely";
import type { Command } from "../../base/contracts/fleet/command.ts";
import type { FleetDatabase } from "../store/schema.ts";

/** Says, signed, what each kiosk shall run and do. */
export interface Director {
  /** Public keys of the signatures, JWKs with `kid`. */
  readonly keys: readonly Readonly<Record<string, unknown>>[];
  /** ETag of a kiosk's desired state, quotes included; changes exactly when the content does. */
  etag(kiosk: string): Promise<string>;
  /** The desired state as a compact JWS. */
  desired(kiosk: string): Promise<{ readonly etag: string; readonly jws: string }>;
  /** Signs a command and queues it; told at once to a kiosk that is connected. */
  send(
    order: {
      readonly kiosk: string;
      readonly command: Command;
      readonly by: string;
      readonly reason: string;
      /** Seconds. */
      readonly expiresIn: number;
    },
    within: Transaction<FleetDatabase>,
  ): Promise<{ readonly id: string }>;
  /** Grows the revision of these kiosks' desired states and tells them. Whoever changes `assignment` calls it. */
  changed(kiosks: readonly string[], within: Transaction<FleetDatabase>): Promise<void>;
}
