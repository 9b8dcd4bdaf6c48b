import type { Kysely } from "kysely";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Audit } from "./audit/interface.ts";
import type { Bus } from "./bus/interface.ts";
import type { Settings } from "./settings.ts";
import type { FleetDatabase } from "./store/schema.ts";

/** What every part of the fleet server works with; made once in `app.ts`. */
export type FleetContext = {
  readonly settings: Settings;
  readonly db: Kysely<FleetDatabase>;
  /** Name of this instance among those that share the database. */
  readonly instance: string;
  readonly bus: Bus;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};
