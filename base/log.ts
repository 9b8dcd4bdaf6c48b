import { EVENTS, type EventFields, type EventId } from "./registry/events.ts";

/** Where a log record ends up; `base/node/log.ts` writes JSON lines, tests collect. */
export type LogSink = (record: LogRecord) => void;

export type LogRecord = {
  readonly event: EventId;
  readonly level: string;
  readonly part: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
};

export type Logger = <I extends EventId>(event: I, fields?: EventFields<I>) => void;

/**
 * A logger that lets through only the fields that the event registry allows: personal data cannot reach a log
 * by a spread object or a wide type.
 *
 * @param part the process or device that speaks, e.g. `runtime` or `payment-terminal`.
 */
export function createLogger(part: string, sink: LogSink): Logger {
  return (event, fields) => {
    const entry = EVENTS[event];
    const allowed: Record<string, string | number | boolean> = {};
    for (const [name, value] of Object.entries(fields ?? {})) {
      if (!Object.hasOwn(entry.fields, name)) continue;
      if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") allowed[name] = value;
    }
    sink({ event, level: entry.level, part, fields: allowed });
  };
}

export const silentLogger: Logger = () => {};
