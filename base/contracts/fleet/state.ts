import { z } from "zod";
import { deviceStatusSchema } from "../device-status.ts";
import { KIOSK_MODES, obstacleSchema, offeredServiceSchema, outboxStatusSchema } from "../runtime-control.ts";
import { instantSchema, serviceIdSchema, versionSchema } from "./names.ts";

/**
 * What a kiosk tells of itself, in sections that are reported whole when anything in them changed. Reachability is no section:
 * the server knows it by itself. No section names a citizen.
 */
export const SERVICE_STATES = ["in-service", "degraded", "out-of-service", "maintenance", "unknown"] as const;

/** Can a citizen finish a procedure here, now? */
export const serviceSectionSchema = z.strictObject({
  /**
   * `in-service` every service, `degraded` some, `out-of-service` none, `maintenance` closed by staff,
   * `unknown` the runtime does not answer.
   */
  state: z.enum(SERVICE_STATES),
  mode: z.enum(KIOSK_MODES).nullable(),
  /** Why nobody is served, when nobody is. */
  closed: z.array(obstacleSchema),
  services: z.array(offeredServiceSchema),
  /** Screens that show the kiosk's view; 0 is a dark or frozen screen. */
  shells: z.number().int(),
  gatewayReachable: z.boolean().nullable(),
  incidentsWaiting: z.number().int(),
  /** Absent while the runtime does not answer, and from kiosks of an earlier release. */
  outbox: outboxStatusSchema.optional(),
});
export type ServiceSection = z.infer<typeof serviceSectionSchema>;

export const devicesSectionSchema = z.array(
  z.strictObject({
    ...deviceStatusSchema.shape,
    /** What runs out, e.g. `paper`. */
    consumables: z.array(
      z.strictObject({
        name: z.string(),
        level: z.enum(["ok", "low", "empty", "unknown"]),
        /** 0 to 100, where the device says so. */
        percent: z.number().min(0).max(100).optional(),
      }),
    ),
  }),
);
export type DevicesSection = z.infer<typeof devicesSectionSchema>;

export const UPDATE_STATES = ["idle", "downloading", "installing", "waiting-for-citizen", "trial", "failed"] as const;

export const softwareSectionSchema = z.strictObject({
  /** Version of the release that runs. */
  release: z.string(),
  slot: z.enum(["a", "b"]).nullable(),
  /** Version by service id, of packages that came by update. */
  packages: z.record(serviceIdSchema, versionSchema),
  update: z.strictObject({
    state: z.enum(UPDATE_STATES),
    /** Target path under way or failed. */
    target: z.string().optional(),
    /** Registered error code of the last failure. */
    code: z.string().optional(),
    message: z.string().max(500).optional(),
  }),
  /** Expiry of the update metadata that the kiosk holds; absent before the first refresh. */
  metadataExpires: instantSchema.optional(),
});
export type SoftwareSection = z.infer<typeof softwareSectionSchema>;

export const securitySectionSchema = z.strictObject({
  certificateExpires: instantSchema.nullable(),
  /** Kiosk's clock minus server's, milliseconds, as the last exchange showed it. */
  clockOffset: z.number().nullable(),
  /** Whether the last connection showed the client certificate (an inspecting proxy hides it). */
  mutualTls: z.boolean().nullable(),
});
export type SecuritySection = z.infer<typeof securitySectionSchema>;

/** Changes slowly; figures are rounded so that noise is no change. */
export const machineSectionSchema = z.strictObject({
  agent: z.string(),
  bootedAt: instantSchema,
  os: z.string(),
  platform: z.string(),
  diskFreePercent: z.number(),
  memoryFreePercent: z.number(),
  /** Degrees Celsius; null where the machine does not tell. */
  temperature: z.number().nullable(),
  /** What a part uses, mebibytes, by part. */
  memory: z.record(z.string(), z.number()),
});
export type MachineSection = z.infer<typeof machineSectionSchema>;

/** A diff: the sections that changed since the report before. */
export const stateSectionsSchema = z.strictObject({
  service: serviceSectionSchema.optional(),
  devices: devicesSectionSchema.optional(),
  software: softwareSectionSchema.optional(),
  security: securitySectionSchema.optional(),
  machine: machineSectionSchema.optional(),
});
export type StateSections = z.infer<typeof stateSectionsSchema>;
