import { z } from "zod";
import { intervals } from "../base/contracts/fleet/desired.ts";

const path = z.string().min(1);
const port = z.number().int().min(0).max(65_535);

/** The fleet server's configuration file (JSON or YAML). Relative paths are relative to the file. */
export const settingsSchema = z.strictObject({
  /** Embedded database, keys, certificates: whatever must outlive a restart and is not in a database server. */
  stateDirectory: path,
  /** `postgres://…`; absent: PGlite in `stateDirectory`. `DATABASE_URL` wins over it. */
  database: z.string().optional(),
  console: z.strictObject({
    host: z.string().default("127.0.0.1"),
    port: port.default(4200),
    /** Address under which staff reach it, for OIDC and cookies; absent: that of the listener. */
    publicUrl: z.url().optional(),
    /** Built console; absent: the API alone. */
    bundle: path.optional(),
  }),
  devices: z.strictObject({
    host: z.string().default("127.0.0.1"),
    port: port.default(4201),
    /** Address under which kiosks reach it; absent: that of the listener. */
    publicUrl: z.url().optional(),
    /** Further DNS names and addresses that kiosks reach it by, for the certificate from the fleet's own CA. */
    names: z.array(z.string().min(1)).default([]),
    /** Server certificate and key, PEM; absent: one from the fleet's own CA for loopback. */
    tls: z.strictObject({ certificate: path, key: path }).optional(),
    /** Plain HTTP behind a proxy that ends TLS; signatures still name and protect every request. */
    plain: z.boolean().default(false),
    /** Refuse a request whose connection showed no client certificate. */
    requireClientCertificate: z.boolean().default(false),
  }),
  /** Directory of the update repository: metadata and targets, static files. */
  repository: path,
  /** Directory of the online keys (director, snapshot, timestamp, CA); made with new keys when missing. */
  keys: path,
  oidc: z
    .strictObject({
      issuer: z.url(),
      clientId: z.string(),
      clientSecret: z.string().optional(),
      label: z.string().default("Single sign-on"),
      /** What is asked for; some providers tell groups only when their own scope is here. */
      scope: z.string().default("openid profile"),
      /** Claim that lists groups, and the role that each group gives. */
      groupsClaim: z.string().default("groups"),
      roles: z.record(z.string(), z.string()),
    })
    .optional(),
  /** File that receives the address for kiosks once the server listens, for scripts that let it choose a port. */
  addressFile: path.optional(),
  /** Local accounts shown on the sign-in page, and no need for secrets: never outside a demonstration. */
  demo: z.boolean().default(false),
  /**
   * `GET /metrics` of the console's listener. Without a token it answers to this machine alone, and not at all where
   * `console.publicUrl` says that a proxy brings others.
   */
  metrics: z.strictObject({ token: z.string().min(16).optional() }).prefault({}),
  /** Seconds. */
  intervals: z
    .strictObject({
      desired: intervals.desired.default(300),
      heartbeat: intervals.heartbeat.default(60),
      machine: intervals.machine.default(900),
      /** Without a word until a kiosk counts as silent. */
      silent: z.number().int().default(180),
    })
    .prefault({}),
  /** Days. */
  certificateLife: z.number().int().min(1).max(825).default(90),
});
export type Settings = z.infer<typeof settingsSchema>;
