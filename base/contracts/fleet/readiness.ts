import { z } from "zod";
import { DEVICE_KINDS } from "../device-status.ts";
import { instantSchema } from "./names.ts";

export const VERDICTS = ["pass", "fail", "not-run"] as const;

/** The technician's proof that a kiosk is ready: `POST /device/v1/readiness`, and a PDF of the same content. */
export const readinessReportSchema = z.strictObject({
  /** UUID; a report that is sent twice counts once. */
  id: z.uuid(),
  kiosk: z.string(),
  place: z.string(),
  takenAt: instantSchema,
  /** Who was there, as they signed. */
  technician: z.string().max(100),
  machine: z.strictObject({
    hostname: z.string(),
    product: z.string().nullable(),
    serial: z.string().nullable(),
    os: z.string(),
  }),
  versions: z.record(z.string(), z.string()),
  devices: z.array(
    z.strictObject({
      device: z.string(),
      kind: z.enum(DEVICE_KINDS),
      model: z.string(),
      port: z.string(),
      /** USB vendor:product and serial, or what tells this device from its like. */
      identity: z.string().nullable(),
    }),
  ),
  checks: z.array(
    z.strictObject({
      /** e.g. `device.printer`, `network.fleet`, `clock`. */
      check: z.string(),
      verdict: z.enum(VERDICTS),
      /** Registered error code of a failure. */
      code: z.string().optional(),
      detail: z.string().max(1_000),
      seconds: z.number(),
    }),
  ),
});
export type ReadinessReport = z.infer<typeof readinessReportSchema>;
