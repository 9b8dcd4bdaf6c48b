import type { Timer } from "../../base/clock.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import type { Part } from "./part.ts";

/** Between the end of a part and its next start, milliseconds; what `RestartSec` is to systemd. */
const RESTART_AFTER = 1_000;

/** Keeps one part of a kiosk running, as systemd does on an appliance: it comes back after every crash until it is stopped. */
export class Supervised {
  readonly #part: Part;
  readonly #beforeStart: () => Promise<void>;
  readonly #onReady: (address: string) => void;
  readonly #log: (line: string) => void;
  #wanted = false;
  #starting: Promise<void> | undefined;
  #timer: Timer | undefined;

  constructor(options: {
    readonly part: Part;
    /** Called before every start. */
    readonly beforeStart: () => Promise<void>;
    readonly onReady: (address: string) => void;
    readonly log: (line: string) => void;
  }) {
    this.#part = options.part;
    this.#beforeStart = options.beforeStart;
    this.#onReady = options.onReady;
    this.#log = options.log;
  }

  /** Starts the part and, until `stop`, starts it again; resolves when the first start succeeded or failed. */
  start(): Promise<void> {
    this.#wanted = true;
    return this.#up();
  }

  /** Of the process that runs; undefined between two starts. */
  get pid(): number | undefined {
    return this.#part.pid;
  }

  /** Ends the process as a power cut would; it comes back by itself. For tests of recovery. */
  kill(): void {
    this.#part.kill();
  }

  /** To be called when the part ended by itself. */
  crashed(): void {
    this.#later();
  }

  async restart(): Promise<void> {
    await this.#part.stop();
    this.#later(0);
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    this.#timer?.cancel();
    await this.#part.stop();
    await this.#starting;
  }

  #later(after = RESTART_AFTER): void {
    this.#timer?.cancel();
    if (this.#wanted) this.#timer = systemClock.setTimeout(() => void this.#up(), after);
  }

  #up(): Promise<void> {
    this.#starting ??= this.#try().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #try(): Promise<void> {
    await this.#beforeStart();
    if (!this.#wanted || this.#part.pid !== undefined) return;
    try {
      this.#onReady(await this.#part.start());
    } catch (error) {
      this.#log(error instanceof Error ? error.message : String(error));
      this.#later();
    }
  }
}
