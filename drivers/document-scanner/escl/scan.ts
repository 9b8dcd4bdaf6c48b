import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/deadline.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { delays } from "../../../base/schedule.ts";
import type { ScanFeedback, ScannedPage, ScannerSource } from "../interface.ts";
import { readJpeg } from "../jpeg.ts";
import type { EsclClient, NoPicture } from "./client.ts";
import { stopOf } from "./conditions.ts";
import type { ScannerFacts, ScannerState } from "./facts.ts";
import { scanSettings, type Wish } from "./settings.ts";
import { ASK_AGAIN, type EsclTimings } from "./timings.ts";

export type Look = { readonly facts: ScannerFacts; readonly state: ScannerState };

export type ScanContext = {
  readonly client: EsclClient;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly timings: EsclTimings;
  /** Asks the scanner how it is, and publishes what it says. */
  readonly look: (signal: AbortSignal) => Promise<Result<Look, CodedError>>;
  /** Is told of a job that could not be ended, because the scanner is away. */
  readonly onLeft: (job: string) => void;
};

export type PageOptions = {
  readonly wish: Wish;
  /** Deadline, milliseconds. */
  readonly within: number;
  /** Nobody wants the page any more. */
  readonly signal: AbortSignal;
  readonly onFeedback: (feedback: ScanFeedback) => void;
};

/** What is tried again until it succeeds or is given up has no value meanwhile. */
type Attempt<T> = Result<T | undefined, CodedError>;

/** One page, from the wait for its paper to the picture in memory. Whatever comes, its job is ended at the scanner. */
export async function scanPage(context: ScanContext, options: PageOptions): Promise<Result<ScannedPage, CodedError>> {
  return await new PageScan(context, options).run();
}

class PageScan {
  readonly #context: ScanContext;
  readonly #options: PageOptions;
  #waitsFor: "document-scanner.no-paper" | "document-scanner.busy" | undefined;
  #told: ScanFeedback | undefined;

  constructor(context: ScanContext, options: PageOptions) {
    this.#context = context;
    this.#options = options;
  }

  async run(): Promise<Result<ScannedPage, CodedError>> {
    const { within, signal } = this.#options;
    const late = new AbortController();
    const ended = new AbortController();
    void pause(this.#context.clock, within, ended.signal).then((passed) => passed && late.abort());
    const stop = AbortSignal.any([signal, late.signal]);
    const result = await this.#again(stop, () => this.#attempt(stop));
    ended.abort();
    if (result.ok || !stop.aborted || result.error.code !== "common.cancelled") return result;
    return err(signal.aborted ? result.error : coded(this.#waitsFor ?? "common.deadline", `within ${within} ms`));
  }

  /** Tries until something comes of it, or until `stop`. */
  async #again<T>(stop: AbortSignal, attempt: () => Promise<Attempt<T>>): Promise<Result<T, CodedError>> {
    const { clock, random } = this.#context;
    for (const delay of delays(ASK_AGAIN, random)) {
      const found = await attempt();
      if (!found.ok) return found;
      if (found.value !== undefined) return ok(found.value);
      if (!(await pause(clock, delay, stop))) break;
    }
    return err(coded("common.cancelled", "scan"));
  }

  async #attempt(stop: AbortSignal): Promise<Attempt<ScannedPage>> {
    const looked = await this.#context.look(stop);
    if (!looked.ok) return looked;
    const { facts, state } = looked.value;
    const fault = stopOf(facts, state);
    if (fault !== undefined) return err(fault);
    if (state.state === "busy") return this.#wait("document-scanner.busy");
    const source = sourceOf(facts, state);
    if (source === undefined) {
      this.#tell("insert-media");
      return this.#wait("document-scanner.no-paper");
    }
    const job = await this.#makeJob(source, facts, stop);
    return job.ok && job.value !== undefined ? await this.#scan(job.value, source, stop) : (job as Attempt<never>);
  }

  async #makeJob(source: ScannerSource, facts: ScannerFacts, stop: AbortSignal): Promise<Attempt<string>> {
    const { client, timings } = this.#context;
    const known = facts.sources[source];
    if (known === undefined) throw new Error(`no ${source}`);
    const settings = scanSettings(source, known, this.#options.wish);
    const job = await client.createJob(settings, { within: timings.createWithin });
    if (job.ok) return job;
    if (job.error.code === "document-scanner.busy") return this.#wait("document-scanner.busy");
    if (job.error.code !== "document-scanner.refused") return job;
    // Paper that was taken back meanwhile is no fault of anybody's.
    const looked = await this.#context.look(stop);
    if (!looked.ok) return looked;
    const fault = stopOf(looked.value.facts, looked.value.state);
    if (fault !== undefined) return err(fault);
    return sourceOf(looked.value.facts, looked.value.state) === source ? job : ok(undefined);
  }

  async #scan(job: string, source: ScannerSource, stop: AbortSignal): Promise<Result<ScannedPage, CodedError>> {
    const { client, timings, onLeft } = this.#context;
    try {
      this.#waitsFor = undefined;
      if (stop.aborted) return err(coded("common.cancelled", "scan"));
      this.#tell("scanning");
      return await this.#again(stop, () => this.#page(job, source, stop));
    } finally {
      if (!(await client.deleteJob(job, { within: timings.cancelWithin }))) onLeft(job);
    }
  }

  async #page(job: string, source: ScannerSource, stop: AbortSignal): Promise<Attempt<ScannedPage>> {
    const { client, timings } = this.#context;
    const picture = await client.nextPicture(job, { within: timings.pictureWithin, signal: stop });
    if (!picture.ok) return await this.#noPicture(picture.error, source, stop);
    const bytes = picture.value;
    const size = readJpeg(bytes);
    if (size.ok) return ok({ bytes, ...size.value });
    bytes.fill(0);
    return err(coded("document-scanner.bad-picture", size.error));
  }

  /** No page yet, or none at all: the scanner says why, and where it does not, HTTP does. */
  async #noPicture({ error, status }: NoPicture, source: ScannerSource, stop: AbortSignal): Promise<Attempt<never>> {
    if (status === undefined || stop.aborted) return err(error);
    const looked = await this.#context.look(stop);
    if (!looked.ok) return looked;
    const { facts, state } = looked.value;
    const fault = stopOf(facts, state);
    if (fault !== undefined) return err(fault);
    const ended = status === 404 || status === 410;
    // Some say that there is nothing, and mean that there is nothing yet.
    if (error.code === "document-scanner.busy" || (ended && state.state === "busy")) return ok(undefined);
    if (ended && source === "feeder") return err(coded("document-scanner.no-paper", "the feeder took none in"));
    return err(error);
  }

  #wait(what: "document-scanner.no-paper" | "document-scanner.busy"): Attempt<never> {
    this.#waitsFor = what;
    return ok(undefined);
  }

  /** Each step once in a row. */
  #tell(feedback: ScanFeedback): void {
    if (feedback === this.#told) return;
    this.#told = feedback;
    this.#options.onFeedback(feedback);
  }
}

/**
 * From where to scan now: a feeder that holds paper goes first, because somebody has put it there; then the glass. A feeder that never says
 * whether it holds any is believed to.
 *
 * @returns `undefined` while there is no paper.
 */
export function sourceOf({ sources }: ScannerFacts, { feeder }: ScannerState): ScannerSource | undefined {
  if (sources.feeder !== undefined && feeder === "loaded") return "feeder";
  if (sources.platen !== undefined) return "platen";
  return feeder === "unknown" ? "feeder" : undefined;
}
