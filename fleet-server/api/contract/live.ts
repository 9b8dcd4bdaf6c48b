import { z } from "zod";

/**
 * `GET /api/v1/live`, server-sent events. They say *that* something changed, never what: the console asks again for what it
 * shows, so that a lost event costs a moment and no truth. Events of one kind are joined, at most two a second.
 */
export const liveEventSchema = z.discriminatedUnion("type", [
  /** The ids, or none for "many". */
  z.strictObject({ type: z.literal("kiosks"), kiosks: z.array(z.string()).max(100) }),
  z.strictObject({ type: z.literal("rollouts") }),
  z.strictObject({ type: z.literal("enrolments") }),
  z.strictObject({ type: z.literal("targets") }),
]);
export type LiveEvent = z.infer<typeof liveEventSchema>;
