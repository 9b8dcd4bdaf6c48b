import type { Clock } from "../../base/clock.ts";
import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import { pause } from "../../base/deadline.ts";
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
  /** Asks an idle terminal whether it is there. `other`: neither proves anything. */
  readonly beat: (session: S) => Promise<"answered" | "silent" | "other">;
};

/** How commands tell the driver what they learn about the terminal. */
export type Findings = {
  readonly answered: () => void;
  readonly silent: () => void;
  /** The code with which the terminal ended something. */
  readonly note: (code: string) => void;
};

/** Heartbeats in a row that go unanswered before the terminal counts as not answering. */
const MISSED_HEARTBEATS = 2;
/** Between two polls of a terminal that has not answered on this line yet, milliseconds: it may still be starting. */
const CONFIRM_EVERY = 2_000;

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
  #command: string | undefined;
  #provisional = true;
  #heart: Promise<void> | undefined;
  /** Aborted when the line opens: what it says first is asked at once, not at the next heartbeat. */
  #soon = new AbortController();

  constructor(options: TerminalSurroundings, protocol: TerminalProtocol<S>) {
    const { id, open, clock, log, random, hotPlug } = options;
    const { codes, start, end, way } = protocol;
    this.#options = options;
    this.#protocol = protocol;
    this.conditions = new Conditions(id, codes, clock, log, () => this.#publish());
    this.#connection = new Connection<S>({ device: id, open, start, end, clock, random, log, hotPlug, way });
    this.#status = new Subject(this.#describe(), sameData);
    this.#connection.state.subscribe(({ link }) => {
      if (link === "connected") this.#soon.abort();
      else this.#provisional = true;
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
    if (this.#protocol.heartbeat > 0) this.#heart ??= this.#beat();
  }

  /** The command under way ends first. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#turns.withLock(() => Promise.resolve());
    await this.#heart;
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
    this.#provisional = false;
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

  async #beat(): Promise<void> {
    let missed = 0;
    do {
      this.#soon = new AbortController();
      if (this.#command !== undefined || this.session === undefined) continue;
      const heard = await this.#turns.withLock(async () => {
        const session = this.session;
        return session === undefined ? "other" : await this.#protocol.beat(session);
      });
      if (heard === "answered") missed = 0;
      else if (heard === "silent" && ++missed >= MISSED_HEARTBEATS) this.conditions.raise("not-answering");
    } while (await this.#rest());
  }

  /** @returns whether there is a next heartbeat. */
  async #rest(): Promise<boolean> {
    const { heartbeat } = this.#protocol;
    const unsure = this.session !== undefined && this.#provisional;
    const rest = unsure ? Math.min(CONFIRM_EVERY, heartbeat) : heartbeat;
    await pause(this.#options.clock, rest, AbortSignal.any([this.#stopping.signal, this.#soon.signal]));
    return !this.#stopping.signal.aborted;
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
      provisional: isProvisional("payment-terminal", link, this.#provisional ? 0 : 1),
    };
  }
}
