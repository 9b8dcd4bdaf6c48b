import type { Clock } from "../../../base/clock.ts";
import type { DeviceStatus } from "../../../base/contracts/device-status.ts";
import { pause } from "../../../base/deadline.ts";
import { localDate } from "../../../base/icao/dates.ts";
import type { Logger } from "../../../base/log.ts";
import { type Observable, Subject, sameData } from "../../../base/observable.ts";
import { done, failed, fromResult, type Outcome } from "../../../base/outcome.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import type { Result } from "../../../base/result.ts";
import type { CommandOptions } from "../../device.ts";
import { reopen } from "../../reopen.ts";
import type { OpenChannel } from "../../transport/byte-channel.ts";
import { Connection, type LinkState } from "../../transport/connection.ts";
import type { HotPlug } from "../../transport/hot-plug.ts";
import type {
  CodeReader,
  CodeReaderCapabilities,
  CodeReaderCondition,
  CodeReading,
  ReadOptions,
  RunPlace,
} from "../interface.ts";
import { interpretCode } from "../interpret.ts";
import { isNoise } from "../text.ts";
import { ScannerSession } from "./session.ts";

/** Serial scanners leave the factory at 9600 bit/s, 8 data bits, no parity, 1 stop bit, with CR or CRLF after each code. */
export const DEFAULT_BAUD_RATE = 9_600;

/** A journey ends a read by its signal long before this; it is the bound for callers that forget. */
const DEFAULT_WITHIN = 120_000;
/** A reader that has just been plugged in, or whose start is under way, is connected well within this. */
const CONNECT_WITHIN = 2_000;
/** So many things that were thrown away are told one by one. */
const DROPS_TOLD = 10;

export type SerialScannerOptions = {
  readonly id: string;
  /** As configuration calls it; `serial-scanner` when left out. */
  readonly model?: string;
  readonly open: OpenChannel;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly runPlaces?: readonly RunPlace[];
  readonly hotPlug?: HotPlug | undefined;
};

type Waiting = {
  /** Something unfinished stood in the line when the read began, so that plain text now may be its tail. */
  suspect: boolean;
  readonly settle: (result: Result<CodeReading, CodedError>) => void;
};

/**
 * A scanner that sends each code as a line of bytes: on RS-232, as a USB serial device, or (through `hidPosChannel`) as
 * a HID POS device. It is only listened to; nothing is ever written to it.
 */
export class SerialScanner implements CodeReader {
  readonly id: string;
  readonly model: string;
  readonly capabilities: CodeReaderCapabilities = { symbologies: ["qr", "pdf417", "mrz", "linear"] };
  readonly #options: SerialScannerOptions;
  readonly #connection: Connection<ScannerSession>;
  readonly #status: Subject<DeviceStatus>;
  #waiting: Waiting | undefined;
  #absentSince: number;
  #garbledSince: number | undefined;
  #dropped = 0;

  constructor(options: SerialScannerOptions) {
    this.#options = options;
    this.id = options.id;
    this.model = options.model ?? "serial-scanner";
    this.#absentSince = options.clock.now();
    this.#connection = new Connection<ScannerSession>({
      device: options.id,
      open: options.open,
      start: (channel) =>
        new ScannerSession(channel, options.clock, {
          onCode: (code) => this.#onCode(code),
          onGarbled: () => this.#onGarbled("overlong"),
        }),
      end: (session, cause) => {
        session.end();
        this.#absentSince = options.clock.now();
        this.#waiting?.settle({ ok: false, error: coded("link.lost", `${options.id}: ${cause}`) });
      },
      clock: options.clock,
      random: options.random,
      log: options.log,
      hotPlug: options.hotPlug,
    });
    this.#status = new Subject(this.#describe(), sameData);
    this.#connection.state.subscribe(() => this.#publish());
  }

  get status(): Observable<DeviceStatus> {
    return this.#status;
  }

  /** Codes, and unfinished parts of codes, that came while nobody waited. */
  get dropped(): number {
    return this.#dropped;
  }

  start(): void {
    this.#connection.start();
  }

  async stop(): Promise<void> {
    this.#waiting?.settle({ ok: false, error: coded("common.cancelled", `${this.id} stops`) });
    await this.#connection.stop();
  }

  async reset(options: CommandOptions = {}): Promise<Outcome<void>> {
    const reopened = await reopen(this.#connection, this.id, options);
    return reopened.outcome === "ok" ? done(undefined) : reopened;
  }

  async read(options: ReadOptions = {}): Promise<Outcome<CodeReading>> {
    const { signal, within = DEFAULT_WITHIN } = options;
    if (signal?.aborted) return failed(coded("common.cancelled", `read from ${this.id}`));
    if (this.#waiting !== undefined) return failed(coded("code-reader.busy", this.id));

    const { promise, resolve } = Promise.withResolvers<Result<CodeReading, CodedError>>();
    const ended = new AbortController();
    const suspect = this.#connection.session?.discard() ?? false;
    if (suspect) this.#drop("unfinished");
    const since = this.#options.clock.monotonic();
    const settle = (result: Result<CodeReading, CodedError>) => {
      if (this.#waiting === waiting) this.#waiting = undefined;
      resolve(result);
    };
    const waiting: Waiting = { suspect, settle };
    this.#waiting = waiting;
    this.#publish();
    const stop = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]);
    const onAbort = () => settle({ ok: false, error: coded("common.cancelled", `read from ${this.id}`) });
    signal?.addEventListener("abort", onAbort, { once: true });
    void pause(this.#options.clock, within, stop).then(
      (passed) => passed && settle({ ok: false, error: coded("common.deadline", `no code within ${within} ms`) }),
    );
    void this.#connection.connected(Math.min(CONNECT_WITHIN, within), stop).then((session) => {
      if (session === undefined && !stop.aborted) settle({ ok: false, error: this.#whyNotConnected() });
    });
    const result = await promise;
    ended.abort();
    signal?.removeEventListener("abort", onAbort);
    this.#record(result, Math.round(this.#options.clock.monotonic() - since));
    this.#publish();
    return fromResult(result);
  }

  #whyNotConnected(): CodedError {
    const state: LinkState<ScannerSession> = this.#connection.state.value;
    return state.link === "connecting"
      ? { ...coded("link.refused"), message: state.cause }
      : coded("link.absent", this.id);
  }

  #onCode(code: Uint8Array): void {
    const result = interpretCode(code, localDate(this.#options.clock.now()), this.#options.runPlaces);
    const text = result.ok && result.value.kind === "text" ? result.value.text : undefined;
    if (text !== undefined && isNoise(text)) {
      this.#onGarbled("noise");
      return;
    }
    this.#garbledSince = undefined;
    const waiting = this.#waiting;
    if (waiting === undefined) this.#drop("nobody-waits");
    else if (waiting.suspect && text !== undefined) {
      waiting.suspect = false;
      this.#drop("unfinished");
    } else waiting.settle(result);
    this.#publish();
  }

  #onGarbled(reason: "noise" | "overlong"): void {
    this.#garbledSince ??= this.#options.clock.now();
    this.#drop(reason);
    this.#publish();
  }

  #drop(reason: "nobody-waits" | "unfinished" | "noise" | "overlong"): void {
    this.#dropped++;
    // A reader that has gone mad sends thousands; from the tenth on, only each doubling is told.
    if (this.#dropped > DROPS_TOLD && !Number.isInteger(Math.log2(this.#dropped))) return;
    this.#options.log("code-reader.dropped", { device: this.id, reason, total: this.#dropped });
  }

  #record(result: Result<CodeReading, CodedError>, waited: number): void {
    const device = this.id;
    if (result.ok) {
      const reading = result.value;
      const expired = reading.kind === "cedula" ? reading.expired : reading.kind === "mrz" && reading.mrz.expired;
      this.#options.log("code-reader.read", { device, kind: reading.kind, expired, waited });
    } else if (result.error.who === "citizen") {
      this.#options.log("code-reader.malformed", { device, code: result.error.code, waited });
    }
  }

  #publish(): void {
    this.#status.set(this.#describe());
  }

  #describe(): DeviceStatus {
    const { link } = this.#connection.state.value;
    const conditions: CodeReaderCondition[] = [];
    if (link !== "connected")
      conditions.push({ code: "not-answering", severity: "fault", who: "technician", since: this.#absentSince });
    if (this.#garbledSince !== undefined)
      conditions.push({ code: "garbled", severity: "warning", who: "technician", since: this.#garbledSince });
    const busy = this.#waiting === undefined ? "ready" : "busy";
    return {
      device: this.id,
      kind: "code-reader",
      model: this.model,
      link,
      readiness: link === "connected" ? busy : "unavailable",
      conditions,
      provisional: false,
    };
  }
}
