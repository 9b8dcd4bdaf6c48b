import { execFile } from "node:child_process";
import { open } from "node:fs/promises";
import type { Clock } from "../../base/clock.ts";
import type { LogUpload } from "../../base/contracts/fleet/command.ts";
import type { KioskPart } from "../../base/contracts/fleet/names.ts";
import { MAX_BODY } from "../../base/contracts/fleet/report.ts";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { FieldKind } from "../../base/registry/entry.ts";
import { EVENTS, type EventId } from "../../base/registry/events.ts";
import { err, ok, type Result } from "../../base/result.ts";

export type LogRecords = LogUpload["records"];

/** What is read of a log at most, bytes from its end. */
const MAX_READ = 4 * 1024 * 1024;
/** Room for the envelope. */
const MAX_UPLOAD = MAX_BODY - 16_384;
const JOURNAL_WITHIN = 20_000;
const NAME = /^[a-z0-9][a-z0-9._-]{0,39}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const MAX_TEXT = 300;

/**
 * The last `lines` log records of a part that a fleet may see: registered events with the fields that the registry allows and of
 * the kinds that it says. Whatever else a process wrote stays on the kiosk.
 *
 * @param file JSON-lines file; absent: systemd's journal of the part's unit.
 */
export async function gatherLogs(
  part: KioskPart,
  lines: number,
  file: string | undefined,
  clock: Clock,
  signal: AbortSignal,
): Promise<Result<LogUpload, CodedError>> {
  try {
    const text = file === undefined ? await journal(part, lines, signal) : await tail(file);
    const records = allowedRecords(text.split("\n")).slice(-lines);
    return ok({ part, records: withinBody(records), takenAt: Math.round(clock.now()) });
  } catch (error) {
    return err(coded("agent.logs-unreadable", `${part}: ${codeOf(error)}`));
  }
}

/** Every line that is a log record of the registry, with nothing but what the registry allows. */
export function allowedRecords(lines: readonly string[]): LogRecords {
  return lines.flatMap((line) => {
    const record = line === "" ? undefined : allowedRecord(parseJson(line));
    return record === undefined ? [] : [record];
  });
}

function allowedRecord(value: unknown): LogRecords[number] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { event, time, part, fields } = value as Readonly<Record<string, unknown>>;
  if (typeof event !== "string" || !Object.hasOwn(EVENTS, event)) return undefined;
  const entry = EVENTS[event as EventId];
  const given = typeof fields === "object" && fields !== null ? (fields as Readonly<Record<string, unknown>>) : {};
  const allowed: LogRecords[number] = {};
  for (const [name, kind] of Object.entries<FieldKind>(entry.fields)) {
    const field = Object.hasOwn(given, name) ? fieldOf(kind, given[name]) : undefined;
    if (field !== undefined) allowed[name] = field;
  }
  return {
    ...allowed,
    ...(typeof time === "string" && TIME.test(time) ? { time } : {}),
    level: entry.level,
    ...(typeof part === "string" && NAME.test(part) ? { part } : {}),
    event,
  };
}

function fieldOf(kind: FieldKind, value: unknown): string | number | boolean | undefined {
  if (kind === "flag") return typeof value === "boolean" ? value : undefined;
  if (kind === "count" || kind === "pesos" || kind === "milliseconds")
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  return typeof value === "string" ? value.slice(0, MAX_TEXT) : undefined;
}

/** The newest that one request body takes. */
function withinBody(records: LogRecords): LogRecords {
  let bytes = 0;
  let from = records.length;
  while (from > 0) {
    bytes += Buffer.byteLength(JSON.stringify(records[from - 1])) + 1;
    if (bytes > MAX_UPLOAD) break;
    from--;
  }
  return records.slice(from);
}

async function tail(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const length = Math.min(size, MAX_READ);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A record may take several lines of what a part wrote beside its log. */
const LINES_PER_RECORD = 2;

function journal(part: KioskPart, lines: number, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile(
    "journalctl",
    ["-o", "cat", "-u", `ventanilla-${part}`, "-n", String(lines * LINES_PER_RECORD), "--no-pager", "-q"],
    { signal, timeout: JOURNAL_WITHIN, maxBuffer: 2 * MAX_READ, encoding: "utf8" },
    (error, stdout) => (error === null ? resolve(stdout) : reject(error)),
  );
  return promise;
}

function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
