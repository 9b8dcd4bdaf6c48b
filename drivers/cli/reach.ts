import type { Clock } from "../../base/clock.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import type { OpenChannel } from "../transport/byte-channel.ts";
import type { CliContext } from "./kind.ts";

/** By what a command reaches its device: the machine itself, a recorder between the two, or a replayed trace in place of both. */
export type Reach = {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Given the way to the real device; to be opened instead of it. */
  readonly channel: (open: OpenChannel) => OpenChannel;
};

const DIRECT: Reach = { clock: systemClock, random: Math.random, channel: (open) => open };

export function reachOf({ reach = DIRECT }: Pick<CliContext, "reach">): Reach {
  return reach;
}

/** The same numbers for the same seed (mulberry32), so that a replayed driver draws what the recorded one drew. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
