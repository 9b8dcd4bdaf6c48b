import type { DeviceStatus } from "../base/contracts/device-status.ts";
import type { Observable } from "../base/observable.ts";

/** What every device kind has in common. Commands are in the kind's own interface. */
export interface Device {
  /** Name from the configuration, unique on this kiosk. */
  readonly id: string;
  readonly model: string;
  readonly status: Observable<DeviceStatus>;
  /**
   * Begins to look after the device: connects, and reconnects for as long as it runs. Returns at once; follow
   * `status` to learn when the device is there.
   */
  start(): void;
  /** Lets go of the port. Commands under way end first (as `unknown` where they may have had an effect). */
  stop(): Promise<void>;
}

export type CommandOptions = {
  readonly signal?: AbortSignal;
};
