import type { Clock } from "../../base/clock.ts";
import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import type { Logger } from "../../base/log.ts";
import { Mutex } from "../../base/mutex.ts";
import { type Observable, Subject, sameData } from "../../base/observable.ts";
import { failed, type Outcome } from "../../base/outcome.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { CommandOptions } from "../device.ts";
import { isProvisional } from "../first-status.ts";
import { reopen } from "../reopen.ts";
import type { ByteChannel, OpenChannel } from "../transport/byte-channel.ts";
import { Connection } from "../transport/connection.ts";
import type { HotPlug } from "../transport/hot-plug.ts";
import type { Way } from "../transport/reconnect.ts";
import { type CodeMeaning, Conditions } from "./conditions.ts";
import { Heartbeat } from "./heartbeat.ts";

/** What the driver of any terminal is made with, besides its settings. */
export type TerminalSurroundings = {
  readonly id: string;
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly log: Logger;
  /** Uniform in [0, 1); spreads reconnection attempts. */
  readonly random: () => number;
  readonly hotPlug?: HotPlug | undefined;
};

/** What a protocol adds. */
export type TerminalProtocol<S> = {
  readonly model: string;
  /** What its codes say about the terminal. */
  readonly codes: { readonly [code: string]: CodeMeaning };
  readonly way: Way;
  /** Between two heartbeats, milliseconds; 0: none. */
  readonly heartbeat: number;
  readonly start: (channel: ByteChannel) => S;
  readonly end: (session: S) => void;
  /** Asks an idle terminal whether it is there. `not-asked`: what came proves neither. */
  readonly beat: (session: S) => Promise<"answered" | "silent" | "not-asked">;
};

/** How commands tell the driver what they learn about the terminal. */
export type Findings = {
  readonly answered: () => void;
  readonly silent: () => void;
  /** The code with which the terminal ended something. */
  readonly note: (code: string) => void;
};

/** The part of a terminal's driver that knows no protocol: its line, turns, heartbeat, conditions and status. */
export class Attendance<S> {
  readonly conditions: Conditions;
  readonly #options: TerminalSurroundings;
  readonly #protocol: TerminalProtocol<S>;
  readonly #connection: Connection<S>;
  readonly #status: Subject<DeviceStatus>;
  readonly #stopping = new AbortController();
  /** Commands and heartbeats take turns; a second command does not wait, it is told that the terminal is busy. */
  readonly #turns = new Mutex();
  readonly #heart: Heartbeat;
  #command: string | undefined;

  constructor(options: TerminalSurroundings, protocol: TerminalProtocol<S>) {
    const { id, open, clock, log, random, hotPlug } = options;
    const { codes, start, end, way } = protocol;
    this.#options = options;
    this.#protocol = protocol;
    this.conditions = new Conditions(id, codes, clock, log, () => this.#publish());
    this.#connection = new Connection<S>({ device: id, open, start, end, clock, random, log, hotPlug, way });
    this.#heart = new Heartbeat({
      ...{ clock, every: protocol.heartbeat, stop: this.#stopping.signal },
      ask: () => this.#ask(),
      onSilent: () => this.conditions.raise("not-answering"),
    });
    this.#status = new Subject(this.#describe(), sameData);
    this.#connection.state.subscribe(({ link }) => {
      this.#heart.line(link === "connected");
      this.#publish();
    });
  }

  get status(): Observable<DeviceStatus> {
    return this.#status;
  }

  /** Ends with the driver. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Of the line that is open; `undefined` where there is none. */
  get session(): S | undefined {
    return this.#connection.session;
  }

  connected(milliseconds: number, signal: AbortSignal): Promise<S | undefined> {
    return this.#connection.connected(milliseconds, signal);
  }

  start(): void {
    this.#connection.start();
    this.#heart.start();
  }

  /** The command under way ends first. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#turns.withLock(() => Promise.resolve());
    await this.#heart.ended();
    await this.#connection.stop();
  }

  /** Runs a command in its turn; one that comes while another is under way is refused. */
  async run<T>(command: string, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (this.#stopping.signal.aborted) return failed(coded("common.cancelled", command));
    if (this.#command !== undefined) return failed(coded("payment.busy", this.#command));
    this.#command = command;
    this.#publish();
    try {
      return await this.#turns.withLock(work);
    } finally {
      this.#command = undefined;
      this.#publish();
    }
  }

  /** No protocol has a command for it, so this is a new line and a question. What is in doubt stays so: ask `recover` afterwards. */
  reset(poll: (signal: AbortSignal | undefined) => Promise<Outcome<void>>, options: CommandOptions) {
    return this.run("reset", async () => {
      const reopened = await reopen(this.#connection, this.#options.id, options);
      return reopened.outcome === "ok" ? await poll(options.signal) : reopened;
    });
  }

  /** The terminal has shown that it is there. */
  answered(): void {
    this.#heart.answered();
    this.conditions.clear("not-answering");
    this.#publish();
  }

  /** What commands tell of the terminal. */
  get findings(): Findings {
    return {
      answered: () => this.answered(),
      silent: () => this.conditions.raise("not-answering"),
      note: (code) => this.conditions.note(code),
    };
  }

  /** Why there is no connection. */
  absence(): CodedError {
    const state = this.#connection.state.value;
    const error = coded(state.link === "connecting" ? "link.refused" : "link.absent");
    const cause = state.link === "connected" ? this.#options.id : state.cause;
    return cause.startsWith(error.message) ? { ...error, message: cause } : coded(error.code, cause);
  }

  async #ask(): Promise<"answered" | "silent" | "not-asked"> {
    if (this.#command !== undefined || this.session === undefined) return "not-asked";
    return await this.#turns.withLock(async () => {
      const session = this.session;
      return session === undefined ? "not-asked" : await this.#protocol.beat(session);
    });
  }

  #publish(): void {
    this.#status.set(this.#describe());
  }

  #describe(): DeviceStatus {
    const { link } = this.#connection.state.value;
    const usable = link === "connected" && !this.conditions.fault;
    return {
      device: this.#options.id,
      kind: "payment-terminal",
      model: this.#protocol.model,
      link,
      readiness: !usable ? "unavailable" : this.#command === undefined ? "ready" : "busy",
      conditions: this.conditions.list,
      provisional: isProvisional("payment-terminal", link, this.#heart.answers),
    };
  }
}
