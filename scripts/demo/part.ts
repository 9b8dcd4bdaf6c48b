import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve as resolvePath } from "node:path";
import { createInterface } from "node:readline";

export type PartSettings = {
  readonly name: string;
  /** Program, relative to the project, or absolute; asked for at each start, because a release may have been switched. */
  readonly program: string | (() => string);
  readonly arguments?: readonly string[];
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Where log lines go; each part writes JSON lines to standard error. */
  readonly log: (line: string) => void;
  /** Called when the part ends without being asked to, other than by having nothing to do. */
  readonly onCrash: (part: Part, code: string) => void;
};

/** A first start on a slow machine that does other things beside. */
const READY_DEADLINE = 120_000;
const STOP_DEADLINE = 8_000;
const root = join(import.meta.dirname, "..", "..");

/**
 * One process of the demonstration. A part says `<name> <url>` on its standard output when it serves; it ends at SIGTERM,
 * and, through the IPC channel, when its parent dies.
 */
export class Part {
  /** Every part of this process whose own process runs. */
  static readonly running = new Set<Part>();
  readonly name: string;
  readonly #settings: PartSettings;
  #child: ChildProcess | undefined;
  #stopping = false;

  constructor(settings: PartSettings) {
    this.name = settings.name;
    this.#settings = settings;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the process; resolves with its address. @throws Error with its last words when it does not come up. */
  start(): Promise<string> {
    const { name, program, log, onCrash } = this.#settings;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const nodeOptions = ["--disable-warning=ExperimentalWarning", ...(this.#settings.nodeOptions ?? [])];
    const file = resolvePath(root, typeof program === "string" ? program : program());
    const child = spawn(process.execPath, [...nodeOptions, file, ...(this.#settings.arguments ?? [])], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: { ...process.env, ...this.#settings.environment },
    });
    this.#child = child;
    Part.running.add(this);
    this.#stopping = false;
    const words: string[] = [];
    let ready = false;
    const timer = setTimeout(
      () => reject(new Error(`${name} did not come up within ${READY_DEADLINE / 1000} s`)),
      READY_DEADLINE,
    );
    if (child.stdout)
      createInterface({ input: child.stdout }).on("line", (line) => {
        const address = line.startsWith(`${name} `) ? line.slice(name.length + 1) : undefined;
        if (address === undefined || ready) return log(line);
        ready = true;
        clearTimeout(timer);
        resolve(address);
      });
    if (child.stderr)
      createInterface({ input: child.stderr }).on("line", (line) => {
        // A log line is for the log; what a program says in words is for whoever started it.
        if (!ready && !line.startsWith("{")) words.push(line);
        log(line);
      });
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      this.#child = undefined;
      Part.running.delete(this);
      if (!ready) reject(new Error(`${name} ended with ${signal ?? code}: ${words.slice(-10).join("\n")}`));
      else if (!this.#stopping && code !== 0) onCrash(this, String(signal ?? code));
    });
    return promise;
  }

  /** Asks the process to end, and ends it when it does not within eight seconds. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#stopping = true;
    if (child === undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    child.on("exit", () => resolve());
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_DEADLINE);
    child.kill("SIGTERM");
    await promise;
    clearTimeout(timer);
  }

  /** Ends the process as a power cut would. For tests of recovery. */
  kill(): void {
    this.#child?.kill("SIGKILL");
  }
}
