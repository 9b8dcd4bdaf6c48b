import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import { parseJson } from "../base/json.ts";
import { type CodedError, coded } from "../base/registry/coded-error.ts";
import { ERRORS, type ErrorCode } from "../base/registry/errors.ts";

/** The other parts' programs that the technician's tool runs: it shares nothing else with them. */
export type Programs = {
  /** Of one device: `<kind> <command> … --json`. */
  readonly driver: readonly string[];
  /** Of the kiosk's identity: `enrol`, `identity`, `probe`, `sign-report`. */
  readonly agent: readonly string[];
  /** `agent` changes to the identity's user by itself. */
  readonly agentSwitches?: boolean;
};

/** Beside the bundled tool, or as sources in the project that this file is part of. */
export function findPrograms(folder = import.meta.dirname): Programs {
  const node = [process.execPath, "--disable-warning=ExperimentalWarning"];
  const program = (bundle: string, source: string) => {
    const bundled = join(folder, bundle, "main.js");
    return [...node, existsSync(bundled) ? bundled : join(folder, "..", source)];
  };
  return {
    driver: program("driver", "drivers/cli/main.ts"),
    agent: program("agent-cli", "fleet-agent/cli/main.ts"),
  };
}

const eventLine = z.object({ type: z.literal("event"), event: z.record(z.string(), z.unknown()) });
const outcomeLine = z.object({
  type: z.literal("outcome"),
  outcome: z.enum(["ok", "error", "unknown"]),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

/** How a program ended; its failure as a registered error, also when it broke its contract. */
export type ProgramOutcome =
  | { readonly outcome: "ok"; readonly result: Readonly<Record<string, unknown>> }
  | {
      readonly outcome: "error" | "unknown";
      readonly result: Readonly<Record<string, unknown>>;
      readonly error: CodedError;
    };

export type ProgramRun = {
  readonly clock: Clock;
  /** Milliseconds. The program is told to end after them, and killed when it does not. */
  readonly within: number;
  readonly signal?: AbortSignal | undefined;
  /** Another user than this process's. */
  readonly as?: { readonly uid: number; readonly gid: number };
  readonly onEvent?: (event: Readonly<Record<string, unknown>>) => void;
};

/** How long a program may need to say what became of its work after it was told to end, milliseconds. */
const GRACE = 4_000;
const LONGEST_LAST_WORDS = 500;

/** Runs a program that speaks JSON lines (design §9: events, then exactly one outcome). */
export async function runProgram(command: readonly string[], options: ProgramRun): Promise<ProgramOutcome> {
  const { clock, within, signal, onEvent, as } = options;
  const [program = "", ...parameters] = command;
  const child = spawn(program, [...parameters, "--json"], { stdio: ["ignore", "pipe", "pipe"], ...as });
  let rest = "";
  let words = "";
  let outcome: z.infer<typeof outcomeLine> | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const value = parseJson(line);
      const event = eventLine.safeParse(value);
      if (event.success) onEvent?.(event.data.event);
      else outcome = outcomeLine.safeParse(value).data ?? outcome;
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-LONGEST_LAST_WORDS);
  });
  let asked: "common.deadline" | "common.cancelled" | undefined;
  const kill = { cancel: () => {} };
  const end = (why: "common.deadline" | "common.cancelled") => {
    if (asked !== undefined) return;
    asked = why;
    child.kill("SIGTERM");
    kill.cancel = timerOf(clock, GRACE, () => child.kill("SIGKILL"));
  };
  const cancelDeadline = timerOf(clock, within, () => end("common.deadline"));
  const onAbort = () => end("common.cancelled");
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  const { promise, resolve } = Promise.withResolvers<string>();
  child.once("error", (error) => resolve(error.message));
  child.once("close", (code, killedBy) => resolve(`status ${killedBy ?? code}`));
  const status = await promise;
  cancelDeadline();
  kill.cancel();
  signal?.removeEventListener("abort", onAbort);
  if (outcome?.outcome === "ok") return { outcome: "ok", result: outcome.result ?? {} };
  const result = outcome?.result ?? {};
  if (asked === "common.deadline" && outcome?.error?.code !== "common.deadline")
    return { outcome: "unknown", result, error: coded("common.deadline", `${within / 1_000} s`) };
  if (outcome !== undefined) return { outcome: outcome.outcome, result, error: registered(outcome.error) };
  if (asked !== undefined) return { outcome: "unknown", result, error: coded(asked) };
  const said = words.trim().split("\n").at(-1) ?? "";
  return { outcome: "unknown", result, error: coded("provision.program-failed", `${status}: ${said}`) };
}

/**
 * Runs the identity's program in the name of the user to whom the identity belongs: the agent must be able to read what is made, nobody
 * else may read its key, and the firewall lets only the agent's user speak to the fleet.
 *
 * @param identity directory of the identity.
 */
export function runAgent(
  programs: Programs,
  identity: string,
  [command = "", ...words]: readonly string[],
  options: Omit<ProgramRun, "as">,
): Promise<ProgramOutcome> {
  const as = process.getuid?.() === 0 && programs.agentSwitches !== true ? ownerOf(identity) : undefined;
  return runProgram([...programs.agent, command, ...words, "--identity", identity], {
    ...options,
    ...(as === undefined ? {} : { as }),
  });
}

/** Of the folder, or of the nearest one above it that is there. */
function ownerOf(directory: string): { readonly uid: number; readonly gid: number } {
  let at = directory;
  while (!existsSync(at)) at = dirname(at);
  const { uid, gid } = statSync(at);
  return { uid, gid };
}

const HELP_WITHIN = 15_000;

/** What a program says when it is asked for help; nothing when it cannot be run. */
export async function runHelp(
  command: readonly string[],
  { clock, signal }: Pick<ProgramRun, "clock" | "signal">,
): Promise<string> {
  const [program = "", ...parameters] = command;
  const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "ignore"], ...(signal ? { signal } : {}) });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const cancel = timerOf(clock, HELP_WITHIN, () => child.kill("SIGKILL"));
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("error", () => resolve());
  child.once("close", () => resolve());
  await promise;
  cancel();
  return said;
}

function timerOf(clock: Clock, milliseconds: number, callback: () => void): () => void {
  const timer = clock.setTimeout(callback, milliseconds);
  return () => timer.cancel();
}

/** An error as another program of ours tells it. */
export function registered(error: { readonly code: string; readonly message: string } | undefined): CodedError {
  if (error === undefined) return coded("provision.program-failed", "no reason given");
  const { code, message } = error;
  if (!Object.hasOwn(ERRORS, code)) return coded("provision.program-failed", `${code}: ${message}`);
  return { code: code as ErrorCode, message, who: ERRORS[code as ErrorCode].who };
}
