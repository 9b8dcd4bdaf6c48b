import type { Transaction } from "kysely";
import type { z } from "zod";
import type { UpdateReport } from "../../base/contracts/fleet/report.ts";
import type { SoftwareSection } from "../../base/contracts/fleet/state.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";
import type { newRolloutSchema, RolloutRow, rolloutActionSchema } from "../api/contract/releases.ts";
import type { FleetDatabase } from "../store/schema.ts";

/** Brings a target to kiosks ring by ring, and stops by itself when it goes wrong. */
export interface Rollouts {
  /** Starts a rollout, or with `dryRun` only tells what it would do. */
  start(request: z.infer<typeof newRolloutSchema>, by: string): Promise<Result<RolloutRow, CodedError>>;
  act(
    rollout: string,
    action: z.infer<typeof rolloutActionSchema>,
    by: string,
  ): Promise<Result<RolloutRow, CodedError>>;
  list(): Promise<readonly RolloutRow[]>;
  get(rollout: string): Promise<RolloutRow | undefined>;
  /** What ingest heard of a kiosk's software, in the same transaction. */
  heard(
    kiosk: string,
    what: { readonly software?: SoftwareSection; readonly updates: readonly UpdateReport[] },
    within: Transaction<FleetDatabase>,
  ): Promise<void>;
  /** Counts, finds silent kiosks, begins rings, halts. Called at intervals; several instances may. */
  tick(): Promise<void>;
  /** Assigns to a newly enrolled kiosk what its ring has. */
  enrolled(kiosk: string, within: Transaction<FleetDatabase>): Promise<void>;
}
