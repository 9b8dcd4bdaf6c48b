import { z } from "zod";
import { instantSchema, KIOSK_PARTS, kioskIdSchema } from "./names.ts";

/** The closed list of what staff may have a kiosk do. */
export const commandSchema = z.discriminatedUnion("name", [
  z.strictObject({ name: z.literal("restart-part"), part: z.enum(KIOSK_PARTS) }),
  z.strictObject({ name: z.literal("device-self-test"), device: z.string().max(60) }),
  z.strictObject({ name: z.literal("reset-device"), device: z.string().max(60) }),
  z.strictObject({ name: z.literal("test-print"), device: z.string().max(60) }),
  /** Serve the citizen who is there, then nobody, until `resume`. */
  z.strictObject({ name: z.literal("drain") }),
  z.strictObject({ name: z.literal("maintenance") }),
  z.strictObject({ name: z.literal("resume") }),
  /** The last log records of a part, allow-listed fields only. */
  z.strictObject({ name: z.literal("logs"), part: z.enum(KIOSK_PARTS), lines: z.number().int().min(1).max(2_000) }),
]);
export type Command = z.infer<typeof commandSchema>;
export const COMMAND_NAMES = commandSchema.options.map((option) => option.shape.name.value);
export type CommandName = Command["name"];

/**
 * Payload of a command's JWS (compact, EdDSA, `typ` `ventanilla-command+jwt`; RFC 7515, claims of RFC 7519), signed with the fleet
 * server's director key.
 */
export const commandClaimsSchema = z.strictObject({
  /** Unique; a kiosk carries a command out once. */
  jti: z.uuid(),
  /** The kiosk it is meant for. */
  aud: kioskIdSchema,
  /** Seconds since the Unix epoch, as RFC 7519 has them. */
  iat: z.number().int(),
  exp: z.number().int(),
  command: commandSchema,
  /** Staff id of who asked. */
  by: z.string(),
  reason: z.string().max(200),
});
export type CommandClaims = z.infer<typeof commandClaimsSchema>;
export const COMMAND_TYPE = "ventanilla-command+jwt";

export const COMMAND_STATES = [
  "queued",
  "received",
  "running",
  "done",
  "failed",
  "unknown",
  "expired",
  "refused",
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

/** What a kiosk tells of a command. `unknown`: it was begun and the kiosk cannot tell how it ended. */
export const commandReportSchema = z.strictObject({
  id: z.uuid(),
  state: z.enum(["received", "running", "done", "failed", "unknown", "expired", "refused"]),
  code: z.string().optional(),
  message: z.string().max(500).optional(),
});
export type CommandReport = z.infer<typeof commandReportSchema>;

/** `POST /device/v1/logs/<command id>`: what the command `logs` gathered. */
export const logUploadSchema = z.strictObject({
  part: z.enum(KIOSK_PARTS),
  records: z
    .array(z.record(z.string(), z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()])))
    .max(2_000),
  takenAt: instantSchema,
});
export type LogUpload = z.infer<typeof logUploadSchema>;
