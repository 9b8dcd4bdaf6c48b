import type { Clock } from "../../base/clock.ts";
import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import { pause } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { Mutex } from "../../base/mutex.ts";
import { type Observable, Subject, sameData } from "../../base/observable.ts";
import { done, failed, type Outcome, uncertain } from "../../base/outcome.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { delays } from "../../base/schedule.ts";
import { logConditionChanges } from "../conditions.ts";
import type { CommandOptions } from "../device.ts";
import { isProvisional } from "../first-status.ts";
import { RECONNECT } from "../transport/reconnect.ts";
import { type CallError, IppClient } from "./client.ts";
import { conditionsOf, stopOf } from "./conditions.ts";
import type { PrinterContext } from "./context.ts";
import { findJob } from "./find-job.ts";
import type {
  PageDocument,
  PagePrinter,
  PagePrinterCapabilities,
  PagePrinterCondition,
  PagePrintOptions,
  PagePrintResult,
  RecallOptions,
} from "./interface.ts";
import type { IppLink } from "./link.ts";
import { inspectPdf } from "./pdf.ts";
import { PRINTER_ATTRIBUTES, type PrinterFacts, readPrinter, shortcomings } from "./printer-facts.ts";
import { submit } from "./submit.ts";
import { type Ticket, templateOf } from "./template.ts";
import { DEFAULT_TIMINGS, type PagePrinterTimings } from "./timings.ts";
import { validate } from "./validate.ts";
import { watchJob } from "./watch.ts";

/** The one model: every printer that speaks IPP as RFC 8011 says. */
export const IPP_MODEL = "ipp";

export type PagePrinterOptions = {
  readonly id: string;
  readonly link: IppLink;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Makes a name for an intent that has none; unique for ever. */
  readonly newIntent: () => string;
  readonly log: Logger;
  readonly timings?: Partial<PagePrinterTimings>;
};

const NOTHING_SENT = "nothing was sent";
/** One answer may be lost in a busy network; two are not. */
const MISSED_BEFORE_AWAY = 2;

/** A page printer that speaks IPP. */
export function createPagePrinter(options: PagePrinterOptions): PagePrinter {
  return new IppPrinter(options);
}

class IppPrinter implements PagePrinter {
  readonly id: string;
  readonly model = IPP_MODEL;
  readonly #options: PagePrinterOptions;
  readonly #timings: PagePrinterTimings;
  readonly #client: IppClient;
  readonly #status: Subject<DeviceStatus>;
  readonly #jobs = new Mutex();
  readonly #over = new AbortController();
  #running: Promise<void> | undefined;
  #facts: PrinterFacts | undefined;
  #failure: CallError | undefined;
  #missed = 0;
  #conditions: readonly PagePrinterCondition[] = [];

  constructor(options: PagePrinterOptions) {
    this.id = options.id;
    this.#options = options;
    this.#timings = { ...DEFAULT_TIMINGS, ...options.timings };
    this.#client = new IppClient(options.link);
    this.#status = new Subject<DeviceStatus>(this.#readStatus(), sameData);
  }

  get status(): Observable<DeviceStatus> {
    return this.#status;
  }

  get capabilities(): PagePrinterCapabilities | undefined {
    return this.#facts?.capabilities;
  }

  start(): void {
    this.#running ??= this.#lookAfter();
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#running;
    await this.#jobs.withLock(async () => {});
    this.#facts = undefined;
    this.#failure = undefined;
    this.#publish();
  }

  async print(document: PageDocument, options: PagePrintOptions = {}): Promise<Outcome<PagePrintResult>> {
    const inspected = await inspectPdf(document.pdf);
    if (!inspected.ok) return failed(inspected.error);
    const { intent = this.#options.newIntent(), copies = 1, sides = "one-sided" } = options;
    if (!/^[\w.-]{1,60}$/.test(intent)) return failed(coded("common.bad-input", "intent"));
    if (!Number.isSafeInteger(copies) || copies < 1) return failed(coded("common.bad-input", "copies"));
    const ticket: Ticket = { intent, copies, sides, pages: inspected.value.pages, pdf: document.pdf };
    const outcome = this.#jobs.withLock(() => this.#print(ticket, options));
    this.#publish();
    return await outcome.finally(() => this.#publish());
  }

  async recall(intent: string, options: RecallOptions = {}): Promise<Outcome<PagePrintResult>> {
    const signal = this.#signal(options);
    const found = await findJob(this.#client, intent, { within: this.#timings.answerWithin, signal });
    if (!found.ok) return uncertain(found.error.error);
    if (found.value === undefined) return uncertain(coded("page-printer.job-unknown"));
    // Who only asks does not cancel: an abort ends the asking.
    return await watchJob(
      { ...this.#context, over: signal },
      { job: found.value.id, pages: undefined, signal: options.giveUp ?? NEVER, onProgress: () => {} },
    );
  }

  async cancel(job: number, options: CommandOptions = {}): Promise<Outcome<void>> {
    const within = this.#timings.answerWithin;
    const answer = await this.#client.callJob("Cancel-Job", job, { within, signal: this.#signal(options) });
    if (answer.ok) return done(undefined);
    const { error, maybeDone } = answer.error;
    // A job that has ended cannot be cancelled (RFC 8011, 4.3.3), and need not be.
    if (error.code === "page-printer.refused" && error.message.includes("not-possible")) return done(undefined);
    return maybeDone ? uncertain(error) : failed(error);
  }

  async refresh(options: CommandOptions = {}): Promise<Outcome<void>> {
    if ((await this.#look(this.#signal(options))) !== undefined) return done(undefined);
    return failed(this.#failure ?? coded("common.cancelled"));
  }

  /** Every exchange has a connection of its own, so there is none to close: a job that hangs is ended by its own deadlines, or by `cancel`. */
  reset(options: CommandOptions = {}): Promise<Outcome<void>> {
    return this.refresh(options);
  }

  async #print(ticket: Ticket, options: PagePrintOptions): Promise<Outcome<PagePrintResult>> {
    const { clock, log } = this.#options;
    const signal = this.#signal(options);
    const startedAt = clock.monotonic();
    const facts = await this.#look(signal);
    const refusal =
      facts === undefined ? (this.#failure ?? coded("common.cancelled")) : await this.#refusal(facts, ticket, signal);
    if (facts === undefined || refusal !== undefined || signal.aborted)
      return failed(refusal === undefined ? coded("common.cancelled", NOTHING_SENT) : refusal);
    log("page-printer.job-started", { device: this.id, bytes: ticket.pdf.length });
    const { intent: name, pdf, pages, copies } = ticket;
    const template = templateOf(ticket, facts);
    const submitted = await submit(this.#context, { name, pdf, template, facts, signal });
    const outcome =
      submitted.state === "accepted"
        ? await watchJob(this.#context, {
            job: submitted.job,
            doubt: submitted.doubt,
            pages: pages === undefined ? undefined : pages * copies,
            signal: options.signal ?? NEVER,
            onProgress: options.onProgress ?? (() => {}),
          })
        : submitted.state === "refused"
          ? failed(submitted.error)
          : uncertain(submitted.error);
    log("page-printer.job-ended", {
      device: this.id,
      outcome: outcome.outcome,
      duration: clock.monotonic() - startedAt,
      ...(submitted.state === "accepted" ? { job: submitted.job } : {}),
      ...(outcome.outcome === "ok" ? { pages: outcome.value.printed } : { cause: outcome.error.code }),
    });
    return outcome;
  }

  /** Why a document is not even begun; asked of the printer, not remembered. */
  async #refusal(facts: PrinterFacts, ticket: Ticket, signal: AbortSignal): Promise<CodedError | undefined> {
    const stop = stopOf(this.#conditions);
    if (stop !== undefined) return coded(stop, NOTHING_SENT);
    const { sides, maxCopies } = facts.capabilities;
    if (ticket.sides !== "one-sided" && !sides.includes(ticket.sides))
      return coded("page-printer.option-unsupported", `sides ${ticket.sides}`);
    if (ticket.copies > maxCopies) return coded("page-printer.option-unsupported", `copies, at most ${maxCopies}`);
    return await validate(this.#context, ticket, facts, signal);
  }

  get #context(): PrinterContext {
    const { clock, random, log } = this.#options;
    return {
      device: this.id,
      client: this.#client,
      clock,
      random,
      log,
      timings: this.#timings,
      look: (signal) => this.#look(signal),
      stop: () => stopOf(this.#conditions),
      over: this.#over.signal,
    };
  }

  #signal({ signal }: CommandOptions): AbortSignal {
    return signal === undefined ? this.#over.signal : AbortSignal.any([signal, this.#over.signal]);
  }

  /** Looks at the printer for as long as the driver runs; while a job is under way, the job does. */
  async #lookAfter(): Promise<void> {
    const over = this.#over.signal;
    const { clock, random } = this.#options;
    let away = delays(RECONNECT.ipp, random);
    while (!over.aborted) {
      if (!this.#jobs.busy) await this.#look(over);
      if (this.#failure === undefined) away = delays(RECONNECT.ipp, random);
      const wait = this.#failure === undefined ? this.#timings.pollIdle : away.next().value;
      await pause(clock, wait ?? this.#timings.pollIdle, over);
    }
  }

  async #look(signal?: AbortSignal): Promise<PrinterFacts | undefined> {
    const within = this.#timings.answerWithin;
    const answer = await this.#client.printerAttributes(PRINTER_ATTRIBUTES, { within, ...(signal && { signal }) });
    if (signal?.aborted && !answer.ok) return undefined;
    const facts = answer.ok ? readPrinter(answer.value) : undefined;
    if (facts !== undefined) {
      this.#missed = 0;
      this.#failure = undefined;
      this.#facts = facts;
    } else {
      this.#missed++;
      this.#failure = answer.ok ? coded("page-printer.bad-answer", "no printer-state in it") : answer.error.error;
    }
    this.#publish();
    return facts;
  }

  #publish(): void {
    this.#status.set(this.#readStatus());
  }

  #readStatus(): DeviceStatus {
    const link = this.#link();
    const before = this.#conditions;
    this.#conditions = link === "connected" ? this.#readConditions(before) : [];
    logConditionChanges(this.#options.log, this.id, before, this.#conditions);
    const able =
      link === "connected" &&
      this.#facts !== undefined &&
      this.#conditions.every(({ severity }) => severity !== "fault");
    const busy = this.#jobs.busy || this.#facts?.state === "processing";
    return {
      device: this.id,
      kind: "page-printer",
      model: this.model,
      link,
      readiness: !able ? "unavailable" : busy ? "busy" : "ready",
      conditions: [...this.#conditions],
      provisional: isProvisional("page-printer", link, this.#facts === undefined ? 0 : 1),
    };
  }

  #readConditions(before: readonly PagePrinterCondition[]): readonly PagePrinterCondition[] {
    const now = this.#options.clock.now();
    if (this.#isBad) return conditionsOf({ reasons: [], stopped: false }, ["bad-answer"], before, now);
    return this.#facts === undefined ? [] : conditionsOf(this.#facts, shortcomings(this.#facts), before, now);
  }

  #link(): DeviceStatus["link"] {
    if (this.#failure === undefined) return this.#facts === undefined ? "absent" : "connected";
    if (this.#isBad) return "connected";
    if (this.#failure.code === "common.deadline" && this.#missed < MISSED_BEFORE_AWAY && this.#facts !== undefined)
      return "connected";
    return this.#failure.code === "link.refused" ? "connecting" : "absent";
  }

  /** Something answers, but not as a printer does. */
  get #isBad(): boolean {
    return this.#failure !== undefined && !/^(?:link|common)\./.test(this.#failure.code);
  }
}

const NEVER = new AbortController().signal;
