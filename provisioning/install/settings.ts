import { z } from "zod";
import { DEVICE_KINDS } from "../../base/contracts/device-status.ts";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens, at most 40");
const path = z.string().min(1);

/** What an installation must be told of the kiosk: one file, for a script or the wizard. */
export const siteSchema = z.strictObject({
  kiosk: z.strictObject({
    id: name,
    place: z.string().min(1).max(80),
    /** Millimetres. */
    screenWidth: z.number().min(50).max(3_000),
    demo: z.boolean().default(false),
  }),
  /** IANA name: papers carry the wall clock of where the kiosk stands. */
  timezone: z.string().regex(/^[A-Za-z]+(?:\/[A-Za-z_+-]+)*$/),
  /** As in the runtime's configuration; empty until `devices` has found them. */
  devices: z
    .array(
      z.strictObject({
        id: name,
        kind: z.enum(DEVICE_KINDS),
        model: z.string().min(1),
        port: path,
        baud: z.number().int().optional(),
        saleWithin: z.number().optional(),
        authority: path.optional(),
        keys: path.optional(),
        wiring: z.union([path, z.looseObject({})]).optional(),
      }),
    )
    .default([]),
  gateway: z.strictObject({
    url: z.url({ protocol: /^https$/ }),
    ca: path.optional(),
    certificate: path.optional(),
    key: path.optional(),
  }),
  fleet: z.strictObject({ server: z.url({ protocol: /^https?$/ }), ca: path.optional() }).optional(),
});
export type Site = z.infer<typeof siteSchema>;
