import type { Clock } from "../../../base/clock.ts";
import type { DeviceStatus } from "../../../base/contracts/device-status.ts";
import { anySignal, pause } from "../../../base/deadline.ts";
import type { Logger } from "../../../base/log.ts";
import { type Observable, Subject, sameData } from "../../../base/observable.ts";
import { done, failed, type Outcome } from "../../../base/outcome.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { delays } from "../../../base/schedule.ts";
import { conditionsFor, logConditionChanges } from "../../conditions.ts";
import type { CommandOptions } from "../../device.ts";
import { isProvisional } from "../../first-status.ts";
import { RECONNECT } from "../../transport/reconnect.ts";
import {
  type DocumentScanner,
  type DocumentScannerCapabilities,
  type DocumentScannerConditionCode,
  SCANNER_SOURCES,
  type ScannedPage,
  type ScanOptions,
} from "../interface.ts";
import { type ClientError, EsclClient } from "./client.ts";
import { conditionsOf, MEANINGS } from "./conditions.ts";
import type { ScannerFacts, ScannerState } from "./facts.ts";
import type { EsclLink } from "./link.ts";
import { type Look, scanPage } from "./scan.ts";
import { DEFAULT_TIMINGS, type EsclTimings } from "./timings.ts";

/** The one model: every scanner that speaks eSCL. */
export const ESCL_MODEL = "escl";

export type EsclScannerOptions = {
  readonly id: string;
  readonly link: EsclLink;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  readonly timings?: Partial<EsclTimings>;
};

const RESOLUTION = 200;
const WITHIN = 60_000;
/** One answer may be lost in a busy network; two are not. */
const MISSED_BEFORE_AWAY = 2;

/** A document scanner that speaks eSCL. */
export class EsclScanner implements DocumentScanner {
  readonly id: string;
  readonly model = ESCL_MODEL;
  readonly #options: EsclScannerOptions;
  readonly #timings: EsclTimings;
  readonly #client: EsclClient;
  readonly #status: Subject<DeviceStatus>;
  readonly #over = new AbortController();
  #running: Promise<void> | undefined;
  #facts: ScannerFacts | undefined;
  #state: ScannerState | undefined;
  #failure: CodedError | undefined;
  #missed = 0;
  #busy = false;
  /** A job that may still be at the scanner, which went away with it. */
  #left: string | undefined;
  /** The scan under way, until its picture is in memory. */
  #scan: { readonly stop: AbortController; readonly ended: Promise<unknown> } | undefined;

  constructor(options: EsclScannerOptions) {
    this.id = options.id;
    this.#options = options;
    this.#timings = { ...DEFAULT_TIMINGS, ...options.timings };
    this.#client = new EsclClient(options.link);
    this.#status = new Subject<DeviceStatus>(this.#describe([]), sameData);
  }

  get status(): Observable<DeviceStatus> {
    return this.#status;
  }

  get capabilities(): DocumentScannerCapabilities {
    const { maker, product, sources = {} } = this.#facts ?? {};
    const resolutions = Object.values(sources).flatMap((source) => source.resolutions);
    return {
      ...(maker === undefined ? {} : { maker }),
      ...(product === undefined ? {} : { product }),
      sources: SCANNER_SOURCES.filter((source) => sources[source] !== undefined),
      resolutions: [...new Set(resolutions)].sort((a, b) => a - b),
    };
  }

  start(): void {
    this.#running ??= this.#lookAfter();
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#running;
    await this.#scan?.ended;
    this.#forget();
    this.#publish();
  }

  /** Every exchange has a connection of its own, so there is none to close: a scan under way is ended, and the scanner is asked everything anew. */
  async reset({ signal }: CommandOptions = {}): Promise<Outcome<void>> {
    if (signal?.aborted) return failed(coded("common.cancelled", `reset of ${this.id}`));
    this.#scan?.stop.abort();
    await this.#scan?.ended;
    this.#forget();
    const looked = await this.#look(anySignal(this.#over.signal, signal));
    return looked.ok ? done(undefined) : failed(looked.error);
  }

  async scan<T>(use: (page: ScannedPage) => Promise<T>, options: ScanOptions = {}): Promise<Outcome<T>> {
    if (options.signal?.aborted) return failed(coded("common.cancelled", `scan on ${this.id}`));
    if (this.#busy) return failed(coded("document-scanner.busy", this.id));
    this.#busy = true;
    this.#publish();
    try {
      const page = await this.#page(options);
      if (!page.ok) return failed(page.error);
      try {
        return done(await use(page.value));
      } finally {
        page.value.bytes.fill(0);
      }
    } finally {
      this.#busy = false;
      this.#publish();
    }
  }

  async #page(options: ScanOptions): Promise<Result<ScannedPage, CodedError>> {
    const { signal, resolution = RESOLUTION, colour = false, within = WITHIN, onFeedback = () => {} } = options;
    const { clock, random, log } = this.#options;
    const startedAt = clock.monotonic();
    const stop = new AbortController();
    const ended = scanPage(
      {
        ...{ client: this.#client, clock, random, timings: this.#timings },
        look: (wanted) => this.#look(wanted),
        onLeft: (job) => {
          this.#left = job;
        },
      },
      {
        ...{ wish: { resolution, colour }, within, onFeedback },
        signal: anySignal(AbortSignal.any([stop.signal, this.#over.signal]), signal),
      },
    );
    this.#scan = { stop, ended };
    const scanned = await ended;
    this.#scan = undefined;
    // A reset ends it, and nobody asked for that here.
    const lost = !scanned.ok && stop.signal.aborted && signal?.aborted !== true;
    const page = lost ? err(coded("link.lost", `${this.id} was reset`)) : scanned;
    log("document-scanner.scan", {
      device: this.id,
      outcome: page.ok ? "ok" : "error",
      duration: clock.monotonic() - startedAt,
      ...(page.ok ? { bytes: page.value.bytes.length } : { cause: page.error.code }),
    });
    return page;
  }

  /** Looks at the scanner for as long as the driver runs; while a scan is under way, the scan does. */
  async #lookAfter(): Promise<void> {
    const over = this.#over.signal;
    const { clock, random } = this.#options;
    let away = delays(RECONNECT.network, random);
    while (!over.aborted) {
      if (this.#scan === undefined) await this.#look(over);
      if (this.#failure === undefined) away = delays(RECONNECT.network, random);
      const wait = this.#failure === undefined ? this.#timings.pollIdle : away.next().value;
      await pause(clock, wait ?? this.#timings.pollIdle, over);
    }
  }

  async #look(signal: AbortSignal): Promise<Result<Look, CodedError>> {
    const asked = await this.#ask(signal);
    // Who gave up has learned nothing.
    if (!asked.ok && signal.aborted) return asked;
    if (asked.ok) {
      this.#missed = 0;
      this.#failure = undefined;
      this.#facts = asked.value.facts;
      this.#state = asked.value.state;
    } else {
      this.#missed++;
      this.#failure = asked.error;
      // Another one may stand there when something answers again.
      if (this.#link() !== "connected") this.#facts = undefined;
    }
    this.#publish();
    return asked;
  }

  async #ask(signal: AbortSignal): Promise<Result<Look, ClientError>> {
    const options = { within: this.#timings.answerWithin, signal };
    if (this.#left !== undefined && (await this.#client.deleteJob(this.#left, options))) this.#left = undefined;
    const facts = this.#facts === undefined ? await this.#client.facts(options) : ok(this.#facts);
    if (!facts.ok) return facts;
    const state = await this.#client.state(options);
    return state.ok ? ok({ facts: facts.value, state: state.value }) : state;
  }

  #forget(): void {
    this.#facts = undefined;
    this.#state = undefined;
    this.#failure = undefined;
    this.#missed = 0;
  }

  #publish(): void {
    const before = this.#status.value;
    const after = this.#describe(before.conditions);
    logConditionChanges(this.#options.log, this.id, before.conditions, after.conditions);
    this.#status.set(after);
  }

  #describe(before: DeviceStatus["conditions"]): DeviceStatus {
    const link = this.#link();
    const conditions = conditionsFor(MEANINGS, this.#codes(link), before, this.#options.clock.now());
    const busy = this.#busy || this.#state?.state === "busy";
    return {
      device: this.id,
      kind: "document-scanner",
      model: this.model,
      link,
      readiness: conditions.length > 0 ? "unavailable" : busy ? "busy" : "ready",
      conditions,
      provisional: isProvisional("document-scanner", link, this.#facts === undefined ? 0 : 1),
    };
  }

  #codes(link: DeviceStatus["link"]): readonly DocumentScannerConditionCode[] {
    if (link !== "connected") return ["not-answering"];
    if (this.#isBad || this.#facts === undefined || this.#state === undefined) return ["bad-answer"];
    return conditionsOf(this.#facts, this.#state);
  }

  #link(): DeviceStatus["link"] {
    if (this.#failure === undefined) return this.#state === undefined ? "absent" : "connected";
    if (this.#isBad) return "connected";
    const { code } = this.#failure;
    if (code === "common.deadline" && this.#missed < MISSED_BEFORE_AWAY && this.#facts !== undefined)
      return "connected";
    return code === "link.refused" || code === "document-scanner.busy" ? "connecting" : "absent";
  }

  /** Something answers, but not as a scanner does. */
  get #isBad(): boolean {
    const code = this.#failure?.code;
    return code !== undefined && code !== "document-scanner.busy" && !/^(?:link|common)\./.test(code);
  }
}
