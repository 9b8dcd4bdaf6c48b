import { spawn } from "node:child_process";
import { type CodedError, coded } from "../base/registry/coded-error.ts";
import { err, ok, type Result } from "../base/result.ts";

export type RunOptions = {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Milliseconds; the program is killed after them. */
  readonly within?: number;
  readonly signal?: AbortSignal;
};

/** Characters of a failed program's last words that an error carries. */
const LAST_WORDS = 2_000;
const DEFAULT_WITHIN = 600_000;

/** Runs a program to its end. @returns its standard output, or what it said when it failed. */
export async function run(
  command: readonly string[],
  { cwd, environment, input, within = DEFAULT_WITHIN, signal }: RunOptions = {},
): Promise<Result<string, CodedError<"install.command-failed">>> {
  const [program = "", ...parameters] = command;
  const limit = AbortSignal.timeout(within);
  const child = spawn(program, parameters, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...environment },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    killSignal: "SIGKILL",
  });
  let output = "";
  let words = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-LAST_WORDS);
  });
  if (input !== undefined) child.stdin?.on("error", () => undefined).end(input);
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  child.once("error", (error) => resolve(error.message));
  child.once("close", (code, killed) => resolve(code === 0 ? undefined : `status ${killed ?? code}`));
  const failure = await promise;
  if (failure === undefined) return ok(output);
  const last = (words.trim() || output.slice(-LAST_WORDS).trim()).replaceAll(/\s*\n\s*/g, " | ");
  return err(coded("install.command-failed", `${command.join(" ")}: ${failure}: ${last}`));
}
