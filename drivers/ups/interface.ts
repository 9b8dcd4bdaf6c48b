import type { Observable } from "../../base/observable.ts";
import type { Outcome } from "../../base/outcome.ts";
import type { CommandOptions, Device } from "../device.ts";

/**
 * Where the kiosk's power comes from. `bypass`: from the mains past the UPS, which protects nothing then. `off`: the UPS says that
 * its output is off. `unknown`: nobody could say just now.
 */
export type PowerSource = "mains" | "battery" | "bypass" | "off" | "unknown";

export type PowerState = {
  readonly source: PowerSource;
  /** The UPS calls its battery low. */
  readonly low: boolean;
  /** Whoever watches over the UPS has ordered the machines off. */
  readonly shutdown: boolean;
  /** Charge of the battery, per cent, where the UPS tells it. */
  readonly charge?: number;
  /** How long the battery lasts at the present load, seconds, where the UPS tells it. */
  readonly runtime?: number;
  /** When `source` became what it is, milliseconds since the Unix epoch. */
  readonly since: number;
  /** While the source is unknown: what it was before. */
  readonly before?: Exclude<PowerSource, "unknown">;
};

export type UpsCapabilities = {
  /** As the UPS describes itself; empty until it has. */
  readonly maker: string;
  readonly product: string;
};

/**
 * - `on-battery`: the mains failed; `battery-low`: it will not last; `forced-shutdown`: the machines were ordered off;
 * - `replace-battery`, `bypass`, `overload`, `output-off`, `alarm`: as the UPS says; `calibrating`: it tests its battery;
 * - `data-stale`, `driver-not-connected`: the daemon answers and the UPS does not; `refused`: the daemon does not serve us;
 * - `garbled`: something else listens at the daemon's address; `not-answering`: nothing does.
 */
export type UpsConditionCode =
  | "on-battery"
  | "battery-low"
  | "forced-shutdown"
  | "replace-battery"
  | "bypass"
  | "overload"
  | "output-off"
  | "alarm"
  | "calibrating"
  | "data-stale"
  | "driver-not-connected"
  | "refused"
  | "garbled"
  | "not-answering";

/** An uninterruptible power supply. It is only asked, never commanded: what to do with the kiosk is `policy.ts`. */
export interface Ups extends Device {
  readonly capabilities: UpsCapabilities;
  /** Where the power comes from, as of the last answer; `unknown` as soon as there is none. */
  readonly power: Observable<PowerState>;
  /** Asks now. */
  refresh(options?: CommandOptions): Promise<Outcome<PowerState>>;
}
