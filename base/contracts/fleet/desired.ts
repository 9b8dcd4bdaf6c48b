import { z } from "zod";
import {
  instantSchema,
  kioskIdSchema,
  serviceIdSchema,
  sha256Schema,
  targetPathSchema,
  versionSchema,
} from "./names.ts";

/**
 * `GET /device/v1/desired` with `If-None-Match`: 304, or a compact JWS (EdDSA, `typ` `ventanilla-desired+jwt`,
 * `application/jose`) whose payload is a `Desired`. The server's director key signs it, so that nothing in the path between can
 * have a kiosk do anything: the worst it can do is silence, which shows.
 *
 * What to install is named here and must stand in the update repository's own metadata with the same length and digest
 * (Uptane's director and image repository: both must agree).
 */
export const desiredTargetSchema = z.strictObject({
  path: targetPathSchema,
  version: versionSchema,
  length: z.number().int().positive(),
  sha256: sha256Schema,
  /** A new number asks for another try of a target that failed before. */
  attempt: z.number().int().positive(),
});
export type DesiredTarget = z.infer<typeof desiredTargetSchema>;

/** Seconds between two looks, signs of life and reports of the machine: what an agent accepts. */
export const intervals = {
  desired: z.number().int().min(5).max(86_400),
  heartbeat: z.number().int().min(5).max(86_400),
  machine: z.number().int().min(30).max(86_400),
};

export const desiredSchema = z.strictObject({
  kiosk: kioskIdSchema,
  /** Grows; a kiosk refuses one below what it has seen. */
  revision: z.number().int().positive(),
  issuedAt: instantSchema,
  /** Seconds between two looks for a desired state, between two reports at most, and between two reports of machine figures. */
  intervals: z.strictObject(intervals),
  /** Absent: stay with what runs. */
  release: desiredTargetSchema.optional(),
  services: z.record(serviceIdSchema, desiredTargetSchema),
  /** Compact JWS of commands that wait for this kiosk, oldest first. */
  commands: z.array(z.string()).max(100),
});
export type Desired = z.infer<typeof desiredSchema>;
export const DESIRED_TYPE = "ventanilla-desired+jwt";
