import type { Alerts } from "../alerts/interface.ts";
import type { Director } from "../director/interface.ts";
import type { Identity } from "../identity/interface.ts";
import type { Repository } from "../repository/interface.ts";
import type { Rollouts } from "../rollouts/interface.ts";

/** What the console's API asks of the other parts. */
export type ConsoleParts = {
  readonly identity: Identity;
  readonly director: Director;
  readonly alerts: Alerts;
  readonly rollouts: Rollouts;
  readonly repository: Repository;
  /** Addresses without a slash at the end, known once the listeners are open: of the console, and of what kiosks speak to. */
  readonly consoleUrl: () => string;
  readonly devicesUrl: () => string;
};
