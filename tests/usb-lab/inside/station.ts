import type { DeviceStatus } from "../../../base/contracts/device-status.ts";
import type { Logger } from "../../../base/log.ts";
import type { Observable } from "../../../base/observable.ts";
import type { Random } from "./random.ts";

export type Surroundings = {
  /** For what happens: when a cable is pulled, how long a code is. */
  readonly random: Random;
  /** For the drivers' own spreading; another sequence, so that their haste does not change what happens. */
  readonly jitter: Random;
  readonly log: Logger;
};

/** How one transaction ended, and whether that is what really happened. */
export type Verdict = {
  readonly outcome: "ok" | "error" | "unknown";
  readonly code?: string;
  /** What contradicts the simulator's own record; absent when nothing does. */
  readonly wrong?: string;
};

/** One real driver on one simulated USB device, and the simulator's own knowledge of what happened. */
export type Station = {
  /** Of the device's links in `/dev/ventanilla`. */
  readonly name: string;
  readonly status: Observable<DeviceStatus>;
  /** About how long an undisturbed transaction takes here, milliseconds: a cable is pulled at a random moment of it. */
  readonly length: number;
  readonly plug: () => void;
  readonly unplug: () => void;
  /** The plug is really in, or out. */
  readonly settled: () => Promise<void>;
  /** Begins one; the card is in the reader, the code is shown, … The verdict comes after every doubt has been resolved. */
  readonly transact: (number: number) => Promise<Verdict>;
  readonly stop: () => Promise<void>;
};
