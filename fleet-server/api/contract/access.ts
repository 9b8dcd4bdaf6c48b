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

const newPasswordSchema = z.string().min(12).max(200);

export const signInSchema = z.strictObject({
  name: z.string().max(100),
  password: z.string().max(200),
  /**
   * Takes the place of `password` when that is right. A password that somebody else gave is good for one sign-in, and only
   * together with a new one: without it the answer is `access.new-password-needed`.
   */
  newPassword: newPasswordSchema.optional(),
});

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
  /** Good for one sign-in, where the member of staff chooses another. */
  password: newPasswordSchema,
  roles: z.array(roleSchema).min(1),
});
export const staffChangeSchema = z.strictObject({
  /** Not of staff of the identity provider: their groups say. */
  roles: z.array(roleSchema).min(1).optional(),
  disabled: z.boolean().optional(),
  /** Of a local account; good for one sign-in. */
  password: newPasswordSchema.optional(),
});
export const staffListSchema = z.strictObject({ staff: z.array(staffSchema) });

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
/** `GET audit`, newest first. */
export const auditQuerySchema = z.strictObject({
  actor: z.string().max(100).optional(),
  subject: z.string().max(100).optional(),
  after: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** `1` checks the whole chain as well. */
  verify: z.enum(["0", "1"]).default("0"),
});
export const auditPageSchema = z.strictObject({
  entries: z.array(auditEntrySchema),
  next: z.string().nullable(),
  /** The first broken entry of the whole chain, when a check was asked for (`?verify=1`). */
  broken: z.number().int().nullable(),
});
