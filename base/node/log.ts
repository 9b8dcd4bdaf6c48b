import { writeSync } from "node:fs";
import { createLogger, type Logger } from "../log.ts";
import { EVENTS } from "../registry/events.ts";
import { systemClock } from "./system-clock.ts";

const STANDARD_ERROR = 2;

/** Takes whole lines, each with its end. */
export type LineStream = { write(line: string): void };

/**
 * A logger that writes one JSON line per event: `level`, `time` (ISO 8601, UTC), `part`, `event`, `fields`, and the
 * event's `meaning` for people.
 *
 * @param part the process that speaks, e.g. `gateway`.
 * @param stream standard error unless given: standard output belongs to what a program says to its caller.
 */
export function createProcessLogger(part: string, stream: LineStream = standardError): Logger {
  return createLogger(part, ({ level, event, fields, ...record }) => {
    const time = new Date(systemClock.now()).toISOString();
    const line = { level, time, part: record.part, event, fields, meaning: EVENTS[event].meaning };
    stream.write(`${JSON.stringify(line)}\n`);
  });
}

/** Milliseconds between two tries at a full pipe, and how many tries there are: whoever does not read must not stop a kiosk. */
const RETRY = { every: 5, times: 200 };

/** Synchronous, so that the last line before a crash is not lost. */
const standardError: LineStream = {
  write(line) {
    const bytes = Buffer.from(line);
    let written = 0;
    for (let tries = 0; written < bytes.length && tries < RETRY.times; tries++) {
      try {
        written += writeSync(STANDARD_ERROR, bytes, written);
      } catch (error) {
        // Nobody reads any more (EPIPE), or not now.
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY.every);
      }
    }
  },
};
