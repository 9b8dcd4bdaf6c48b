import { z } from "zod";
import { instantSchema, KIOSK_PARTS, serviceIdSchema, sha256Schema, targetPathSchema, versionSchema } from "./names.ts";

/** What the update repository says of a target, beside TUF's length and hashes (`custom`). */
export const targetCustomSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("release"),
    version: versionSchema,
    /** `<process.platform>-<process.arch>`: a kiosk refuses another. */
    platform: z.string(),
    notes: z.string().max(2_000).optional(),
  }),
  z.strictObject({
    kind: z.literal("service"),
    version: versionSchema,
    service: serviceIdSchema,
    /** The lowest release that knows every step of the definition. */
    needsRelease: versionSchema,
    notes: z.string().max(2_000).optional(),
  }),
]);
export type TargetCustom = z.infer<typeof targetCustomSchema>;

/** Path of a release in the repository: `releases/ventanilla-<version>-<platform>.tar.zst`, top level `release.json`. */
export const releaseManifestSchema = z.strictObject({
  version: versionSchema,
  platform: z.string(),
  /** How each part is started, relative to the slot. */
  parts: z.partialRecord(
    z.enum(KIOSK_PARTS),
    z.strictObject({ program: z.string(), nodeOptions: z.array(z.string()) }),
  ),
});
export type ReleaseManifest = z.infer<typeof releaseManifestSchema>;

/** Path of a service package: `services/<institution>.<service>-<version>.tar.zst`, top level `package.json` and the definition's files. */
export const servicePackageSchema = z.strictObject({
  service: serviceIdSchema,
  version: versionSchema,
  needsRelease: versionSchema,
});
export type ServicePackage = z.infer<typeof servicePackageSchema>;

export const SLOTS = ["a", "b"] as const;
export type Slot = (typeof SLOTS)[number];

/**
 * The guard is the small privileged part that owns the two slots and the pointer between them. It is asked by files that appear
 * in its request directory (`<id>.json`, written beside and renamed), and tells by `<id>.answer.json` beside it and by its state file.
 * On an appliance a path unit of systemd starts it as root; in the demonstration the demonstration's own supervisor does.
 */
export const guardRequestSchema = z.discriminatedUnion("do", [
  /** Unpack a verified target into the slot that is not in use. The guard verifies it again, from its own root of trust. */
  z.strictObject({
    do: z.literal("install"),
    id: z.uuid(),
    target: targetPathSchema,
    sha256: sha256Schema,
    length: z.number().int().positive(),
    version: versionSchema,
    /** Where the agent put the file. */
    file: z.string(),
    /** Of the desired state: a release that was rolled back is taken again with another attempt only. */
    attempt: z.number().int().positive().optional(),
  }),
  /** Start from the other slot, on trial. */
  z.strictObject({ do: z.literal("switch"), id: z.uuid(), version: versionSchema }),
  /** The release on trial stood its checks. */
  z.strictObject({ do: z.literal("confirm"), id: z.uuid(), version: versionSchema }),
  z.strictObject({ do: z.literal("rollback"), id: z.uuid(), version: versionSchema, code: z.string() }),
  z.strictObject({ do: z.literal("restart"), id: z.uuid(), part: z.enum(KIOSK_PARTS) }),
]);
export type GuardRequest = z.infer<typeof guardRequestSchema>;

export const guardAnswerSchema = z.strictObject({
  id: z.uuid(),
  ok: z.boolean(),
  code: z.string().optional(),
  message: z.string().optional(),
});
export type GuardAnswer = z.infer<typeof guardAnswerSchema>;

/** The guard's state file, readable by the agent: the only truth on which release runs. */
export const guardStateSchema = z.strictObject({
  active: z.enum(SLOTS),
  slots: z.record(
    z.enum(SLOTS),
    z
      .strictObject({
        version: versionSchema,
        sha256: sha256Schema.nullable(),
        attempt: z.number().int().positive().optional(),
      })
      .nullable(),
  ),
  /** Set while a release is on trial; gone when it is confirmed or rolled back. */
  trial: z
    .strictObject({
      version: versionSchema,
      /** Rolled back at this time unless confirmed: silence is failure. */
      until: instantSchema,
      /** Starts that are left before a crash loop counts as failure. */
      startsLeft: z.number().int(),
    })
    .nullable(),
  /** The last release that was rolled back, until the next one is confirmed. */
  rolledBack: z
    .strictObject({
      version: versionSchema,
      sha256: sha256Schema.nullable(),
      attempt: z.number().int().positive().optional(),
      code: z.string(),
      at: instantSchema,
    })
    .nullable(),
  /** The parts are still to be started from `active`: a guard that was interrupted finishes it. */
  restarting: z.literal(true).optional(),
});
export type GuardState = z.infer<typeof guardStateSchema>;
