import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { RUNTIME_NODE_OPTIONS } from "../../../scripts/build-runtime.ts";
import { DIES, type DieAt, type Figures } from "./orders.ts";

export type RuntimeProcessOptions = {
  /** Folder of the bundled `runtime-child.ts`. */
  readonly program: string;
  /** Configuration file. */
  readonly config: string;
  readonly nodeOptions: readonly string[];
  /** Lets a start begin, and is told by the end of the promise when it is over: who runs many kiosks lets few of them start at once. */
  readonly inTurn?: (start: () => Promise<boolean>) => Promise<boolean>;
  /** Told of what it says and of its start and end, in words. */
  readonly note: (words: string) => void;
};

type LogLine = { readonly event: string; readonly fields: Readonly<Record<string, string | number | boolean>> };

const READY_WITHIN = 240_000;

/** The runtime of one kiosk, one process after another. */
export class RuntimeProcess {
  readonly #options: RuntimeProcessOptions;
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #url = "";
  #diedAt: string | undefined;

  constructor(options: RuntimeProcessOptions) {
    this.#options = options;
  }

  /** Of the view, as the last process told it. */
  get url(): string {
    return this.#url;
  }

  get alive(): boolean {
    return this.#child !== undefined;
  }

  /** Resolves when the process has ended, however it did. */
  get exited(): Promise<void> {
    return this.#exited;
  }

  /** The edge at which the last process killed itself. */
  get diedAt(): string | undefined {
    return this.#diedAt;
  }

  /** Starts it; `false` when it died before it served. @param die where it kills itself. @param onSpawn told at once. */
  async boot(die?: DieAt, onSpawn: () => void = () => undefined): Promise<boolean> {
    const { inTurn = (start) => start() } = this.#options;
    return await inTurn(() => this.#start(die, onSpawn));
  }

  async #start(die: DieAt | undefined, onSpawn: () => void): Promise<boolean> {
    const { program, config, nodeOptions, note } = this.#options;
    const parameters = [...RUNTIME_NODE_OPTIONS, ...nodeOptions, join(program, "main.js"), "--config", config];
    const child = spawn(process.execPath, parameters, {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: {
        ...process.env,
        TZ: "America/Santiago",
        NODE_COMPILE_CACHE: join(program, "compile-cache"),
        ...(die === undefined ? {} : { RELIABILITY_DIE: JSON.stringify(die) }),
      },
    });
    this.#child = child;
    this.#diedAt = undefined;
    const exit = Promise.withResolvers<void>();
    this.#exited = exit.promise;
    const ready = Promise.withResolvers<boolean>();
    // `close`: what it said last has been read too.
    child.on("close", (code, signal) => {
      note(`runtime ended: ${signal ?? code}`);
      if (this.#child === child) this.#child = undefined;
      ready.resolve(false);
      exit.resolve();
    });
    const [, out, said] = child.stdio as unknown as [null, Readable, Readable];
    createInterface({ input: out }).on("line", (line) => {
      this.#url = line.replace(/^kiosk /, "");
      note("runtime serves");
      ready.resolve(true);
    });
    createInterface({ input: said }).on("line", (line) => this.#hear(line));
    onSpawn();
    const late = setTimeout(() => {
      note("the runtime does not start");
      child.kill("SIGKILL");
    }, READY_WITHIN);
    try {
      return await ready.promise;
    } finally {
      clearTimeout(late);
    }
  }

  kill(): void {
    this.#child?.kill("SIGKILL");
  }

  dieAt(at: DieAt): void {
    this.#child?.send({ do: "die", at }, () => undefined);
  }

  async figures(): Promise<Figures> {
    const { promise, resolve } = Promise.withResolvers<Figures>();
    this.#child?.once("message", (figures: Figures) => resolve(figures));
    this.#child?.send({ do: "tell-figures" });
    return await promise;
  }

  #hear(line: string): void {
    const { note } = this.#options;
    if (!line.startsWith("{")) {
      if (line.startsWith(DIES)) this.#diedAt = line.slice(DIES.length);
      note(`says: ${line}`);
      return;
    }
    const { event, fields } = JSON.parse(line) as LogLine;
    note(`${event} ${JSON.stringify(fields)}`);
  }
}
