import { closeSync, openSync, writeSync } from "node:fs";
import { systemClock } from "../../base/node/system-clock.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { TraceHeader } from "../transport/trace/format.ts";
import { TraceRecorder } from "../transport/trace/recorder.ts";
import { HIDE_ALL, SHOW_ALL } from "../transport/trace/redaction.ts";
import type { Invocation } from "./arguments.ts";
import { type CliKind, UsageError } from "./kind.ts";
import { type Reach, seededRandom } from "./reach.ts";

/** A command that is being recorded into a file. */
export type Recording = {
  readonly reach: Reach;
  /** Closes the file. @returns what the user is told of it. */
  readonly end: () => Record<string, unknown>;
};

/**
 * Begins a trace for `--trace`. Readable by the owner only, and never over a file that is there: it may be the only proof of a fault that
 * comes once a month.
 *
 * @throws UsageError when the file cannot be made.
 */
export function startRecording(kind: CliKind, invocation: Invocation): Recording | undefined {
  const { trace, model } = invocation;
  if (trace === undefined) return undefined;
  if (trace.raw && kind.neverRaw !== undefined) throw new UsageError(`--raw: ${kind.neverRaw}`);
  let file: number;
  try {
    file = openSync(trace.file, "wx", 0o600);
  } catch (error) {
    throw new UsageError(`--trace ${trace.file}: ${error instanceof Error ? error.message : error}`);
  }
  const seed = Math.floor(Math.random() * 2 ** 32);
  const header: TraceHeader = {
    ...{ trace: 1, kind: kind.kind, model, content: trace.raw ? "raw" : "masked" },
    ...{ startedAt: systemClock.now(), seed, command: commandOf(invocation, trace.raw) },
  };
  const recorder = new TraceRecorder({
    header,
    clock: systemClock,
    redaction: trace.raw ? SHOW_ALL : (kind.redaction?.(model) ?? HIDE_ALL),
    write: (line) => void writeSync(file, line),
  });
  return {
    reach: { clock: systemClock, random: seededRandom(seed), channel: (open) => recorder.wrap(open) },
    end: () => {
      closeSync(file);
      const { code, message } = coded("trace.not-written", trace.file);
      const failure = recorder.state === "failed" ? { code, message } : {};
      const { connections, state } = recorder;
      return { event: "trace", file: trace.file, content: header.content, connections, state, ...failure };
    },
  };
}

function commandOf({ name, command, port, options }: Invocation, raw: boolean): NonNullable<TraceHeader["command"]> {
  const kept: { [name: string]: string | boolean } = {};
  const withheld: string[] = [];
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!raw && command.options[option]?.personal === true) withheld.push(option);
    else kept[option] = value;
  }
  return { name, port, options: kept, withheld };
}
