import { z } from "zod";

/** Values that several of the gateway's operations speak of. */

/** A RUN with its check digit, without dots. */
export const run = z.string().regex(/^\d{1,8}-[\dK]$/);
export const isoDate = z.iso.date();
export const isoTime = z.iso.datetime({ offset: true });

/** What a citizen takes to a phone. */
export const link = z.strictObject({
  /** One use, short life; holds no personal data. */
  url: z.url(),
  code: z.string(),
  expiresAt: isoTime,
});
