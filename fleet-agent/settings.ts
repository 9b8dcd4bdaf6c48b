import { z } from "zod";
import { KIOSK_PARTS } from "../base/contracts/fleet/names.ts";

const path = z.string().min(1);

/** The agent's configuration file (YAML). Relative paths are relative to the file. */
export const settingsSchema = z.strictObject({
  /** Address of the fleet server for devices, without a path. */
  server: z.url({ protocol: /^https?$/ }),
  /** PEM of the authority that the server's TLS certificate comes from; absent: the fleet's CA of the enrolment, and the system's. */
  serverCa: path.optional(),
  /** Directory of key, certificate and what came with the enrolment; mode 0700. */
  identity: path,
  /** Directory that receives `kiosk.crt`, `kiosk.key` and `ca.crt` (PEM, 0640) for the runtime, now and at each renewal. */
  credentials: path.optional(),
  /** Directory of the agent's database, update metadata, downloads and service packages. */
  data: path,
  /** Unix socket of the runtime's control interface. */
  runtimeSocket: path,
  guard: z.strictObject({
    /** Directory that requests are written to. */
    requests: path,
    /** The guard's state file. */
    state: path,
  }),
  /** Services that came with the release; packages are laid over them. */
  builtInServices: path,
  /** JSON-lines log file by part, where a part does not log to the journal of systemd (units `ventanilla-<part>`). */
  logs: z.partialRecord(z.enum(KIOSK_PARTS), path).default({}),
  /** Seconds. Overrides for tests and the demonstration; the server's desired state wins once it is known. */
  intervals: z
    .strictObject({
      desired: z.number().min(1).default(300),
      heartbeat: z.number().min(1).default(60),
      machine: z.number().min(1).default(900),
    })
    .prefault({}),
  /** Seconds that a release has to prove itself. */
  trial: z.number().min(5).default(300),
});
export type Settings = z.infer<typeof settingsSchema>;
