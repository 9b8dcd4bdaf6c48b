import { z } from "zod";
import { LOCALES } from "../../../base/contracts/view.ts";
import { type DeviceConfig, devicesSchema, name, path } from "./device-schema.ts";

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/?$/;
const port = z.number().int().min(0).max(65_535);

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
      /** That nobody stands before the presence sensor until the citizen is asked, beyond the time that the board needs to believe it. */
      away: z.number().min(1).max(600).default(5),
      /** That the question stands; WCAG 2.2.1 asks for 20 at least. */
      grace: z.number().min(20).max(120).default(30),
      /** That the last page stays. */
      finish: z.number().min(5).max(120).default(20),
    })
    .default({ idle: 60, away: 5, grace: 30, finish: 20 }),
  devices: devicesSchema,
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
  /** Public keys of those whose service packages this kiosk takes: what `npm run services -- keys show` prints. */
  authors: z.array(z.string().regex(/^[0-9a-f]{64}$/, "an author's key has 64 hex digits")).default([]),
});
type ConfigFile = z.infer<typeof configSchema>;
/** The configuration with its paths absolute, and with what its devices have in files of their own. */
export type Config = Omit<ConfigFile, "devices"> & { readonly devices: readonly DeviceConfig[] };
