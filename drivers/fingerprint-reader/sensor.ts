import type { Result } from "../../base/result.ts";
import type { ChannelError } from "../transport/byte-channel.ts";
import type { FingerProblem } from "./interface.ts";

/** What a sensor tells. A template's bytes belong to the receiver, who destroys them. */
export type SensorEvent =
  | { readonly event: "finger-on" | "finger-off" | "not-alive" }
  | { readonly event: "problem"; readonly problem: FingerProblem }
  | { readonly event: "template"; readonly quality: number; readonly bytes: Uint8Array }
  | { readonly event: "surface"; readonly dirty: boolean };

/**
 * One open sensor: the seam behind which a maker's library will stand. Makers publish no wire protocols, so there is no codec of ours. Never
 * reopened: after `closed` a new one is made.
 */
export interface FingerSensor {
  readonly liveness: boolean;
  /** Sets the one consumer of what the sensor tells. */
  onEvent(listener: (event: SensorEvent) => void): void;
  /** Lights up and looks for fingers until `stop`. A finger that is on already is told at once. */
  start(): Promise<Result<void, ChannelError>>;
  stop(): Promise<Result<void, ChannelError>>;
  /** Resolves once, with the cause, when the sensor goes away or `close` is called. */
  readonly closed: Promise<string>;
  /** Idempotent. */
  close(): Promise<void>;
}

export type OpenSensor = (signal: AbortSignal) => Promise<Result<FingerSensor, ChannelError>>;
