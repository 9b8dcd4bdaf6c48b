import type { Transaction } from "kysely";
import type { FleetDatabase } from "../store/schema.ts";

/** What is wrong, computed from what is known; nobody has to clear anything by hand. */
export interface Alerts {
  /** Evaluates every rule for these kiosks, writes what began and what ended, and keeps the lists' derived columns. */
  evaluate(kiosks: readonly string[], within: Transaction<FleetDatabase>): Promise<void>;
  /** Evaluates kiosks whose alerts can change by time alone: silence, expiry, opening hours. Called at intervals. */
  tick(): Promise<void>;
}
