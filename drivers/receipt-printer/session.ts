import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { Mutex } from "../../base/mutex.ts";
import { Subject } from "../../base/observable.ts";
import { type PendingError, PendingReplies } from "../../base/pending.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { ByteChannel, ChannelError } from "../transport/byte-channel.ts";
import { NO_FACTS, type PrinterFacts, realtimeFacts, reportedFacts, sameFacts } from "./facts.ts";
import { type PrinterMessage, PrinterParser } from "./parser.ts";
import type { PrinterProfile } from "./profile.ts";
import { BITS_PER_BYTE, type PrinterTimings } from "./timings.ts";

export type SessionOptions = {
  readonly device: string;
  readonly profile: PrinterProfile;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timings: PrinterTimings;
  /** Bits per second of the line; absent where there is none (USB, TCP). */
  readonly lineRate: number | undefined;
};

/** A confirmation that a ticket waits for; `PendingError` when the link was lost first. */
export type Confirmation = "process-id" | "buffered-status";

const FULL_STATUS_REQUEST = 20;
/** Unanswered polls in a row after which the printer does not answer. */
const SILENT_AFTER = 2;

/**
 * The conversation with a printer over one channel: what it said, what it was asked, what is still on the line. A
 * confirmation belongs to the session that carried the ticket; a new channel is a new session.
 */
export class PrinterSession {
  readonly facts = new Subject<PrinterFacts>(NO_FACTS, sameFacts);
  /** Two polls in a row without an answer. */
  readonly silent = new Subject(false);
  /** XOFF: the printer wants no more data now. Status requests are exempt, it keeps room for them. */
  readonly held = new Subject(false);
  readonly lost = new Subject<string | undefined>(undefined);
  /** Polls that were answered, polls that were not, and how many answers in a row have said the same at most. */
  readonly polls = new Subject({ answered: 0, unanswered: 0, agreeing: 0 });
  readonly #channel: ByteChannel;
  readonly #options: SessionOptions;
  readonly #parser: PrinterParser;
  readonly #replies: PendingReplies<PrinterMessage>;
  readonly #exchange = new Mutex();
  readonly #over = new AbortController();
  readonly #misses = new Map<number, number>();
  #requests: readonly number[];
  #heard = false;
  #reportsMouth = false;
  #silentRow = 0;
  #lineFreeAt = 0;
  /** Of the poll under way; published together, because one answer explains another. */
  #learned: Partial<PrinterFacts> = {};
  /** The write of a request that was not answered and has not left either. */
  #stuck: Promise<unknown> | undefined;
  #quietUntil = 0;
  #bufferedAsked = 0;
  #bufferedAnswered = 0;

  constructor(channel: ByteChannel, options: SessionOptions) {
    this.#channel = channel;
    this.#options = options;
    this.#requests = options.profile.statusRequests;
    this.#parser = new PrinterParser(options.profile.automaticStatus?.form ?? "asb");
    this.#replies = new PendingReplies(options.clock);
  }

  /** Begins to listen; to be called once. */
  listen(): void {
    this.#channel.onBytes((bytes) => {
      for (const message of this.#parser.push(bytes)) this.#receive(message);
    });
  }

  /** Aborts when the channel is gone. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** Whether the printer has ever said anything that made sense on this connection. */
  get heard(): boolean {
    return this.#heard;
  }

  /** Whether this printer tells of its mouth, which only Custom's full status does. */
  get reportsMouth(): boolean {
    return this.#reportsMouth;
  }

  /** Resolves when the exchange under way, the first poll of a fresh connection above all, is over. */
  async settled(): Promise<void> {
    await this.#exchange.withLock(async () => {});
  }

  /** When all that was written has left the line, by the line's rate; monotonic milliseconds. */
  get lineFreeAt(): number {
    return this.#lineFreeAt;
  }

  /** Ends every wait. */
  end(cause: string): void {
    this.#over.abort();
    this.#replies.lose(cause);
    this.lost.set(cause);
  }

  write(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    const { clock, lineRate } = this.#options;
    if (lineRate !== undefined) {
      const lineTime = (bytes.length * BITS_PER_BYTE * 1000) / lineRate;
      this.#lineFreeAt = Math.max(this.#lineFreeAt, clock.monotonic()) + lineTime;
    }
    return this.#channel.write(bytes);
  }

  /**
   * Asks the printer for its status once. Requests go one at a time, because real-time answers do not say what they
   * answer; for the same reason a request once sent is waited for, and after a missing answer the line is left alone
   * for as long as a late one may come.
   *
   * @returns whether it answered.
   */
  poll(): Promise<boolean> {
    return this.#exchange.withLock(async () => {
      const { clock } = this.#options;
      const quiet = this.#quietUntil - clock.monotonic();
      if (quiet > 0) await pause(clock, quiet, this.#over.signal);
      this.#learned = {};
      const before = this.facts.value;
      const answered = await this.#askAll();
      this.facts.set({ ...this.facts.value, ...this.#learned });
      if (!this.#over.signal.aborted) this.#count(answered, sameFacts(before, this.facts.value));
      return answered;
    });
  }

  /**
   * Asks what the printer is (`GS I`), for the log. Buffered, so a stopped printer does not answer; that is no failure.
   */
  identify(signal: AbortSignal): Promise<void> {
    return this.#exchange.withLock(async () => {
      const { profile, log, device } = this.#options;
      if (profile.identity === undefined) return;
      const found: Record<string, string> = {};
      for (const [name, request] of Object.entries(profile.identity)) {
        const reply = await this.#request(Uint8Array.of(0x1d, 0x49, request), `GS I ${request}`, "identity", signal);
        if (!reply.ok || reply.value.type !== "identity") return;
        found[name] = reply.value.text;
      }
      log("printer.identified", { device, ...found });
    });
  }

  /**
   * Waits until the printer says that it has processed everything up to the request with which the ticket ends.
   *
   * @param id four characters 20…7E, or `undefined` when the profile has no process id.
   */
  confirmation(id: string | undefined, milliseconds: number, signal: AbortSignal): Promise<Confirmation | undefined> {
    const waits: Promise<Confirmation | undefined>[] = [];
    const settled = (reply: Promise<Result<PrinterMessage, PendingError>>, by: Confirmation) =>
      reply.then((result) => (result.ok ? by : undefined));
    if (id !== undefined) {
      const matches = (message: PrinterMessage) => message.type === "process-id" && message.id === id;
      waits.push(settled(this.#replies.expect("process id", matches, milliseconds, signal), "process-id"));
    }
    if (this.#options.profile.bufferedStatus) {
      // Answers carry no mark, but they come in order: this ticket's is the one after all that were asked before.
      const number = ++this.#bufferedAsked;
      const matches = (message: PrinterMessage) =>
        message.type === "buffered-status" && this.#bufferedAnswered === number;
      waits.push(settled(this.#replies.expect("GS r", matches, milliseconds, signal), "buffered-status"));
    }
    return firstConfirmation(waits);
  }

  /** After a reset the printer's buffer is empty: nothing that was asked in it will be answered. */
  forgetBuffered(): void {
    this.#bufferedAnswered = this.#bufferedAsked;
  }

  async #askAll(): Promise<boolean> {
    if (!this.#heard && this.polls.value.unanswered === 0) return await this.#discover();
    for (const [index, request] of this.#requests.entries()) {
      const reply = await this.#askStatus(request);
      if (reply === "answered") continue;
      // A late answer must not be taken for the next request's, so the poll ends here.
      if (reply === "over" || index === 0) return false;
      this.#miss(request);
      return true;
    }
    return true;
  }

  /** The first poll asks everything, and what stays unanswered while other requests are answered is not asked again. */
  async #discover(): Promise<boolean> {
    const answered: number[] = [];
    for (const request of this.#requests) {
      const reply = await this.#askStatus(request);
      if (reply === "over") return false;
      if (reply === "answered") answered.push(request);
    }
    if (answered.length === 0) return false;
    for (const request of this.#requests) if (!answered.includes(request)) this.#forsake(request);
    return true;
  }

  async #askStatus(request: number): Promise<"answered" | "unanswered" | "over"> {
    const type = request === FULL_STATUS_REQUEST ? "full-status" : "realtime";
    const reply = await this.#request(Uint8Array.of(0x10, 0x04, request), `DLE EOT ${request}`, type);
    if (!reply.ok) return reply.error.code === "common.deadline" ? "unanswered" : "over";
    this.#misses.delete(request);
    if (reply.value.type === "realtime")
      this.#learned = { ...this.#learned, ...realtimeFacts(request, reply.value.byte) };
    return "answered";
  }

  async #request(
    bytes: Uint8Array,
    name: string,
    type: PrinterMessage["type"],
    signal?: AbortSignal,
  ): Promise<Result<PrinterMessage, PendingError>> {
    const { timings, device, log, clock } = this.#options;
    // A held line lets nothing through; requests must not pile up behind one that could not even leave.
    const writing = this.#stuck ?? this.write(bytes);
    let left = false;
    void writing.then(() => {
      left = true;
      this.#stuck = undefined;
    });
    if (this.#over.signal.aborted) return err(coded("link.lost", name));
    const onTheLine = Math.max(0, this.#lineFreeAt - clock.monotonic());
    const within = timings.replyWithin + onTheLine;
    const reply = await this.#replies.expect(name, (message) => message.type === type, within, signal);
    if (!reply.ok && reply.error.code === "common.deadline") {
      if (!left) this.#stuck = writing;
      if (type === "realtime") this.#quietUntil = clock.monotonic() + timings.replyWithin;
      log("printer.unanswered", { device, request: name, row: this.#silentRow + 1 });
    }
    return reply.ok ? ok(reply.value) : reply;
  }

  #miss(request: number): void {
    const misses = (this.#misses.get(request) ?? 0) + 1;
    this.#misses.set(request, misses);
    if (misses >= SILENT_AFTER) this.#forsake(request);
  }

  /** A request that a printer leaves out although it answers others is one that it does not know. */
  #forsake(request: number): void {
    const { device, log } = this.#options;
    this.#requests = this.#requests.filter((known) => known !== request);
    log("printer.request-unsupported", { device, request: `DLE EOT ${request}` });
  }

  #count(answered: boolean, same: boolean): void {
    const { answered: yes, unanswered: no, agreeing } = this.polls.value;
    this.#silentRow = answered ? 0 : this.#silentRow + 1;
    const agreed = Math.max(agreeing, yes > 0 && same ? 2 : 1);
    this.polls.set(
      answered
        ? { answered: yes + 1, unanswered: no, agreeing: agreed }
        : { answered: yes, unanswered: no + 1, agreeing },
    );
    this.silent.set(this.#silentRow >= SILENT_AFTER);
  }

  #receive(message: PrinterMessage): void {
    this.#heard = true;
    if (message.type === "flow") {
      this.held.set(message.hold);
      return;
    }
    if (message.type === "buffered-status" && this.#bufferedAnswered < this.#bufferedAsked) this.#bufferedAnswered++;
    if (message.type === "full-status") this.#reportsMouth = true;
    const facts = reportedFacts(message);
    if (facts !== undefined) this.#learn(facts);
    if (!this.#replies.deliver(message) && facts === undefined) {
      const { device, log } = this.#options;
      log("printer.stray-reply", { device, reply: message.type });
    }
  }

  /** What the printer reports by itself is newer than what the poll under way has heard so far. */
  #learn(facts: Partial<PrinterFacts>): void {
    this.#learned = { ...this.#learned, ...facts };
    this.facts.set({ ...this.facts.value, ...facts });
  }

  /** Resolves after `milliseconds`, or when the channel or `signal` ends. */
  async rest(milliseconds: number, signal: AbortSignal): Promise<void> {
    await pause(this.#options.clock, milliseconds, AbortSignal.any([signal, this.#over.signal]));
  }
}

/** The first wait that confirms; `undefined` when none does. */
async function firstConfirmation(
  waits: readonly Promise<Confirmation | undefined>[],
): Promise<Confirmation | undefined> {
  const { promise, resolve } = Promise.withResolvers<Confirmation>();
  for (const wait of waits) void wait.then((by) => by !== undefined && resolve(by));
  return await Promise.race([promise, Promise.all(waits).then(() => undefined)]);
}
