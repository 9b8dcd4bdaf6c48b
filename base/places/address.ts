import { z } from "zod";

/** A postal address in Chile, as people say it. */
export const addressSchema = z.strictObject({
  /** Street, passage or way. */
  street: z.string().min(1).max(60),
  /** Absent: it has none. */
  number: z.string().max(8).optional(),
  /** Flat, house, block or sector, as typed. */
  apartment: z.string().max(30).optional(),
  /** `code` is the código único territorial. */
  commune: z.strictObject({ code: z.string().regex(/^\d{5}$/), name: z.string() }),
});
export type Address = z.infer<typeof addressSchema>;

/** One line: `Picarte 100, depto. 302, Valdivia`. */
export function formatAddress({ street, number, apartment, commune }: Address): string {
  const parts = [`${street}${number === undefined ? "" : ` ${number}`}`, apartment, commune.name];
  return parts.filter((part) => part !== undefined && part !== "").join(", ");
}
