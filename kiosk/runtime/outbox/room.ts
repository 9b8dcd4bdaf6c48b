import type { SealingKey, SealingOffer } from "../../../base/contracts/outbox.ts";
import type { OutboxSize } from "../journal/outbox-rows.ts";

/** How much may wait on one kiosk. */
export type OutboxLimits = {
  readonly count: number;
  readonly bytes: number;
  /** Milliseconds that the oldest may wait before nothing more is accepted. */
  readonly age: number;
};

export const LIMITS: OutboxLimits = { count: 5_000, bytes: 16 * 1024 * 1024, age: 14 * 24 * 3_600_000 };

/** Why nothing can be accepted. */
type Shut = "no-keys" | "full" | "too-old";

/** The key to seal to now; `undefined` when the gateway's keys are not known, or too old to be used. */
export function usableKey(offer: SealingOffer | undefined, now: number): SealingKey | undefined {
  return offer?.keys.find(({ sealUntil }) => Date.parse(sealUntil) > now);
}

/** Whether something more may wait. A kiosk that cannot keep a promise does not make it. */
export function shutBecause(
  { waiting, bytes, oldestAt }: OutboxSize,
  offer: SealingOffer | undefined,
  limits: OutboxLimits,
  now: number,
): Shut | undefined {
  if (usableKey(offer, now) === undefined) return "no-keys";
  if (waiting >= limits.count || bytes >= limits.bytes) return "full";
  return oldestAt !== null && now - oldestAt > limits.age ? "too-old" : undefined;
}
