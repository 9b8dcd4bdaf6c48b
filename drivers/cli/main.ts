import { coded } from "../../base/registry/coded-error.ts";
import { type Invocation, parseInvocation, splitCommandLine } from "./arguments.ts";
import { commandHelp, generalHelp, kindHelp } from "./help.ts";
import { type CliOutcome, type FailedOutcome, UsageError } from "./kind.ts";
import { KIND_NAMES, loadKind } from "./kinds.ts";
import { Output } from "./output.ts";

const EXIT_STATUS = { ok: 0, error: 1, unknown: 2 } as const;
const BAD_USAGE = 64;
/** A command that was told to stop may still ask its device what became of a doubt; then it is stopped hard. */
const GRACE = 3_000;

const args = process.argv.slice(2);
const output = new Output(args.includes("--json"));
process.exit(await output.flushed(await main()));

async function main(): Promise<number> {
  try {
    const line = splitCommandLine(args);
    if (line.kind === undefined) {
      if (!line.help) throw new UsageError(`no kind given; kinds: ${KIND_NAMES.join(", ")}`);
      return help(generalHelp(KIND_NAMES));
    }
    const kind = await loadKind(line.kind);
    if (line.help) {
      const known = line.command !== undefined && Object.hasOwn(kind.commands, line.command);
      return help(known ? commandHelp(kind, line.command) : kindHelp(kind));
    }
    const outcome = await runCommand(parseInvocation(kind, line));
    if (outcome.outcome === "error" && outcome.error.code === "common.bad-input") return badUsage(outcome);
    output.outcome(outcome);
    return EXIT_STATUS[outcome.outcome];
  } catch (error) {
    if (error instanceof UsageError)
      return badUsage({ outcome: "error", error: coded("common.bad-input", error.message) });
    // What an unexpected error interrupted may have had an effect.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    const outcome = { outcome: "unknown", error: coded("common.defect", String(error)) } as const;
    output.outcome(outcome);
    return EXIT_STATUS.unknown;
  }
}

/** People are told on standard error, programs by an outcome line. */
function badUsage(outcome: FailedOutcome): number {
  process.stderr.write(`driver: ${outcome.error.message}\nTry: npm run driver -- --help\n`);
  if (output.json) output.outcome(outcome);
  return BAD_USAGE;
}

function help(text: string): number {
  process.stdout.write(`${text}\n`);
  return EXIT_STATUS.ok;
}

async function runCommand({ command, model, port, timeout, options }: Invocation): Promise<CliOutcome> {
  const stop = new AbortController();
  const { promise: stopped, resolve: stopHard } = Promise.withResolvers<CliOutcome>();
  const giveUp = (code: "common.deadline" | "common.cancelled", detail: string) => {
    const outcome = {
      outcome: "unknown",
      error: coded(code, `${detail}; the command did not stop by itself`),
    } as const;
    if (stop.signal.aborted) return stopHard(outcome);
    stop.abort(code);
    setTimeout(() => stopHard(outcome), GRACE);
  };
  if (timeout !== undefined) setTimeout(() => giveUp("common.deadline", `--timeout ${timeout / 1_000}`), timeout);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => giveUp("common.cancelled", signal));

  const running = command.run({ model, port, options, signal: stop.signal, event: (event) => output.event(event) });
  const outcome = await Promise.race([running, stopped]);
  if (outcome.outcome === "ok" || stop.signal.reason !== "common.deadline") return outcome;
  // The command saw only that it was cancelled; it was the deadline that cancelled it.
  return outcome.error.code === "common.cancelled"
    ? { ...outcome, error: coded("common.deadline", `--timeout ${(timeout ?? 0) / 1_000}`) }
    : outcome;
}
