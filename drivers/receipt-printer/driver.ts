import type { Clock } from "../../base/clock.ts";
import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import type { Logger } from "../../base/log.ts";
import { Mutex } from "../../base/mutex.ts";
import { type Observable, Subject, sameData } from "../../base/observable.ts";
import { done, failed, type Outcome, uncertain } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { logConditionChanges } from "../conditions.ts";
import type { CommandOptions } from "../device.ts";
import { isProvisional } from "../first-status.ts";
import { reopen } from "../reopen.ts";
import type { OpenChannel } from "../transport/byte-channel.ts";
import { Connection } from "../transport/connection.ts";
import type { HotPlug } from "../transport/hot-plug.ts";
import type { ReceiptDocument } from "./document.ts";
import { type EncodedTicket, encodeTicket } from "./encoder.ts";
import { conditionCodes, conditionsOf, firstStop, pausedBy } from "./facts.ts";
import type { PrinterCapabilities, PrintOptions, PrintResult, ReceiptPrinter } from "./interface.ts";
import { type ConfirmedBy, PrintJob } from "./job.ts";
import { clearMouth, present } from "./presenter.ts";
import { capabilitiesOf, type PrinterProfile } from "./profile.ts";
import { PrinterSession } from "./session.ts";
import { DEFAULT_TIMINGS, type PrinterTimings } from "./timings.ts";

export type PrinterDriverOptions = {
  readonly id: string;
  readonly profile: PrinterProfile;
  readonly open: OpenChannel;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly hotPlug?: HotPlug | undefined;
  /** Bits per second of a serial line, so that the line is kept busy and little more; absent for USB and TCP. */
  readonly lineRate?: number;
  readonly timings?: Partial<PrinterTimings>;
  /**
   * Whether a ticket is sent to a printer that has never answered a status request on this connection. A kiosk does not
   * (a dead printer is known before a citizen waits for it); at a workbench with a printer that only listens it may be
   * wanted, and ends in `unknown`.
   */
  readonly sendWhenSilent?: boolean;
};

/** Ids are numbers written in the characters 21…7E. */
const ID_FIRST = 0x21;
const ID_RADIX = 0x7f - ID_FIRST;
const ID_LENGTH = 4;
const ID_COUNT = ID_RADIX ** ID_LENGTH;

/** A receipt printer that speaks ESC/POS, by profile. */
export function createReceiptPrinter(options: PrinterDriverOptions): ReceiptPrinter {
  return new EscPosPrinter(options);
}

class EscPosPrinter implements ReceiptPrinter {
  readonly id: string;
  readonly model: string;
  readonly capabilities: PrinterCapabilities;
  readonly #options: PrinterDriverOptions;
  readonly #timings: PrinterTimings;
  readonly #connection: Connection<PrinterSession>;
  readonly #status: Subject<DeviceStatus>;
  readonly #tickets = new Mutex();
  #resetting = new AbortController();
  #wake = new AbortController();
  #confirms = false;
  #nextId: number;
  /** A ticket ended in doubt: its rest may still lie in the printer, and must not join the next one. */
  #unfinished = false;

  constructor(options: PrinterDriverOptions) {
    this.id = options.id;
    this.model = options.profile.model;
    this.capabilities = capabilitiesOf(options.profile);
    this.#options = options;
    this.#nextId = Math.floor(options.random() * ID_COUNT);
    this.#timings = { ...DEFAULT_TIMINGS, ...options.timings };
    this.#connection = new Connection<PrinterSession>({
      device: options.id,
      open: options.open,
      start: (channel) =>
        new PrinterSession(channel, {
          device: options.id,
          profile: options.profile,
          clock: options.clock,
          log: options.log,
          timings: this.#timings,
          lineRate: options.lineRate,
        }),
      end: (session, cause) => session.end(cause),
      clock: options.clock,
      random: options.random,
      log: options.log,
      hotPlug: options.hotPlug,
    });
    this.#status = new Subject<DeviceStatus>(this.#readStatus([]), sameData);
    this.#connection.state.subscribe((state) => {
      this.#publish();
      if (state.link === "connected") void this.#lookAfter(state.session);
    });
  }

  get status(): Observable<DeviceStatus> {
    return this.#status;
  }

  start(): void {
    this.#connection.start();
  }

  stop(): Promise<void> {
    return this.#connection.stop();
  }

  async print(document: ReceiptDocument, options: PrintOptions = {}): Promise<Outcome<PrintResult>> {
    const ticket = encodeTicket(document, this.#options.profile);
    if (!ticket.ok) return failed(ticket.error);
    const outcome = this.#tickets.withLock(() => this.#print(ticket.value, options));
    this.#publish();
    return await outcome.finally(() => this.#publish());
  }

  async refresh(options: CommandOptions = {}): Promise<Outcome<void>> {
    const session = await this.#connection.connected(this.#timings.connectWithin, options.signal);
    if (session === undefined) return failed(this.#absent(options.signal));
    if (await session.poll()) return done(undefined);
    return failed(coded(options.signal?.aborted ? "common.cancelled" : "printer.not-answering"));
  }

  async reset(options: CommandOptions = {}): Promise<Outcome<void>> {
    this.#resetting.abort("printer.reset-meanwhile");
    this.#resetting = new AbortController();
    return await this.#tickets.withLock(async () => {
      const reopened = await reopen(this.#connection, this.id, options);
      if (reopened.outcome !== "ok") return reopened;
      const session = reopened.value;
      const { profile } = this.#options;
      const written = await session.write(
        Uint8Array.from([...profile.reset, ...(profile.automaticStatus?.enable ?? [])]),
      );
      if (!written.ok) return uncertain(written.error);
      session.forgetBuffered();
      this.#unfinished = false;
      if (await session.poll()) return done(undefined);
      return uncertain(coded(options.signal?.aborted ? "common.cancelled" : "printer.not-answering"));
    });
  }

  async #print(ticket: EncodedTicket, options: PrintOptions): Promise<Outcome<PrintResult>> {
    const signal = AbortSignal.any([this.#resetting.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    const session = await this.#connection.connected(this.#timings.connectWithin, signal);
    if (session === undefined) return failed(this.#absent(signal));
    const refusal = await this.#refusal(session, signal);
    if (refusal !== undefined) return failed(refusal);
    const { clock, log, profile } = this.#options;
    const startedAt = clock.monotonic();
    const commands = this.#unfinished ? [...separation(profile), ...ticket.commands] : ticket.commands;
    log("printer.job-started", { device: this.id, bytes: commands.reduce((sum, { length }) => sum + length, 0) });
    this.#wake.abort();
    const outcome = await this.#job(session, { ...ticket, commands }, signal, options).run();
    this.#unfinished = outcome.outcome === "unknown" || (this.#unfinished && outcome.outcome === "error");
    log("printer.job-ended", {
      device: this.id,
      outcome: outcome.outcome,
      duration: clock.monotonic() - startedAt,
      ...(outcome.outcome === "ok" ? { confirmation: outcome.value } : { cause: outcome.error.code }),
    });
    if (outcome.outcome === "unknown" && firstStop(session.facts.value) !== undefined) await this.#forget(session);
    if (outcome.outcome !== "ok") return outcome;
    return done(await this.#printed(session, outcome.value, signal, options));
  }

  /** The rest of a ticket that was given up must not come out in front of the next citizen when paper is loaded. */
  async #forget(session: PrinterSession): Promise<void> {
    const { profile } = this.#options;
    await session.write(Uint8Array.from([...profile.reset, ...(profile.automaticStatus?.enable ?? [])]));
    session.forgetBuffered();
  }

  async #printed(
    session: PrinterSession,
    by: ConfirmedBy,
    signal: AbortSignal,
    { onProgress = () => {}, takeWithin }: PrintOptions,
  ): Promise<PrintResult> {
    if (by === "process-id" || by === "buffered-status") this.#confirms = true;
    onProgress("printed");
    const printed = { printed: 1, confirmed: by !== "nothing" };
    const { presenter } = this.#options.profile;
    if (presenter === undefined) return printed;
    const { clock } = this.#options;
    const presented = await present(session, presenter, {
      clock,
      timings: this.#timings,
      signal,
      takeWithin,
      onProgress,
    });
    return presented === undefined ? printed : { ...printed, presented };
  }

  #job(session: PrinterSession, ticket: EncodedTicket, signal: AbortSignal, { onProgress }: PrintOptions): PrintJob {
    const { clock, lineRate, profile } = this.#options;
    return new PrintJob(session, ticket, {
      clock,
      timings: this.#timings,
      lineRate,
      id: profile.processId ? this.#newId() : undefined,
      bufferedStatus: profile.bufferedStatus,
      presenter: profile.presenter !== undefined,
      confirmsAlways: this.#confirms,
      signal,
      onProgress: onProgress ?? (() => {}),
    });
  }

  /** Why a ticket is not even begun; asked of the printer, not remembered. */
  async #refusal(session: PrinterSession, signal: AbortSignal) {
    const { sendWhenSilent = false, profile, clock } = this.#options;
    await session.settled();
    const answered = session.heard && (await session.poll());
    if (signal.aborted) return coded("common.cancelled", "nothing was sent");
    if (session.over.aborted) return coded("link.lost", "nothing was sent");
    if (!answered && (session.heard || !sendWhenSilent)) return coded("printer.not-answering", "nothing was sent");
    const stop = firstStop(session.facts.value);
    if (stop !== undefined && stop !== "head-hot") return coded(`printer.${stop}`, "nothing was sent");
    if (profile.presenter === undefined || !session.facts.value.ticketInMouth) return undefined;
    const cleared = await clearMouth(session, profile.presenter, { clock, timings: this.#timings, signal });
    return cleared ? undefined : coded("printer.ticket-in-mouth", "nothing was sent");
  }

  /** Polls for as long as the session lives. */
  async #lookAfter(session: PrinterSession): Promise<void> {
    for (const subject of [session.facts, session.silent, session.polls])
      (subject as Observable<unknown>).subscribe(() => this.#publish());
    session.listen();
    const { profile } = this.#options;
    while (!session.over.aborted) {
      const first = session.polls.value.answered === 0;
      const wasSilent = session.silent.value;
      const answered = await session.poll();
      // After a power cycle the printer has forgotten that it should report by itself.
      if (answered && (first || wasSilent) && profile.automaticStatus !== undefined)
        void session.write(Uint8Array.from(profile.automaticStatus.enable));
      if (answered && first) continue;
      if (answered && session.polls.value.answered === 2 && pausedBy(session.facts.value) === undefined)
        void session.identify(session.over);
      if (this.#wake.signal.aborted) this.#wake = new AbortController();
      await session.rest(this.#tickets.busy ? this.#timings.pollBusy : this.#timings.pollIdle, this.#wake.signal);
    }
  }

  /** Four characters that no other ticket of the last sixty million on this driver had. */
  #newId(): string {
    const characters: string[] = [];
    for (let rest = this.#nextId; characters.length < ID_LENGTH; rest = Math.floor(rest / ID_RADIX))
      characters.push(String.fromCharCode(ID_FIRST + (rest % ID_RADIX)));
    this.#nextId = (this.#nextId + 1) % ID_COUNT;
    return characters.join("");
  }

  #absent(signal: AbortSignal | undefined) {
    if (signal?.aborted) return coded("common.cancelled", "nothing was sent");
    const state = this.#connection.state.value;
    const error = coded(state.link === "connecting" ? "link.refused" : "link.absent");
    const cause = "cause" in state ? state.cause : this.id;
    return cause.startsWith(error.message) ? { ...error, message: cause } : coded(error.code, cause);
  }

  #publish(): void {
    this.#status.set(this.#readStatus(this.#status.value.conditions));
  }

  #readStatus(before: DeviceStatus["conditions"]): DeviceStatus {
    const { link } = this.#connection.state.value;
    const session = this.#connection.session;
    const codes = session === undefined ? [] : conditionCodes(session.facts.value, session.silent.value);
    const conditions = conditionsOf(codes, before, this.#options.clock.now());
    logConditionChanges(this.#options.log, this.id, before, conditions);
    const able = session?.heard === true && conditions.every(({ severity }) => severity !== "fault");
    return {
      device: this.id,
      kind: "receipt-printer",
      model: this.model,
      link,
      readiness: !able ? "unavailable" : this.#tickets.busy ? "busy" : "ready",
      conditions,
      provisional: isProvisional("receipt-printer", link, session?.polls.value.agreeing ?? 0),
    };
  }
}

/** Ends whatever was left of an earlier ticket, so that nobody gets half of somebody else's. */
function separation(profile: PrinterProfile): Uint8Array[] {
  const feed = Uint8Array.of(0x0a, 0x1b, 0x64, profile.feedBeforeCut);
  if (profile.cut === undefined) return [feed];
  const cut = [feed, Uint8Array.from(profile.cut)];
  if (profile.presenter === undefined) return cut;
  // Drawn in again: what is on it concerns the citizen before.
  return [...cut, Uint8Array.from(profile.presenter.present), Uint8Array.from(profile.presenter.retract)];
}
