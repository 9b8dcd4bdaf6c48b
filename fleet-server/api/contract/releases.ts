import { z } from "zod";
import { serviceIdSchema, versionSchema } from "../../../base/contracts/fleet/names.ts";

/** A target that stands in the update repository's signed metadata. */
export const targetRowSchema = z.strictObject({
  path: z.string(),
  kind: z.enum(["release", "service"]),
  /** Service id; absent for a release. */
  service: serviceIdSchema.optional(),
  version: versionSchema,
  platform: z.string().optional(),
  length: z.number().int(),
  sha256: z.string(),
  notes: z.string(),
  /** Kiosks that run it. */
  kiosks: z.number().int(),
});
export type TargetRow = z.infer<typeof targetRowSchema>;
export const targetListSchema = z.strictObject({
  targets: z.array(targetRowSchema),
  /** Expiry of the metadata by role, milliseconds since the Unix epoch. */
  expires: z.record(z.string(), z.number()),
});

/**
 * Life of a rollout: `running` → `paused` ⇄ `running` → `finished`; `halted` by its own thresholds or by hand, from where it is
 * resumed or `cancelled`. Kiosks that have the target keep it; those of later rings stay with what they had.
 */
export const ROLLOUT_STATES = ["running", "paused", "halted", "finished", "cancelled"] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

export const ringPlanSchema = z.strictObject({
  ring: z.string().min(1).max(40),
  /** Percent of the ring that must have succeeded before the next ring begins. */
  success: z.number().min(1).max(100),
  /** Percent of the ring that may fail before the rollout halts. A kiosk that says nothing within `silentAfter` counts as failed. */
  error: z.number().min(0).max(100),
});

export const newRolloutSchema = z.strictObject({
  target: z.string(),
  rings: z.array(ringPlanSchema).min(1).max(20),
  /** Seconds without a word after which a kiosk that was told counts as failed. */
  silentAfter: z
    .number()
    .int()
    .min(30)
    .max(30 * 86_400)
    .default(3_600),
  reason: z.string().max(200).default(""),
  /** Only tell what would happen. */
  dryRun: z.boolean().default(false),
});

export const KIOSK_PROGRESS = ["waiting", "told", "working", "succeeded", "failed", "silent", "not-fitting"] as const;

/**
 * Why the engine itself changed a rollout's state, for a reader in any language; `size` is the ring's kiosks that the target fits,
 * `limit` percent. `errors`: more failed or are silent than may. `ended`: all have ended, and fewer succeeded than must.
 */
export const whyFactsSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("errors"),
    ring: z.string(),
    failed: z.number().int(),
    silent: z.number().int(),
    size: z.number().int(),
    limit: z.number(),
  }),
  z.strictObject({
    kind: z.literal("ended"),
    ring: z.string(),
    succeeded: z.number().int(),
    size: z.number().int(),
    limit: z.number(),
  }),
  z.strictObject({ kind: z.literal("superseded"), target: z.string() }),
]);
export type WhyFacts = z.infer<typeof whyFactsSchema>;

export const rolloutRowSchema = z.strictObject({
  id: z.string(),
  target: z.string(),
  kind: z.enum(["release", "service"]),
  service: z.string().optional(),
  version: z.string(),
  state: z.enum(ROLLOUT_STATES),
  /** Why it halted or was paused. */
  why: z.string(),
  /** The same as facts; absent where a person gave the reason. */
  whyFacts: whyFactsSchema.optional(),
  by: z.string(),
  createdAt: z.number(),
  changedAt: z.number(),
  silentAfter: z.number().int(),
  rings: z.array(
    z.strictObject({
      ...ringPlanSchema.shape,
      /** Whether its kiosks have been told. */
      begun: z.boolean(),
      counts: z.record(z.enum(KIOSK_PROGRESS), z.number().int()),
    }),
  ),
  /** Kiosks that failed or are silent, at most 100. */
  failures: z.array(
    z.strictObject({ kiosk: z.string(), progress: z.enum(KIOSK_PROGRESS), code: z.string(), message: z.string() }),
  ),
  /** Of a dry run only: the kiosks ring by ring, at most 100, and what would happen to each. */
  kiosks: z
    .array(
      z.strictObject({
        kiosk: z.string(),
        place: z.string(),
        ring: z.string(),
        /** What it runs of this software; null where it never said, or has none. */
        runs: z.string().nullable(),
        /** Why it would be left as it is, a registered code; null: it would be told. */
        code: z.string().nullable(),
      }),
    )
    .max(100)
    .optional(),
});
export type RolloutRow = z.infer<typeof rolloutRowSchema>;
export const rolloutListSchema = z.strictObject({ rollouts: z.array(rolloutRowSchema) });

export const ROLLOUT_ACTIONS = ["pause", "resume", "halt", "cancel"] as const;
/** `resume` after a halt may ask kiosks that failed to try once more. */
export const rolloutActionSchema = z.strictObject({
  action: z.enum(ROLLOUT_ACTIONS),
  retryFailed: z.boolean().default(false),
  reason: z.string().max(200).default(""),
});
