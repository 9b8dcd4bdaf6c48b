/** What an effect does to the world; each kind has its own way to find out what became of it. */
export type EffectKind = "charge" | "refund" | "submit" | "print";

/**
 * `intended` is on disk before anything happened; `sent` before the first byte leaves. So `intended` found after a crash
 * means that nothing left, and `sent` that something may have. `queued`: the outbox holds it and owns it; nobody else asks about it.
 */
export type EffectState = "intended" | "sent" | "queued" | "done" | "failed" | "unknown";

const TRANSITIONS: Readonly<Record<EffectState, readonly EffectState[]>> = {
  intended: ["sent", "queued", "failed"],
  sent: ["done", "failed", "unknown"],
  queued: ["done", "failed"],
  unknown: ["done", "failed"],
  done: [],
  failed: [],
};

export function mayBecome(from: EffectState, to: EffectState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** One attempt to act on the world. Holds no personal data. */
export type Effect = {
  /** `<journey>/<name>`, from the second attempt `<journey>/<name>.<attempt>`: the idempotency key. */
  readonly key: string;
  readonly journey: string;
  readonly name: string;
  readonly attempt: number;
  readonly kind: EffectKind;
  readonly state: EffectState;
  readonly device: string | null;
  /** The institution's operation for a submission; the charge's key for a refund. */
  readonly operation: string | null;
  /** Integer pesos. */
  readonly amount: number | null;
  readonly ticket: string | null;
  /** A code: `approved`, `declined`, or an error's. */
  readonly detail: string | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly changedAt: number;
};

export type EffectIntention = {
  readonly name: string;
  readonly kind: EffectKind;
  readonly device?: string;
  readonly operation?: string;
  readonly amount?: number;
  /** Allocates a ticket of at most this length. */
  readonly ticketLength?: number;
};
