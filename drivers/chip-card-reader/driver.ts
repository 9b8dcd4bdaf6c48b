import type { Clock } from "../../base/clock.ts";
import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import { anySignal, pause, withDeadline } from "../../base/deadline.ts";
import { localDate } from "../../base/icao/dates.ts";
import type { Logger } from "../../base/log.ts";
import { type Observable, Subject, sameData } from "../../base/observable.ts";
import { done, failed, fromResult, type Outcome } from "../../base/outcome.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { CommandOptions } from "../device.ts";
import { type Random, secureRandom } from "./access/open.ts";
import type { CardChannel, CardTerminal, TerminalState } from "./apdu/channel.ts";
import type { TrustStore } from "./authenticity/trust-store.ts";
import {
  type Authenticity,
  type ChipCardReader,
  type ChipCardReaderCapabilities,
  type ChipCardReaderCondition,
  type ChipReading,
  type ChipReadOptions,
  type DataGroup,
  KIND,
} from "./interface.ts";
import { DATA_GROUPS } from "./lds/files.ts";
import { type DocumentRead, readDocument } from "./read-document.ts";

/** A journey ends a read by its signal before this; it is the bound for callers that forget. Milliseconds. */
const DEFAULT_WITHIN = 60_000;
/** From the first command to the last; a whole document takes 2 to 10 s. Milliseconds. */
const READ_WITHIN = 90_000;
/** How long a missing reader is waited for: PC/SC tells of readers a moment after its start. Milliseconds. */
const READER_WITHIN = 3_000;
/** How often a card that does not answer is powered, and the pause between, milliseconds: PC/SC looks for changes every 400 ms or so. */
const CONNECT_ATTEMPTS = 4;
const CONNECT_PAUSE = 600;
/** Another program, or the end of our own last read, may hold the card for a moment: `link.refused`. */
const AGAIN: readonly string[] = ["chip-card.removed", "chip-card.mute", "chip-card.transmission", "link.refused"];
const DEFAULT_GROUPS: readonly DataGroup[] = ["DG1", "DG2", "DG11", "DG12"];

export type ChipCardReaderOptions = {
  readonly id: string;
  readonly terminal: CardTerminal;
  readonly trust: TrustStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** Random bytes for keys and challenges; the system's when left out. */
  readonly random?: Random;
  /** `false` for a reader that breaks longer commands and answers. */
  readonly extended?: boolean;
};

/** Reads electronic documents on any reader behind a `CardTerminal`. */
export class PcscChipCardReader implements ChipCardReader {
  readonly id: string;
  readonly model = "pcsc";
  readonly capabilities: ChipCardReaderCapabilities = { access: ["bac", "pace"], groups: DATA_GROUPS };
  readonly #options: ChipCardReaderOptions;
  readonly #status: Subject<DeviceStatus>;
  readonly #card: Subject<TerminalState["card"]>;
  readonly #stopping = new AbortController();
  #reading: Promise<unknown> | undefined;
  #resetting = new AbortController();
  #unsubscribe = () => {};
  #since: number;

  constructor(options: ChipCardReaderOptions) {
    this.#options = options;
    this.id = options.id;
    this.#since = options.clock.now();
    this.#card = new Subject(options.terminal.state.value.card);
    this.#status = new Subject(this.#describe(), sameData);
  }

  get status(): Observable<DeviceStatus> {
    return this.#status;
  }

  get card(): Observable<TerminalState["card"]> {
    return this.#card;
  }

  start(): void {
    const { terminal, log } = this.#options;
    let { reader } = terminal.state.value;
    this.#unsubscribe = terminal.state.subscribe((state) => {
      if (state.reader !== reader) {
        this.#since = this.#options.clock.now();
        log("device.link", { device: this.id, link: state.reader === "present" ? "connected" : "absent" });
      }
      reader = state.reader;
      if (state.card !== this.#card.value) log("chip-card.card", { device: this.id, card: state.card });
      this.#card.set(state.card);
      this.#publish();
    });
    terminal.start();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#reading;
    this.#unsubscribe();
    await this.#options.terminal.stop();
    this.#publish();
  }

  /**
   * Ends the read under way, which takes the power from its card, and looks whether the reader is there. The service itself is left alone:
   * other programs use it, it has readers of its own to reset, and letting go of it too soon after it was asked has been seen to block.
   */
  async reset({ signal }: CommandOptions = {}): Promise<Outcome<void>> {
    const { terminal, clock } = this.#options;
    if (signal?.aborted) return failed(coded("common.cancelled", `reset of ${this.id}`));
    this.#resetting.abort();
    this.#resetting = new AbortController();
    await this.#reading;
    const there = new AbortController();
    const look = ({ reader }: TerminalState) => reader === "present" && there.abort();
    const unsubscribe = terminal.state.subscribe(look);
    look(terminal.state.value);
    await pause(clock, READER_WITHIN, anySignal(there.signal, signal));
    unsubscribe();
    const { reader } = terminal.state.value;
    if (reader === "present") return done(undefined);
    return failed(reader === "no-service" ? coded("chip-card.service-absent") : coded("link.absent", this.id));
  }

  async read(options: ChipReadOptions): Promise<Outcome<ChipReading>> {
    if (options.signal?.aborted || this.#stopping.signal.aborted)
      return failed(coded("common.cancelled", `read from ${this.id}`));
    if (this.#reading !== undefined) return failed(coded("chip-card.busy", this.id));
    const stops = [this.#stopping.signal, this.#resetting.signal];
    const signal = AbortSignal.any([...stops, ...(options.signal === undefined ? [] : [options.signal])]);
    const reading = this.#read(options, signal);
    this.#reading = reading;
    this.#publish();
    const result = await reading.finally(() => {
      this.#reading = undefined;
      this.#publish();
    });
    return fromResult(result);
  }

  async #read(options: ChipReadOptions, signal: AbortSignal): Promise<Result<ChipReading, CodedError>> {
    const { clock, extended = true } = this.#options;
    options.onProgress?.({ step: "waiting" });
    const until = clock.monotonic() + (options.within ?? DEFAULT_WITHIN);
    let connected = await this.#connect(until, signal);
    if (!connected.ok) return connected;
    const since = clock.monotonic();
    let result = await this.#readOnce(connected.value, options, signal, extended);
    // A reader may not pass on what the card said that it takes; then once more, in short pieces.
    if (!result.ok && result.error.code === "chip-card.transmission" && extended && this.#card.value === "present") {
      connected = await this.#options.terminal.connect();
      result = connected.ok ? await this.#readOnce(connected.value, options, signal, false) : connected;
    }
    this.#record(result, Math.round(clock.monotonic() - since));
    return result.ok ? ok(result.value.reading) : result;
  }

  /**
   * Waits for a card and powers it. A card that was laid on badly, or in the place of another a moment ago, does not answer at once;
   * it is tried a few times.
   */
  async #connect(until: number, signal: AbortSignal): Promise<Result<CardChannel, CodedError>> {
    const { terminal, clock } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const there = await this.#awaitCard(Math.max(until - clock.monotonic(), 0), signal);
      if (!there.ok) return there;
      const connected = await terminal.connect();
      if (connected.ok || !AGAIN.includes(connected.error.code) || attempt === CONNECT_ATTEMPTS) return connected;
      await pause(clock, CONNECT_PAUSE, signal);
    }
  }

  async #readOnce(
    channel: CardChannel,
    options: ChipReadOptions,
    signal: AbortSignal,
    extended: boolean,
  ): Promise<Result<DocumentRead, CodedError>> {
    const { clock, trust, random = secureRandom } = this.#options;
    const onProgress = options.onProgress ?? (() => {});
    onProgress({ step: "connected" });
    const now = clock.now();
    const result = await withDeadline(clock, READ_WITHIN, signal, "read of a card", (inner) =>
      readDocument(channel, {
        key: options.key,
        groups: options.groups ?? DEFAULT_GROUPS,
        trust,
        today: localDate(now),
        now,
        random,
        signal: inner,
        extended,
        onProgress,
      }),
    );
    await channel.close();
    return result;
  }

  /** Waits for a card that answers; tells what was missing. */
  async #awaitCard(milliseconds: number, signal: AbortSignal): Promise<Result<void, CodedError>> {
    const { terminal, clock } = this.#options;
    const met = new AbortController();
    const check = ({ card }: TerminalState) => {
      if (card === "present") met.abort();
    };
    const unsubscribe = terminal.state.subscribe(check);
    check(terminal.state.value);
    const either = AbortSignal.any([met.signal, signal]);
    await pause(clock, Math.min(READER_WITHIN, milliseconds), either);
    if (terminal.state.value.reader === "present" && milliseconds > READER_WITHIN)
      await pause(clock, milliseconds - READER_WITHIN, either);
    unsubscribe();
    if (signal.aborted) return err(coded("common.cancelled", `read from ${this.id}`));
    if (met.signal.aborted) return ok();
    const { reader, card } = terminal.state.value;
    if (reader === "no-service") return err(coded("chip-card.service-absent"));
    if (reader === "absent") return err(coded("link.absent", this.id));
    return err(card === "mute" ? coded("chip-card.mute") : coded("chip-card.no-card", `${milliseconds} ms`));
  }

  #record(result: Result<DocumentRead, CodedError>, took: number): void {
    const { log } = this.#options;
    const device = this.id;
    if (!result.ok) {
      log("chip-card.failed", { device, code: result.error.code, took });
      return;
    }
    const { reading, traffic } = result.value;
    log("chip-card.read", { device, access: reading.access.protocol, ...traffic, took });
    log("chip-card.verdict", { device, ...proofs(reading.authenticity) });
  }

  #publish(): void {
    this.#status.set(this.#describe());
  }

  #describe(): DeviceStatus {
    const { reader, card } = this.#options.terminal.state.value;
    const since = this.#since;
    const conditions: ChipCardReaderCondition[] = [];
    if (reader === "no-service")
      conditions.push({ code: "service-absent", severity: "fault", who: "technician", since });
    if (reader === "absent") conditions.push({ code: "not-answering", severity: "fault", who: "technician", since });
    if (card === "mute") conditions.push({ code: "card-mute", severity: "warning", who: "citizen", since });
    if (this.#options.trust.size === 0)
      conditions.push({ code: "no-trust", severity: "warning", who: "technician", since: 0 });
    return {
      device: this.id,
      kind: KIND,
      model: this.model,
      link: reader === "present" ? "connected" : "absent",
      readiness: reader !== "present" ? "unavailable" : this.#reading === undefined ? "ready" : "busy",
      conditions,
      provisional: false,
    };
  }
}

function proofs(authenticity: Authenticity): { readonly [P in keyof Authenticity]: string } {
  const name = (part: keyof Authenticity) => {
    const proof = authenticity[part];
    return proof.proof === "failed" ? proof.code : proof.proof;
  };
  return {
    hashes: name("hashes"),
    signature: name("signature"),
    chain: name("chain"),
    validity: name("validity"),
    chipAuthentication: name("chipAuthentication"),
    activeAuthentication: name("activeAuthentication"),
  };
}
