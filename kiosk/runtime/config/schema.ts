import { z } from "zod";
import { DEVICE_KINDS } from "../../../base/contracts/device-status.ts";
import { LOCALES } from "../../../base/contracts/view.ts";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "lower-case letters, digits and hyphens, at most 40");
const path = z.string().min(1);
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/?$/;
const port = z.number().int().min(0).max(65_535);

const deviceSchema = z.strictObject({
  /** Unique on this kiosk. */
  id: name,
  kind: z.enum(DEVICE_KINDS),
  /** Names the driver, e.g. `transbank-autoservicio`. */
  model: z.string().min(1),
  /**
   * Device file, `host:port` of a device on the network, a UPS as `name@host:port`, or how the name of a PC/SC reader
   * begins, `*` for any; no driver opens a port that is not written here.
   */
  port: path,
  /** Bits per second, where the model's own default is not right. */
  baud: z.number().int().min(300).max(4_000_000).optional(),
  /** Seconds that a payment terminal has for one sale, from taking it to its answer; absent: the model's own. */
  saleWithin: z.number().min(10).max(600).optional(),
  /** Folder or file of a chip card reader's trusted country signing authorities: CSCA certificates and master lists, PEM or DER. */
  trust: path.optional(),
});
export type DeviceConfig = z.infer<typeof deviceSchema>;

/** The runtime's configuration file. Relative paths are relative to the file. */
export const configSchema = z.strictObject({
  kiosk: z.strictObject({
    id: name,
    /** What the place is called for people, e.g. `ChileAtiende Santiago Centro`. */
    place: z.string().min(1).max(80),
    /** Millimetres. */
    screenWidth: z.number().min(50).max(3_000),
    /** Whether the institutions behind the gateway are simulated; every paper says so then. */
    demo: z.boolean().default(false),
  }),
  locales: z.array(z.enum(LOCALES)).min(1).default(["es", "en"]),
  /** Seconds. */
  timeouts: z
    .strictObject({
      /** Without a touch until the citizen is asked whether they are still there. */
      idle: z.number().min(20).max(600).default(60),
      /** That the question stands; WCAG 2.2.1 asks for 20 at least. */
      grace: z.number().min(20).max(120).default(30),
      /** That the last page stays. */
      finish: z.number().min(5).max(120).default(20),
    })
    .default({ idle: 60, grace: 30, finish: 20 }),
  devices: z.array(deviceSchema).superRefine((devices, context) => {
    const seen = new Set<string>();
    for (const [index, device] of devices.entries()) {
      for (const [field, value] of [
        ["id", device.id],
        ["port", device.port],
      ] as const) {
        const key = `${field} ${value}`;
        if (seen.has(key))
          context.addIssue({
            code: "custom",
            path: [index, field],
            message: `two devices have the ${field} ${JSON.stringify(value)}; each needs its own`,
          });
        seen.add(key);
      }
      if (device.trust !== undefined && device.kind !== "chip-card-reader")
        context.addIssue({
          code: "custom",
          path: [index, "trust"],
          message: `is for a chip-card-reader only, and this is a ${device.kind}`,
        });
    }
  }),
  gateway: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }),
      /** PEM files: the authority that the gateway's certificate comes from, and the kiosk's own identity. */
      ca: path.optional(),
      certificate: path.optional(),
      key: path.optional(),
    })
    .superRefine(({ url, ca, certificate, key }, context) => {
      const plain = url.startsWith("http:");
      if (plain && !LOOPBACK.test(url))
        context.addIssue({
          code: "custom",
          path: ["url"],
          message: "plain http is allowed on loopback only; use https",
        });
      for (const [name, value] of Object.entries({ ca, certificate, key }))
        if (!plain && value === undefined)
          context.addIssue({
            code: "custom",
            path: [name],
            message: "is missing; https needs ca, certificate and key",
          });
    }),
  /** Directory of the journal. */
  data: path,
  view: z.strictObject({
    /** Loopback TCP port; 0 takes a free one. */
    port: port.default(4100),
    /** Unix socket for shells that are not a browser. */
    socket: path.optional(),
    /** Whether `GET /` hands out the session cookie by itself: for the demo. Otherwise `/?token=…` is required. */
    openPage: z.boolean().default(false),
    /** File of this boot's token, readable by the owner only. A token that is there is kept: put it where a boot begins empty. */
    tokenFile: path.optional(),
    /** Directory of the built user interface. */
    bundle: path,
  }),
  /** Unix socket of the control interface, for the fleet agent and the technician's tool; absent: there is none. */
  control: z.strictObject({ socket: path }).optional(),
  /** Directory of the service definitions. */
  services: path,
});
export type Config = z.infer<typeof configSchema>;
