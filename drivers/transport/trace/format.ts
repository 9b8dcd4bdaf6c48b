import { z } from "zod";
import { parseJson } from "../../../base/json.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";

/** Milliseconds since the recording began, by a clock that never jumps. */
const at = z.number().min(0);
const hex = z.string().regex(/^(?:[0-9a-f]{2})+$/);

/** First line of a trace file. */
export const traceHeaderSchema = z.strictObject({
  /** Version of the format. */
  trace: z.literal(1),
  kind: z.string(),
  model: z.string(),
  /** `masked`: by the kind's redaction rule; `raw`: every byte as it was, personal data and card data too. */
  content: z.enum(["masked", "raw"]),
  /** Milliseconds since the Unix epoch, for drivers that look at the calendar. */
  startedAt: z.number(),
  /** Where the driver's random numbers began. */
  seed: z.number().int().min(0),
  /** The command line that was recorded; absent where a program recorded. Of what may be personal a masked trace has the names only. */
  command: z
    .strictObject({
      name: z.string(),
      /** What some drivers tell their device of the way to it; a replay opens nothing there. */
      port: z.string().optional(),
      options: z.record(z.string(), z.union([z.string(), z.boolean()])),
      withheld: z.array(z.string()),
    })
    .optional(),
});
export type TraceHeader = z.infer<typeof traceHeaderSchema>;

/** Every further line: something that happened on the channel. `out` is what the driver sent, `in` what the device sent. */
export const traceEventSchema = z.discriminatedUnion("event", [
  z.strictObject({ at, event: z.literal("refused"), code: z.enum(["link.absent", "link.refused"]) }),
  z.strictObject({ at, event: z.literal("open") }),
  z.strictObject({ at, event: z.literal("out"), hex }),
  /** The line has taken a write. Writes are counted from 0 in each connection. */
  z.strictObject({ at, event: z.literal("sent"), write: z.number().int().min(0), failed: z.boolean().optional() }),
  z.strictObject({ at, event: z.literal("in"), hex }),
  z.strictObject({ at, event: z.literal("closed"), by: z.enum(["driver", "device"]) }),
  /** The file had reached its limit: what came afterwards is not in it. */
  z.strictObject({ at, event: z.literal("full") }),
]);
export type TraceEvent = z.infer<typeof traceEventSchema>;

export type Trace = {
  readonly header: TraceHeader;
  /** In the order in which they happened, with the line of the file on which each stands, counted from 1. */
  readonly events: readonly { readonly line: number; readonly event: TraceEvent }[];
};

/** Reads a trace file. A last line without its end is what a killed program leaves, and is passed over. */
export function parseTrace(text: string): Result<Trace, CodedError<"trace.unreadable">> {
  const lines = text.split("\n").slice(0, -1);
  const header = traceHeaderSchema.safeParse(parseJson(lines[0] ?? ""));
  if (!header.success) return err(coded("trace.unreadable", `line 1: ${header.error.issues[0]?.message}`));
  const events: Trace["events"][number][] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const event = traceEventSchema.safeParse(parseJson(line));
    if (!event.success) return err(coded("trace.unreadable", `line ${index + 1}: ${event.error.issues[0]?.message}`));
    events.push({ line: index + 1, event: event.data });
  }
  return ok({ header: header.data, events });
}
