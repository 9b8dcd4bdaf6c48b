import { z } from "zod";
import { WHO } from "../../../base/contracts/device-status.ts";
import { COMMAND_STATES, commandSchema } from "../../../base/contracts/fleet/command.ts";
import {
  devicesSectionSchema,
  machineSectionSchema,
  securitySectionSchema,
  serviceSectionSchema,
  softwareSectionSchema,
} from "../../../base/contracts/fleet/state.ts";
import { ALERT_AXES, ALERT_SEVERITIES } from "../../../base/registry/alerts.ts";

/** Something that is wrong now, or was. Times are milliseconds since the Unix epoch. */
export const alertSchema = z.strictObject({
  id: z.string(),
  kiosk: z.string(),
  /** Of the alert registry, which has title, what citizens see and what to do, in both languages. */
  code: z.string(),
  axis: z.enum(ALERT_AXES),
  severity: z.enum(ALERT_SEVERITIES),
  who: z.enum(WHO),
  /** What tells two alerts of one code apart, e.g. a device or a service id; empty for none. */
  subject: z.string(),
  /** Further words: a registered condition, an error code, a figure. */
  detail: z.string(),
  since: z.number(),
  /** Null while it stands; alerts clear themselves. */
  until: z.number().nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

/** Worst axis first; `planned` is closed on purpose, which is no trouble. */
export const KIOSK_CONDITIONS = ["critical", "warning", "planned", "ok", "never-seen", "retired"] as const;
export type KioskCondition = (typeof KIOSK_CONDITIONS)[number];

export const kioskRowSchema = z.strictObject({
  id: z.string(),
  place: z.string(),
  site: z.string(),
  ring: z.string(),
  tags: z.array(z.string()),
  condition: z.enum(KIOSK_CONDITIONS),
  /** A connection is open. */
  connected: z.boolean(),
  lastSeen: z.number().nullable(),
  service: z.string(),
  release: z.string().nullable(),
  update: z.string().nullable(),
  /** Standing alerts, worst and oldest first. */
  alerts: z.array(alertSchema),
});
export type KioskRow = z.infer<typeof kioskRowSchema>;

export const nowPageSchema = z.strictObject({
  at: z.number(),
  totals: z.record(z.enum(KIOSK_CONDITIONS), z.number().int()),
  /** Kiosks with a standing warning or worse, worst first; at most 200. */
  kiosks: z.array(kioskRowSchema),
  /** By who must act: how many alerts wait for them. */
  waitingFor: z.partialRecord(z.enum(WHO), z.number().int()),
  journeys: z.strictObject({ today: z.number().int(), completed: z.number().int() }),
});
export type NowPage = z.infer<typeof nowPageSchema>;

/** `GET kiosks`: `search` matches id, place, site and tags. */
export const kioskQuerySchema = z.strictObject({
  search: z.string().max(100).optional(),
  condition: z.enum(KIOSK_CONDITIONS).optional(),
  axis: z.enum(ALERT_AXES).optional(),
  who: z.enum(WHO).optional(),
  site: z.string().max(100).optional(),
  ring: z.string().max(40).optional(),
  release: z.string().max(40).optional(),
  sort: z.enum(["condition", "place", "last-seen"]).default("condition"),
  after: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const kioskPageSchema = z.strictObject({
  kiosks: z.array(kioskRowSchema),
  total: z.number().int(),
  next: z.string().nullable(),
  /** What can be filtered by. */
  sites: z.array(z.string()),
  rings: z.array(z.string()),
  releases: z.array(z.string()),
});
export type KioskPage = z.infer<typeof kioskPageSchema>;

/** Hours in which a kiosk is meant to serve, its own wall clock, `HH:MM`; index 0 is Sunday. Null: closed that day. */
export const openingHoursSchema = z
  .array(z.strictObject({ from: z.string().regex(/^\d\d:\d\d$/), to: z.string().regex(/^\d\d:\d\d$/) }).nullable())
  .length(7);

export const kioskDetailSchema = z.strictObject({
  ...kioskRowSchema.shape,
  openingHours: openingHoursSchema.nullable(),
  timeZone: z.string(),
  notes: z.string(),
  enrolledAt: z.number().nullable(),
  state: z.strictObject({
    service: serviceSectionSchema.nullable(),
    devices: devicesSectionSchema.nullable(),
    software: softwareSectionSchema.nullable(),
    security: securitySectionSchema.nullable(),
    machine: machineSectionSchema.nullable(),
  }),
  desired: z.strictObject({
    release: z.string().nullable(),
    services: z.record(z.string(), z.string()),
  }),
  certificates: z.array(
    z.strictObject({
      thumbprint: z.string(),
      serial: z.string(),
      issuedAt: z.number(),
      expiresAt: z.number(),
      revokedAt: z.number().nullable(),
      reason: z.string().nullable(),
      current: z.boolean(),
    }),
  ),
  readiness: z
    .strictObject({ id: z.string(), takenAt: z.number(), technician: z.string(), failed: z.number().int() })
    .nullable(),
});
export type KioskDetail = z.infer<typeof kioskDetailSchema>;

/** `PATCH kiosks/<id>`. */
export const kioskChangeSchema = z.strictObject({
  place: z.string().min(1).max(80).optional(),
  site: z.string().min(1).max(100).optional(),
  ring: z.string().min(1).max(40).optional(),
  tags: z.array(z.string().max(40)).max(20).optional(),
  openingHours: openingHoursSchema.nullable().optional(),
  timeZone: z.string().max(60).optional(),
  notes: z.string().max(2_000).optional(),
  retired: z.boolean().optional(),
});

/** `POST kiosks/<id>/revocation`: ends every certificate of the kiosk, for good. */
export const revocationSchema = z.strictObject({ reason: z.string().min(1).max(200) });

/** `GET kiosks/<id>/timeline`, newest first. */
export const timelineQuerySchema = z.strictObject({
  after: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const timelineEntrySchema = z.strictObject({
  id: z.string(),
  at: z.number(),
  /** `alert`, `cleared`, `event`, `command`, `update`, `audit`. */
  kind: z.enum(["alert", "cleared", "event", "command", "update", "audit"]),
  code: z.string(),
  text: z.string(),
  /**
   * What `text` says, by name, for words of the console's own. Of an event its fields; of a problem `subject` and `detail`; of a
   * command `state`, `code`, `message`, `reason`; of an update `target`, `code`, `message`.
   */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  actor: z.string().nullable(),
});
export const timelineSchema = z.strictObject({
  entries: z.array(timelineEntrySchema),
  next: z.string().nullable(),
});

/** `GET kiosks/<id>/journeys`. */
export const journeyQuerySchema = z.strictObject({
  days: z.coerce.number().int().min(1).max(92).default(7),
});
export const journeyCountersSchema = z.strictObject({
  /** One row an hour, service and result, newest first. */
  hours: z.array(
    z.strictObject({
      hour: z.number(),
      service: z.string(),
      result: z.string(),
      count: z.number().int(),
      seconds: z.number().int(),
    }),
  ),
});

/** `POST kiosks/<id>/commands`. */
export const newCommandSchema = z.strictObject({
  command: commandSchema,
  reason: z.string().max(200).default(""),
  /** Seconds after which a kiosk that was away does not carry it out any more. */
  expiresIn: z.number().int().min(10).max(86_400).default(600),
});
export const commandRowSchema = z.strictObject({
  id: z.string(),
  kiosk: z.string(),
  command: commandSchema,
  by: z.string(),
  reason: z.string(),
  state: z.enum(COMMAND_STATES),
  code: z.string().nullable(),
  message: z.string().nullable(),
  createdAt: z.number(),
  expiresAt: z.number(),
  changedAt: z.number(),
  hasLogs: z.boolean(),
});
export type CommandRow = z.infer<typeof commandRowSchema>;
export const commandListSchema = z.strictObject({ commands: z.array(commandRowSchema) });

export const newEnrolmentSchema = z.strictObject({
  /** New id, or that of a kiosk whose machine is replaced. */
  kiosk: z.string(),
  place: z.string().min(1).max(80),
  site: z.string().min(1).max(100),
  ring: z.string().min(1).max(40).default("general"),
  expiresIn: z
    .number()
    .int()
    .min(60)
    .max(30 * 86_400)
    .default(86_400),
});
export const enrolmentRowSchema = z.strictObject({
  id: z.string(),
  kiosk: z.string(),
  place: z.string(),
  site: z.string(),
  ring: z.string(),
  by: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
  usedAt: z.number().nullable(),
  cancelledAt: z.number().nullable(),
});
/** The code is told once, at its making. */
export const madeEnrolmentSchema = z.strictObject({
  ...enrolmentRowSchema.shape,
  code: z.string(),
  /** Address that kiosks enrol at, and the SHA-256 of the CA's certificate that the technician compares, hex in pairs. */
  server: z.string(),
  caFingerprint: z.string(),
});
export const enrolmentListSchema = z.strictObject({ enrolments: z.array(enrolmentRowSchema) });
