import { z } from "zod";

export const DEVICE_KINDS = ["payment-terminal", "receipt-printer", "code-reader"] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

export const WHO = ["none", "citizen", "attendant", "technician", "supplier"] as const;

/**
 * A lasting fact about a device that somebody may have to act on, e.g. `paper-near-end`. Codes are listed per kind
 * in `drivers/<kind>/interface.ts`.
 */
export const conditionSchema = z.strictObject({
  code: z.string(),
  severity: z.enum(["info", "warning", "fault"]),
  who: z.enum(WHO),
  /** Milliseconds since the Unix epoch. */
  since: z.number(),
});
export type Condition = z.infer<typeof conditionSchema>;

/**
 * The state of one device on three separate axes (vocabulary of XFS4IoT and CUSS 2): is it connected, can it serve now,
 * and what is the matter with it.
 */
export const deviceStatusSchema = z.strictObject({
  /** Name from the kiosk's configuration, unique on this kiosk. */
  device: z.string(),
  kind: z.enum(DEVICE_KINDS),
  model: z.string(),
  link: z.enum(["absent", "connecting", "connected"]),
  readiness: z.enum(["ready", "busy", "unavailable"]),
  conditions: z.array(conditionSchema),
  /** The first status after a connection is provisional: some devices report stale flags until asked again. */
  provisional: z.boolean(),
});
export type DeviceStatus = z.infer<typeof deviceStatusSchema>;
