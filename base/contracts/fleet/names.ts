import { z } from "zod";
import { kioskIdSchema } from "../gateway.ts";

export { kioskIdSchema };

/** `a.b.c`, optionally `-label`; what Debian and semantic versioning both take. */
export const versionSchema = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}(?:-[0-9a-z.]{1,32})?$/);

/** A path of the update repository: no `..`, no leading `/`, no back-slash, no empty part. */
export const targetPathSchema = z
  .string()
  .max(200)
  .regex(/^(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/);

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** `<institution>/<service>`. */
export const serviceIdSchema = z.string().regex(/^[a-z0-9-]{1,40}\/[a-z0-9-]{1,60}$/);

/** Milliseconds since the Unix epoch, as far as dates reach (ECMA-262 §21.4.1.1): what is beyond cannot be shown. */
export const instantSchema = z.number().int().nonnegative().max(8_640_000_000_000_000);

/** The parts of a kiosk that can be restarted one by one. */
export const KIOSK_PARTS = ["runtime", "shell", "agent"] as const;
export type KioskPart = (typeof KIOSK_PARTS)[number];
