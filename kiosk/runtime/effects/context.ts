import type { Clock } from "../../../base/clock.ts";
import type { Logger } from "../../../base/log.ts";
import type { GatewayClient } from "../gateway/client.ts";
import type { Journal } from "../journal/journal.ts";
import type { Leases } from "../leases.ts";
import type { Papers } from "../papers.ts";
import type { DeviceSet } from "../serving.ts";

/** What every effect acts with. */
export type EffectContext = {
  readonly journal: Journal;
  readonly devices: DeviceSet;
  readonly leases: Leases;
  readonly papers: Papers;
  readonly gateway: GatewayClient;
  readonly clock: Clock;
  readonly log: Logger;
};
