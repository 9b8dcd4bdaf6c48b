import { readFileSync, statSync } from "node:fs";
import { SimulatedClock } from "../../base/clock.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, type Result } from "../../base/result.ts";
import { parseTrace, type Trace, type TraceHeader } from "../transport/trace/format.ts";
import { HIDE_ALL } from "../transport/trace/redaction.ts";
import { type Difference, TraceReplay } from "../transport/trace/replay.ts";
import { type Invocation, parseInvocation } from "./arguments.ts";
import { type CliKind, type CliOutcome, UsageError } from "./kind.ts";
import { type Reach, seededRandom } from "./reach.ts";

/** More than any recording of ours can be, bytes. */
const LONGEST_FILE = 64 * 1024 * 1024;
/** Simulated time passes in such steps, milliseconds. */
const STEP = 5;
/** A command has read its files and loaded its packages within this real time, milliseconds. */
const PREPARE_WITHIN = 10_000;
/** The recorded command had ended when the trace ends; one that still waits so much later waits for something else, milliseconds. */
const AFTER_THE_END = 10_000;

/** @throws UsageError when the file is not there. */
export function readTrace(file: string): ReturnType<typeof parseTrace> {
  try {
    if (statSync(file).size > LONGEST_FILE) return err(coded("trace.unreadable", `${file} is too long`));
    return parseTrace(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`replay ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * The recorded command line, with what the trace withholds taken from `words`.
 *
 * @throws UsageError when something is missing or does not fit.
 */
export function recordedInvocation(kind: CliKind, { header }: Trace, words: readonly string[]): Invocation {
  const { command, model } = header;
  if (command === undefined) throw new UsageError("this trace was recorded by a program: it holds no command to run");
  const { notReplayed } = Object.hasOwn(kind.commands, command.name) ? (kind.commands[command.name] ?? {}) : {};
  if (notReplayed !== undefined) throw new UsageError(`a trace of ${command.name} is not replayed: ${notReplayed}`);
  const missing = command.withheld.filter((name) => !words.some((word) => isOption(word, name)));
  if (missing.length > 0)
    throw new UsageError(
      `the trace keeps no ${missing.map((name) => `--${name}`).join(", ")}, which may be personal: give a text of the same shape`,
    );
  // What is given now stands in place of what was given then: a file may have another place.
  const rest = [...wordsOf(command, model).filter((word) => !words.some((given) => sameOption(given, word))), ...words];
  return parseInvocation(kind, { kind: kind.kind, command: command.name, rest, json: false, help: false });
}

function isOption(word: string, name: string): boolean {
  return word === `--${name}` || word.startsWith(`--${name}=`);
}

function sameOption(given: string, recorded: string): boolean {
  const [option = ""] = recorded.split("=");
  return isOption(given, option.slice("--".length));
}

function wordsOf({ options, port = "replay" }: NonNullable<TraceHeader["command"]>, model: string): string[] {
  const given = Object.entries(options).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
  return [`--model=${model}`, `--port=${port}`, ...given];
}

/**
 * Runs the command of a trace on the recorded device, as fast as the machine can.
 *
 * @param run runs the recorded command over `reach`; its signal is aborted by `stop`.
 * @returns the command's outcome; the first difference instead when there was one.
 */
export async function replayCommand(
  kind: CliKind,
  trace: Trace,
  run: (reach: Reach, onStop: (stop: (reason: string) => void) => void) => Promise<CliOutcome>,
): Promise<CliOutcome> {
  const { startedAt, seed, model } = trace.header;
  const clock = new SimulatedClock(startedAt);
  const replay = new TraceReplay(trace, { clock, redaction: kind.redaction?.(model) ?? HIDE_ALL });
  let stop = (_reason: string) => {};
  let differs = false;
  void replay.differed.then(() => {
    differs = true;
  });
  const running: { outcome?: CliOutcome; failed?: unknown } = {};
  const reach: Reach = { clock, random: seededRandom(seed), channel: () => replay.open };
  run(reach, (listener) => {
    stop = listener;
  }).then(
    (outcome) => {
      running.outcome = outcome;
    },
    (error: unknown) => {
      running.failed = error;
    },
  );
  const began = systemClock.monotonic();
  for (let overSince: number | undefined; running.outcome === undefined && running.failed === undefined; ) {
    overSince = replay.over ? (overSince ?? clock.monotonic()) : undefined;
    if (differs) stop("the trace differs");
    else if (overSince !== undefined && clock.monotonic() - overSince > AFTER_THE_END) stop("the trace has ended");
    // Files are read in real time, whatever the simulated clock says: it stands still until the command has come to its device.
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (replay.asked || systemClock.monotonic() - began > PREPARE_WITHIN) await clock.advance(STEP);
  }
  if (running.outcome === undefined) throw running.failed;
  const ended: Result<void, Difference> = replay.end();
  const usage = running.outcome.outcome === "error" && running.outcome.error.code === "common.bad-input";
  if (ended.ok || usage) return running.outcome;
  const { result } = running.outcome;
  return { outcome: "error", ...(result === undefined ? {} : { result }), error: ended.error };
}
