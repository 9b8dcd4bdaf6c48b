import type * as Pcsc from "pcsc-mini";
import type { Clock } from "../../../base/clock.ts";
import { pause, withDeadline } from "../../../base/deadline.ts";
import { type Observable, Subject, sameData } from "../../../base/observable.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { delays } from "../../../base/schedule.ts";
import { RECONNECT } from "../../transport/reconnect.ts";
import type { CardChannel, CardLinkError, CardTerminal, TerminalState } from "../apdu/channel.ts";
import { toLinkError } from "./errors.ts";

/** Longer than any command of a document takes; time extensions of the card are the reader's business. Milliseconds. */
const TRANSMIT_WITHIN = 15_000;
const CONNECT_WITHIN = 10_000;
/** pcscd looks for changes every 400 ms or so: until then it tells a card that left in the middle of a command as a broken transmission. */
const LEAVING_WITHIN = 800;
const LEAVING_LOOK = 20;
/** The service is on this machine and nobody else comes back with it: there is nothing to spread. */
const NO_JITTER = () => 0;

/**
 * The package's thread asks PC/SC for the next event a moment after each one. A client that is stopped within that moment loses its word to
 * the thread, waits for it, and holds this whole process until something happens at a reader. Milliseconds.
 */
const SETTLE = 250;

export type PcscTerminalOptions = {
  /** Name of the reader, or how it begins; any reader when left out. Names end in numbers that change when readers are plugged. */
  readonly reader?: string;
  readonly clock: Clock;
};

/** The longest answer that PC/SC passes on: 65 536 bytes, status word, and what it counts around them. The package's own is 264. */
const ANSWER_BUFFER = 65_548;

type Watched = { readonly reader: Pcsc.Reader; card: TerminalState["card"] };

/** Clients whose service died under them: one for each death, never collected. */
const ORPHANS = new Set<Pcsc.Client>();

/** Readers behind PC/SC (`pcscd`). All that is known of the package `pcsc-mini` is in this folder. */
export class PcscTerminal implements CardTerminal {
  readonly #options: PcscTerminalOptions;
  readonly #state = new Subject<TerminalState>({ reader: "no-service", card: "absent" }, sameData);
  readonly #stop = new AbortController();
  readonly #readers = new Map<string, Watched>();
  /** Of the package's client: its start or its last event. */
  #lastEvent = 0;
  #package: typeof Pcsc | undefined;
  #running: Promise<void> | undefined;

  constructor(options: PcscTerminalOptions) {
    this.#options = options;
  }

  get state(): Observable<TerminalState> {
    return this.#state;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async connect(): Promise<Result<CardChannel, CardLinkError>> {
    const pcsc = this.#package;
    const chosen = this.#chosen();
    if (pcsc === undefined || this.#state.value.reader === "no-service") return err(coded("chip-card.service-absent"));
    if (chosen === undefined) return err(coded("link.lost", this.#options.reader));
    const { clock } = this.#options;
    const connecting = attempt("connect", () => chosen.reader.connect(pcsc.CardMode.EXCLUSIVE));
    const connected = await withDeadline(clock, CONNECT_WITHIN, this.#stop.signal, "connect", () => connecting);
    const there = () => this.#readers.get(chosen.reader.name())?.card === "present";
    if (connected.ok) return ok(new PcscChannel(connected.value, pcsc, clock, there));
    // A connection that comes after the deadline would keep everybody else from the card.
    void connecting.then((late) => (late.ok ? new PcscChannel(late.value, pcsc, clock, there).close() : undefined));
    const { error } = connected;
    return err(error.code === "common.deadline" ? coded("chip-card.mute", "connect") : (error as CardLinkError));
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const schedule = RECONNECT["card-service"];
    while (!this.#stop.signal.aborted) {
      for (const delay of delays(schedule, NO_JITTER)) {
        const began = clock.monotonic();
        await this.#watch();
        this.#readers.clear();
        this.#publish("no-service");
        const served = clock.monotonic() - began > schedule.cap;
        if (!(await pause(clock, served ? schedule.first : delay, this.#stop.signal)) || served) break;
      }
    }
  }

  /** Resolves when the service is gone, or is not there. */
  async #watch(): Promise<void> {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    let client: Pcsc.Client;
    try {
      // Loading it opens the system's PC/SC library, which may be missing.
      this.#package ??= await import("pcsc-mini");
      client = new this.#package.Client().on("reader", (reader) => this.#watchReader(reader)).on("error", () => end());
      client.start();
      this.#lastEvent = this.#options.clock.monotonic();
    } catch {
      return;
    }
    this.#publish();
    const onStop = () => end();
    this.#stop.signal.addEventListener("abort", onStop, { once: true });
    if (this.#stop.signal.aborted) onStop();
    await ended;
    this.#stop.signal.removeEventListener("abort", onStop);
    if (this.#stop.signal.aborted) await this.#settled();
    client.removeAllListeners();
    client.on("error", () => {});
    try {
      client.stop();
    } catch {
      // The service went first. The package would try to let go again when the client is collected, and end the process by its failure.
      ORPHANS.add(client);
    }
  }

  async #settled(): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      const left = this.#lastEvent + SETTLE - clock.monotonic();
      if (left <= 0) return;
      await pause(clock, left);
    }
  }

  #watchReader(reader: Pcsc.Reader): void {
    this.#lastEvent = this.#options.clock.monotonic();
    const name = reader.name();
    if (this.#options.reader !== undefined && !name.startsWith(this.#options.reader)) return;
    const watched: Watched = { reader, card: "absent" };
    this.#readers.set(name, watched);
    reader.on("change", (status) => {
      this.#lastEvent = this.#options.clock.monotonic();
      const flags = this.#package?.ReaderStatus;
      if (flags === undefined) return;
      watched.card = status.has(flags.MUTE) ? "mute" : status.has(flags.PRESENT) ? "present" : "absent";
      this.#publish();
    });
    reader.on("disconnect", () => {
      this.#lastEvent = this.#options.clock.monotonic();
      this.#readers.delete(name);
      this.#publish();
    });
    this.#publish();
  }

  /** The reader with a card, else the first one. */
  #chosen(): Watched | undefined {
    const all = [...this.#readers.values()];
    return all.find(({ card }) => card === "present") ?? all.find(({ card }) => card === "mute") ?? all[0];
  }

  #publish(none?: "no-service"): void {
    const chosen = this.#chosen();
    this.#state.set(
      chosen === undefined
        ? { reader: none ?? "absent", card: "absent" }
        : { reader: "present", card: chosen.card, name: chosen.reader.name() },
    );
  }
}

class PcscChannel implements CardChannel {
  readonly #card: Pcsc.Card;
  readonly #package: typeof Pcsc;
  readonly #clock: Clock;
  readonly #answer = new ArrayBuffer(ANSWER_BUFFER);
  readonly #there: () => boolean;
  #closed = false;

  /** @param there whether the card is still on the reader, as far as PC/SC has told. */
  constructor(card: Pcsc.Card, pcsc: typeof Pcsc, clock: Clock, there: () => boolean) {
    this.#card = card;
    this.#package = pcsc;
    this.#clock = clock;
    this.#there = there;
  }

  async transmit(command: Uint8Array, signal?: AbortSignal): Promise<Result<Uint8Array, CardLinkError>> {
    const answered = await withDeadline(this.#clock, TRANSMIT_WITHIN, signal, "transmit", () =>
      attempt("transmit", async () => (await this.#card.transmit(command, this.#answer)).slice()),
    );
    // No card answers with less than a status word: it left while the reader waited for it.
    if (answered.ok) return answered.value.length < 2 ? err(coded("chip-card.removed", "transmit")) : answered;
    const { error } = answered;
    if (error.code === "chip-card.transmission" && (await this.#leaves(signal)))
      return err(coded("chip-card.removed", "transmit"));
    return err(error.code === "common.deadline" ? coded("chip-card.mute", "transmit") : (error as CardLinkError));
  }

  async #leaves(signal: AbortSignal | undefined): Promise<boolean> {
    const end = this.#clock.monotonic() + LEAVING_WITHIN;
    while (this.#there() && this.#clock.monotonic() < end) await pause(this.#clock, LEAVING_LOOK, signal);
    return !this.#there();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // A card that was taken away, or never answers, cannot be powered down; it has no power any more, or gets none after the deadline.
    await withDeadline(this.#clock, CONNECT_WITHIN, undefined, "disconnect", () =>
      attempt("disconnect", () => this.#card.disconnect(this.#package.CardDisposition.UNPOWER)),
    );
  }
}

async function attempt<T>(where: string, work: () => Promise<T>): Promise<Result<T, CardLinkError>> {
  try {
    return ok(await work());
  } catch (error) {
    return err(toLinkError(error, where));
  }
}
