import type { Transaction } from "kysely";
import type { FleetDatabase } from "../store/schema.ts";

export type AuditEntry = {
  /** Staff id, kiosk id, or `server`. */
  readonly actor: string;
  /** e.g. `command.sent`, `kiosk.revoked`, `rollout.started`. */
  readonly action: string;
  readonly subject: string;
  /** Never secrets, never personal data of citizens. */
  readonly details: Readonly<Record<string, unknown>>;
};

/** The append-only trail: each entry carries the hash of the one before. */
export interface Audit {
  /** Appends in the transaction of what it tells of, so that there is no deed without its entry. */
  append(entry: AuditEntry, within: Transaction<FleetDatabase>): Promise<void>;
}
