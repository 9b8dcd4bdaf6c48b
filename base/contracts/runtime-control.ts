import { z } from "zod";
import { deviceStatusSchema } from "./device-status.ts";

/**
 * What the kiosk's runtime offers to the fleet agent and the technician's tool: HTTP on a unix socket that only their
 * users may open. Bodies are JSON, failures a `ControlFailure` with status 4xx or 5xx. Nothing here names a citizen.
 *
 * - `GET /v1/status` one `RuntimeStatus`;
 * - `GET /v1/watch` newline-delimited `RuntimeStatus`: one at once, one on each change, one every 15 s without change;
 * - `POST /v1/mode` (`ModeRequest`) asks for a mode and answers the `RuntimeStatus`; a citizen who is being served is never
 *   interrupted: `draining` and `maintenance` take effect when `serving` is false;
 * - `POST /v1/devices/<id>/test` (`DeviceTestRequest`) answers a `DeviceTestResult`; refused while a citizen is served;
 * - `POST /v1/devices/<id>/reset` (`{}`) closes the device's line, resets it, and answers a `DeviceTestResult`; refused while a citizen is
 *   served and while money may be moving;
 * - `POST /v1/services` (`ServicesRequest`) loads the service definitions of a directory, checks them, and offers them from the
 *   next citizen on; a directory with a mistake changes nothing;
 * - `POST /v1/packages` (`packageRequestSchema`) verifies, proves and stores a service package that an author signed, and offers it from the next
 *   citizen on; what is refused changes nothing;
 * - `GET /v1/journeys?after=<cursor>&limit=<n>` ended journeys in the order of their end (`JourneyPage`).
 */

export const KIOSK_MODES = ["in-service", "draining", "maintenance"] as const;

/**
 * What is wrong with the disk below the journal: no space left, not to be written, errors, or pages that cannot be read. While there is one,
 * nobody is served.
 */
export const STORAGE_FAULTS = ["full", "read-only", "failing", "damaged"] as const;
export type StorageFault = (typeof STORAGE_FAULTS)[number];

/** Why a service, or the whole kiosk, cannot serve now. */
export const obstacleSchema = z.discriminatedUnion("kind", [
  /** No device of this kind can serve. */
  z.strictObject({ kind: z.literal("device"), device: z.string() }),
  z.strictObject({ kind: z.literal("institution"), institution: z.string() }),
  /** A service that works off line cannot now: the outbox is full, or the gateway's key is not known. */
  z.strictObject({ kind: z.literal("outbox") }),
  /** An earlier citizen's effects are still being settled. */
  z.strictObject({ kind: z.literal("settling") }),
  /** The kiosk runs on its battery: no new payment is begun, and at its end nothing is. */
  z.strictObject({ kind: z.literal("power") }),
  /** A service door is open: somebody works in the kiosk, or should not. */
  z.strictObject({ kind: z.literal("door") }),
  /** The kiosk cannot write down what it is about to do; `damaged`: an earlier journal lies in quarantine, and no payment is taken. */
  z.strictObject({ kind: z.literal("storage"), fault: z.enum(STORAGE_FAULTS) }),
  z.strictObject({ kind: z.literal("mode"), mode: z.enum(KIOSK_MODES) }),
]);
export type Obstacle = z.infer<typeof obstacleSchema>;

export const offeredServiceSchema = z.strictObject({
  /** `<institution>/<service>`. */
  id: z.string(),
  /** Of the service package; `built-in` for what came with the release, `local <version>` for what was installed at the kiosk. */
  version: z.string(),
  available: z.boolean(),
  obstacles: z.array(obstacleSchema),
});

/** What waits on the kiosk for the gateway. Nothing in it tells whose it is. */
export const outboxStatusSchema = z.strictObject({
  waiting: z.number().int(),
  /** When the one that waits longest was accepted, milliseconds since the Unix epoch by the kiosk's clock. */
  oldestAt: z.number().nullable(),
  /** Refused for ever; each is an incident. */
  refused: z.number().int(),
  /** Whether something more may wait. */
  open: z.boolean(),
});

export const runtimeStatusSchema = z.strictObject({
  kiosk: z.string(),
  /** Of the release. */
  version: z.string(),
  /** New at every start of the process. */
  boot: z.string(),
  /** Milliseconds since the Unix epoch. */
  startedAt: z.number(),
  mode: z.enum(KIOSK_MODES),
  /** A citizen is being served. */
  serving: z.boolean(),
  /** Nobody is served now, whatever the services say. */
  closed: z.array(obstacleSchema),
  /** Screens connected to the view. */
  shells: z.number().int(),
  devices: z.array(deviceStatusSchema),
  /** By id, e.g. `fonasa`: whether the gateway reaches it. */
  institutions: z.record(z.string(), z.boolean()),
  gatewayReachable: z.boolean(),
  services: z.array(offeredServiceSchema),
  /** Incidents that the gateway has not taken yet. */
  incidentsWaiting: z.number().int(),
  /** Absent from a runtime of an earlier release. */
  outbox: outboxStatusSchema.optional(),
  /** Resident set, bytes. */
  memory: z.number().int(),
});
export type RuntimeStatus = z.infer<typeof runtimeStatusSchema>;

export const modeRequestSchema = z.strictObject({ mode: z.enum(KIOSK_MODES) });
export type ModeRequest = z.infer<typeof modeRequestSchema>;

export const deviceTestRequestSchema = z.strictObject({ test: z.enum(["self-test", "test-print"]) });
export type DeviceTestRequest = z.infer<typeof deviceTestRequestSchema>;

export const deviceResetRequestSchema = z.strictObject({});

export const deviceTestResultSchema = z.strictObject({
  outcome: z.enum(["ok", "error", "unknown"]),
  /** Registered error code, when the outcome is not ok. */
  code: z.string().optional(),
  message: z.string().optional(),
  status: deviceStatusSchema,
});
export type DeviceTestResult = z.infer<typeof deviceTestResultSchema>;

export const servicesRequestSchema = z.strictObject({
  /** Holds `<institution>/<service>/service.yaml` and, beside it or above, `package.json` with the package's version. */
  directory: z.string(),
  /** Version by service id; a service that is not named counts as `built-in`. */
  versions: z.record(z.string(), z.string()),
});
export type ServicesRequest = z.infer<typeof servicesRequestSchema>;

export const packageRequestSchema = z.strictObject({
  /** `<institution>.<service>-<version>.service.json`, readable by the runtime's user. */
  file: z.string(),
});

/** One ended journey, as far as a fleet may know of it. */
export const endedJourneySchema = z.strictObject({
  /** Grows by the order of the ends. */
  cursor: z.number().int(),
  service: z.string(),
  result: z.string(),
  startedAt: z.number(),
  endedAt: z.number(),
});
export const journeyPageSchema = z.strictObject({
  /** New when the journal is new: cursors of another journal mean nothing. */
  journal: z.string(),
  journeys: z.array(endedJourneySchema),
});
export type JourneyPage = z.infer<typeof journeyPageSchema>;

export const controlFailureSchema = z.strictObject({ code: z.string(), message: z.string() });
export type ControlFailure = z.infer<typeof controlFailureSchema>;
