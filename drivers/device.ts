import type { DeviceStatus } from "../base/contracts/device-status.ts";
import type { Observable } from "../base/observable.ts";
import type { Outcome } from "../base/outcome.ts";

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
  /**
   * Brings a sick device back: closes its channel, opens a new one, sends what the model has for a reset, and asks whether it is well. It
   * needs nothing of the device but its place, and has an end of its own (half a minute at most). What was under way ends first, in
   * doubt where it may have had an effect. A payment terminal refuses while a command is under way (`payment.busy`): money may be moving;
   * a sale in doubt stays in doubt, and is asked for afterwards.
   *
   * @returns `error` when it is not there or not well afterwards, `unknown` when it was told to reset and says nothing.
   */
  reset(options?: CommandOptions): Promise<Outcome<void>>;
}

export type CommandOptions = {
  readonly signal?: AbortSignal;
};
