import type { Clock } from "../../base/clock.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { type CommandLine, type Invocation, parseInvocation, splitCommandLine } from "./arguments.ts";
import { commandHelp, generalHelp, kindHelp } from "./help.ts";
import { type CliKind, type CliOutcome, type FailedOutcome, UsageError } from "./kind.ts";
import { Output } from "./output.ts";
import type { Reach } from "./reach.ts";
import { startRecording } from "./recording.ts";
import { readTrace, recordedInvocation, replayCommand } from "./replaying.ts";

const EXIT_STATUS = { ok: 0, error: 1, unknown: 2 } as const;
const BAD_USAGE = 64;
/** Stands where a kind would. */
const REPLAY = "replay";
/** A command that was told to stop may still ask its device what became of a doubt; then it is stopped hard. */
const GRACE = 3_000;
/** Within this a second signal is the first one by another way: Ctrl-C reaches the group, and npm passes it on as well. */
const SAME_SIGNAL = 500;

/** What the CLI has of the outside world; the process's own in `main.ts`. */
export type CliSurroundings = {
  readonly kinds: readonly string[];
  /** @throws UsageError when there is no such kind. */
  readonly loadKind: (name: string) => Promise<CliKind>;
  readonly clock: Clock;
  readonly out: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Calls `stop` with the signal's name whenever somebody wants the program to end. */
  readonly onStop: (stop: (signal: string) => void) => void;
};

/** Runs one command line. @returns the exit status. Never rejects. */
export async function runCli(args: readonly string[], surroundings: CliSurroundings): Promise<number> {
  const { kinds, loadKind, out, complain } = surroundings;
  const output = new Output(args.includes("--json"), out);
  const help = (text: string) => {
    out(`${text}\n`);
    return EXIT_STATUS.ok;
  };
  /** People are told on standard error, programs by an outcome line. */
  let asked = "";
  const badUsage = (complaint: string, outcome: FailedOutcome) => {
    complain(`driver: ${complaint}\nTry: npm run driver -- ${asked}--help\n`);
    if (output.json) output.outcome(outcome);
    return BAD_USAGE;
  };
  const finish = (outcome: CliOutcome) => {
    if (outcome.outcome === "error" && outcome.error.code === "common.bad-input")
      return badUsage(outcome.error.message, outcome);
    output.outcome(outcome);
    return EXIT_STATUS[outcome.outcome];
  };
  try {
    const line = splitCommandLine(args);
    if (line.kind === undefined || (line.kind === REPLAY && line.help)) {
      if (!line.help) throw new UsageError(`no kind given; kinds: ${kinds.join(", ")}`);
      return help(generalHelp(kinds));
    }
    if (line.kind === REPLAY) return finish(await replay(line, output, surroundings));
    const kind = await loadKind(line.kind);
    const command = Object.keys(kind.commands).find((name) => name === line.command);
    asked = command === undefined ? `${kind.kind} ` : `${kind.kind} ${command} `;
    if (line.help) return help(command === undefined ? kindHelp(kind) : commandHelp(kind, command));
    return finish(await runRecorded(kind, parseInvocation(kind, line), output, surroundings));
  } catch (error) {
    if (error instanceof UsageError)
      return badUsage(error.message, { outcome: "error", error: coded("common.bad-input", error.message) });
    // What an unexpected error interrupted may have had an effect.
    complain(`${error instanceof Error ? error.stack : String(error)}\n`);
    const outcome = { outcome: "unknown", error: coded("common.defect", String(error)) } as const;
    output.outcome(outcome);
    return EXIT_STATUS.unknown;
  }
}

/** With `--trace`, records what passes on the line meanwhile. */
async function runRecorded(
  kind: CliKind,
  invocation: Invocation,
  output: Output,
  surroundings: CliSurroundings,
): Promise<CliOutcome> {
  const recording = startRecording(kind, invocation);
  if (recording === undefined) return await runCommand(invocation, output, surroundings);
  try {
    return await runCommand(invocation, output, surroundings, recording.reach);
  } finally {
    output.event(recording.end());
  }
}

/** `replay F`: the recorded command on the recorded device, in simulated time. */
async function replay(line: CommandLine, output: Output, surroundings: CliSurroundings): Promise<CliOutcome> {
  if (line.command === undefined) throw new UsageError("replay needs a trace file");
  const trace = readTrace(line.command);
  if (!trace.ok) return { outcome: "error", error: trace.error };
  const kind = await surroundings.loadKind(trace.value.header.kind);
  const invocation = recordedInvocation(kind, trace.value, line.rest);
  return await replayCommand(kind, trace.value, (reach, onStop) => {
    const stops = (stop: (signal: string) => void) => {
      onStop(stop);
      surroundings.onStop(stop);
    };
    return runCommand(invocation, output, { clock: reach.clock, onStop: stops }, reach);
  });
}

async function runCommand(
  { command, model, port, timeout, options }: Invocation,
  output: Output,
  { clock, onStop }: Pick<CliSurroundings, "clock" | "onStop">,
  reach?: Reach,
): Promise<CliOutcome> {
  const stop = new AbortController();
  const { promise: stopped, resolve: stopHard } = Promise.withResolvers<CliOutcome>();
  let stoppedAt = 0;
  const giveUp = (code: "common.deadline" | "common.cancelled", detail: string) => {
    const outcome = {
      outcome: "unknown",
      error: coded(code, `${detail}; the command did not stop by itself`),
    } as const;
    if (stop.signal.aborted) return clock.monotonic() - stoppedAt > SAME_SIGNAL ? stopHard(outcome) : undefined;
    stoppedAt = clock.monotonic();
    stop.abort(code);
    clock.setTimeout(() => stopHard(outcome), GRACE);
  };
  if (timeout !== undefined) clock.setTimeout(() => giveUp("common.deadline", `--timeout ${timeout / 1_000}`), timeout);
  onStop((signal) => giveUp("common.cancelled", signal));

  const running = command.run({
    ...{ model, port, options, signal: stop.signal, event: (event) => output.event(event) },
    ...(reach === undefined ? {} : { reach }),
  });
  const outcome = await Promise.race([running, stopped]);
  if (outcome.outcome === "ok" || stop.signal.reason !== "common.deadline") return outcome;
  // The command saw only that it was cancelled; it was the deadline that cancelled it.
  return outcome.error.code === "common.cancelled"
    ? { ...outcome, error: coded("common.deadline", `--timeout ${(timeout ?? 0) / 1_000}`) }
    : outcome;
}
