import { z } from "zod";

/** From least to most; a member of staff may hold several, and has the union of their rights. */
export const ROLES = ["viewer", "operator", "technician", "release-manager", "administrator"] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

export const sessionSchema = z.strictObject({
  staff: z.string(),
  name: z.string(),
  roles: z.array(roleSchema),
  /** Operation ids that the roles allow: the console shows nothing that would be refused. */
  operations: z.array(z.string()),
  /** To be sent as `x-csrf-token` with everything that is not GET. */
  csrf: z.string(),
  /** Whether this is the demonstration. */
  demo: z.boolean(),
});
export type StaffSession = z.infer<typeof sessionSchema>;

export const signInSchema = z.strictObject({ name: z.string().max(100), password: z.string().max(200) });

export const signInOptionsSchema = z.strictObject({
  local: z.boolean(),
  oidc: z.strictObject({ label: z.string() }).nullable(),
  demo: z.boolean(),
  /** Demonstration accounts, shown on the sign-in page; empty elsewhere. */
  accounts: z.array(z.strictObject({ name: z.string(), password: z.string(), roles: z.array(roleSchema) })),
});

export const staffSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  roles: z.array(roleSchema),
  source: z.enum(["local", "oidc"]),
  disabled: z.boolean(),
  lastSeen: z.number().nullable(),
});
export const newStaffSchema = z.strictObject({
  name: z.string().min(1).max(100),
  password: z.string().min(12).max(200),
  roles: z.array(roleSchema).min(1),
});
export const staffChangeSchema = z.strictObject({
  roles: z.array(roleSchema).min(1).optional(),
  disabled: z.boolean().optional(),
});

export const failureSchema = z.strictObject({ code: z.string(), message: z.string() });

export const auditEntrySchema = z.strictObject({
  number: z.number().int(),
  at: z.number(),
  /** Staff id, kiosk id, or `server`. */
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  details: z.record(z.string(), z.unknown()),
  /** SHA-256 over this entry and the hash before, hex. */
  hash: z.string(),
});
export const auditPageSchema = z.strictObject({
  entries: z.array(auditEntrySchema),
  next: z.string().nullable(),
  /** The first broken entry of the whole chain, when a check was asked for (`?verify=1`). */
  broken: z.number().int().nullable(),
});
