import type { Kysely } from "kysely";
import type { Alerts } from "../alerts/interface.ts";
import type { Director } from "../director/interface.ts";
import type { Identity } from "../identity/interface.ts";
import type { Repository } from "../repository/interface.ts";
import type { Rollouts } from "../rollouts/interface.ts";
import type { FleetDatabase } from "../store/schema.ts";

/** What the console's API asks of the other parts. */
export type ConsoleParts = {
  readonly identity: Identity;
  readonly director: Director;
  readonly alerts: Alerts;
  readonly rollouts: Rollouts;
  readonly repository: Repository;
  /** Follows the whole audit chain. @returns the first entry that is wrong, null when the chain holds. */
  readonly verifyAudit: (db: Kysely<FleetDatabase>) => Promise<number | null>;
  /** Address of the listener that kiosks speak to, known once it is open; counts where the settings name no public one. */
  readonly devicesUrl: () => string;
};
