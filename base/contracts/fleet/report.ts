import { z } from "zod";
import { commandReportSchema } from "./command.ts";
import { instantSchema } from "./names.ts";
import { stateSectionsSchema } from "./state.ts";

/**
 * `POST /device/v1/reports` with a `ReportBatch`, answered by a `ReportAnswer`.
 *
 * Each report has the next number of its kiosk's stream; the server takes what is above its high-water mark and acknowledges
 * the mark, so that a repeat is harmless. A stream is born with the agent's database: a kiosk that is installed anew starts
 * a new stream at 1. An old number with another content, or a return to an older stream, shows a cloned identity (409).
 */
const common = {
  /** From 1, without gaps. */
  sequence: z.number().int().positive(),
  /** When it happened, by the kiosk's clock. */
  at: instantSchema,
};

/** Ended journeys by hour, service and result: adds to what the server has. */
export const counterSchema = z.strictObject({
  /** Start of the hour, UTC. */
  hour: instantSchema,
  service: z.string().max(120),
  result: z.string().max(60),
  count: z.number().int().positive(),
  /** Sum of the durations, whole seconds. */
  seconds: z.number().int().nonnegative(),
});
export type Counter = z.infer<typeof counterSchema>;

export const reportSchema = z.discriminatedUnion("type", [
  z.strictObject({ ...common, type: z.literal("state"), state: stateSectionsSchema }),
  /** Something that happened once; `event` and `fields` are of the log-event registry. */
  z.strictObject({
    ...common,
    type: z.literal("event"),
    event: z.string().max(60),
    fields: z.record(z.string(), z.union([z.string().max(300), z.number(), z.boolean()])),
  }),
  z.strictObject({ ...common, type: z.literal("counters"), counters: z.array(counterSchema).max(200) }),
  z.strictObject({ ...common, type: z.literal("command"), command: commandReportSchema }),
  z.strictObject({ ...common, type: z.literal("update"), update: z.lazy(() => updateReportSchema) }),
]);
export type Report = z.infer<typeof reportSchema>;

/** How one try to reach a target ended. */
export const updateReportSchema = z.strictObject({
  target: z.string(),
  sha256: z.string(),
  /** Of the desired state. */
  attempt: z.number().int().positive().optional(),
  /** `rolled-back`: it was switched to and did not stand the trial. */
  result: z.enum(["installed", "failed", "rolled-back"]),
  code: z.string().optional(),
  message: z.string().max(500).optional(),
  /** Bytes fetched and seconds taken; seconds of dark screen for a release. */
  bytes: z.number().int().optional(),
  seconds: z.number().optional(),
  darkSeconds: z.number().optional(),
});
export type UpdateReport = z.infer<typeof updateReportSchema>;

export const MAX_BATCH = 500;
/** Bytes of one request body. */
export const MAX_BODY = 1_048_576;

export const reportBatchSchema = z.strictObject({
  /** UUID of the agent's database. */
  stream: z.uuid(),
  /** Number of this start of the agent; grows with every start. */
  session: z.number().int().positive(),
  reports: z.array(reportSchema).max(MAX_BATCH),
});
export type ReportBatch = z.infer<typeof reportBatchSchema>;

/** An empty batch is a heartbeat. */
export const reportAnswerSchema = z.strictObject({
  /** Highest number taken of this stream; 0 for none. */
  acknowledged: z.number().int().nonnegative(),
  now: instantSchema,
  /** ETag of the desired state: another than the agent's own says that a fetch is worth it. */
  desired: z.string(),
  /** The server lacks earlier sections (its store was restored): report every section whole. */
  resend: z.boolean(),
});
export type ReportAnswer = z.infer<typeof reportAnswerSchema>;
