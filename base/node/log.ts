import type { Clock } from "../clock.ts";
import type { LogSink } from "../log.ts";

/**
 * A sink that writes one JSON object a line: `{"time":…,"level":…,"part":…,"event":…,…fields}`.
 *
 * @param write takes one whole line, line end included, e.g. to standard output.
 */
export function jsonLinesSink(clock: Clock, write: (line: string) => void): LogSink {
  return ({ event, level, part, fields }) => {
    write(`${JSON.stringify({ time: new Date(clock.now()).toISOString(), level, part, event, ...fields })}\n`);
  };
}
