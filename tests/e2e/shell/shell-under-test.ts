import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export type ShellLog = { readonly event: string; readonly fields: Readonly<Record<string, unknown>> };

export type Key = {
  readonly key: string;
  readonly control?: boolean;
  readonly alt?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
};

/** A running shell as the suite needs it, whatever draws the page. */
export type ShellUnderTest = {
  /** The result of an expression in the page's own world; promises are awaited. */
  evaluate<T>(expression: string): Promise<T>;
  /** A touch in the middle of the element. */
  tap(selector: string): Promise<void>;
  /** Presses a key of the keyboard; whether the page got it. */
  press(key: Key): Promise<boolean>;
  /** The page's address as the shell has it. */
  url(): Promise<string>;
  /** What main receives when a compromised renderer sends past the preload. */
  forge(frame: "main" | "child", channel: string, payload: unknown): Promise<void>;
  crashRenderer(): Promise<void>;
  /** Number of open pages. */
  windows(): Promise<number>;
  /** Names of files that were downloaded. */
  downloads(): readonly string[];
  readonly logs: readonly ShellLog[];
  /** What the page's console reported as an error: exceptions, forbidden by policy, not loaded. */
  readonly consoleErrors: readonly string[];
  /** Ends the shell as systemd does; its exit status. */
  stop(): Promise<number | null>;
};

export type StartOptions = {
  /** Directory of `main.js` and `preload.cjs`, a test build. */
  readonly bundle: string;
  readonly ui: string;
  readonly socket: string;
  readonly argv?: readonly string[];
};

export type StartShell = (options: StartOptions) => Promise<ShellUnderTest>;

/** Collects the shell's log: JSON lines on its standard error. */
export function collectLogs(output: Readable | null): ShellLog[] {
  const logs: ShellLog[] = [];
  if (output === null) return logs;
  createInterface({ input: output }).on("line", (line) => {
    if (line.startsWith("{")) logs.push(JSON.parse(line) as ShellLog);
    else process.stderr.write(`${line}\n`);
  });
  return logs;
}

export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once("exit", (code) => resolve(code));
  });
}
