import { type DestinationStream, destination, pino, stdTimeFunctions } from "pino";
import { createLogger, type Logger } from "../log.ts";
import { EVENTS } from "../registry/events.ts";

/**
 * A logger that writes one JSON line per event: `time` (ISO 8601, UTC), `level`, `part`, `event`, `fields`, and the
 * event's `meaning` for people.
 *
 * @param part the process that speaks, e.g. `gateway`.
 * @param stream standard error unless given: standard output belongs to what a program says to its caller.
 */
export function createProcessLogger(part: string, stream?: DestinationStream): Logger {
  const writer = pino(
    {
      level: "debug",
      base: null,
      messageKey: "meaning",
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    // Synchronous, so that the last line before a crash is not lost.
    stream ?? destination({ dest: 2, sync: true }),
  );
  return createLogger(part, (record) => {
    const entry = EVENTS[record.event];
    writer[entry.level]({ part: record.part, event: record.event, fields: record.fields }, entry.meaning);
  });
}
