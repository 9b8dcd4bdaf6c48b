import { pause } from "../../base/deadline.ts";
import { done, failed, type Outcome, uncertain } from "../../base/outcome.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { delays } from "../../base/schedule.ts";
import type { CallFailure } from "./client.ts";
import type { PrinterContext } from "./context.ts";
import type { PagePrintProgress, PagePrintResult } from "./interface.ts";
import { groupsOf, keywords } from "./ipp/attributes.ts";
import { GROUP } from "./ipp/message.ts";
import { JOB_ATTRIBUTES, type JobFacts, judge, readJob, waitsForDocument } from "./job-facts.ts";
import { LOOK_AT_JOB } from "./timings.ts";

export type WatchOptions = {
  readonly job: number;
  /** Why the printer may lack the document; absent when it said that it has it. */
  readonly doubt?: CodedError | undefined;
  /** Pages that are to come out, copies included; `undefined` when only the printer can know. */
  readonly pages: number | undefined;
  /** Cancels the job at the printer. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PagePrintProgress) => void;
};

type End = Outcome<PagePrintResult>;

/** Follows one job until it has ended, or until nobody can say. Deadlines end it at the printer too: nothing comes out later. */
export async function watchJob(context: PrinterContext, options: WatchOptions): Promise<End> {
  return await new JobWatch(context, options).run();
}

class JobWatch {
  readonly #context: PrinterContext;
  readonly #options: WatchOptions;
  readonly #begun: number;
  #seen: number;
  #stoppedSince: number | undefined;
  /** Time during which the printer was there and nothing stopped it, milliseconds. */
  #running = 0;
  #told: PagePrintProgress | undefined;

  constructor(context: PrinterContext, options: WatchOptions) {
    this.#context = context;
    this.#options = options;
    this.#begun = context.clock.monotonic();
    this.#seen = this.#begun;
    if (options.doubt === undefined) this.#tell("sent");
  }

  async run(): Promise<End> {
    const { clock, random, over } = this.#context;
    const { signal } = this.#options;
    const wake = AbortSignal.any([signal, over]);
    for (const delay of delays(LOOK_AT_JOB, random)) {
      if (over.aborted) break;
      if (signal.aborted) return await this.#cancel(coded("page-printer.job-cancelled"));
      const end = await this.#look(wake);
      if (end !== undefined) return end;
      await pause(clock, delay, wake);
    }
    return uncertain(coded("link.lost", "nobody asks any more"));
  }

  async #look(wake: AbortSignal): Promise<End | undefined> {
    const { clock, timings } = this.#context;
    const answer = await this.#ask(timings.answerWithin, wake);
    if (wake.aborted && !answer.ok) return undefined;
    if (!answer.ok) return await this.#unanswered(answer.error, wake);
    const now = clock.monotonic();
    if (this.#stoppedSince === undefined) this.#running += now - this.#seen;
    this.#seen = now;
    const job = answer.value;
    return this.#end(job) ?? (await this.#wait(job, wake));
  }

  /** A printer that is away may come back; one that does not know the job never will. */
  async #unanswered({ error }: CallFailure, wake: AbortSignal): Promise<End | undefined> {
    const { clock, timings, look } = this.#context;
    if (error.code === "page-printer.job-unknown") return uncertain(error);
    await look(wake);
    if (clock.monotonic() - this.#seen < timings.awayWithin) return undefined;
    return uncertain(error);
  }

  #end(job: JobFacts): End | undefined {
    const pages = this.#options.pages;
    const printed = job.impressions > 0 ? job.impressions : (pages ?? 0);
    switch (judge(job)) {
      case "delivered":
        this.#tell("sent");
        this.#tell("printed");
        return done({ printed, confirmed: true, job: job.id });
      case "doubtful":
        return uncertain(coded("page-printer.not-confirmed", describe(job, pages)));
      case "aborted":
        return failed(coded("page-printer.job-aborted", describe(job, pages)));
      case "canceled":
        return failed(coded("page-printer.job-cancelled", describe(job, pages)));
      case "under-way":
        return undefined;
    }
  }

  async #wait(job: JobFacts, wake: AbortSignal): Promise<End | undefined> {
    const { clock, timings, look, stop } = this.#context;
    const { doubt, pages } = this.#options;
    if (doubt !== undefined && waitsForDocument(job)) {
      if (clock.monotonic() - this.#begun > timings.incomingWithin) return await this.#cancel(doubt);
      return undefined;
    }
    this.#tell("sent");
    if (job.state === "processing") this.#tell("printing");
    const facts = await look(wake);
    if (job.state === "processing-stopped" || facts?.stopped) {
      this.#tell("stopped");
      this.#stoppedSince ??= clock.monotonic();
      if (clock.monotonic() - this.#stoppedSince < timings.operatorWithin) return undefined;
      return await this.#cancel(coded(stop() ?? "page-printer.device-fault", describe(job, pages)));
    }
    this.#stoppedSince = undefined;
    if (this.#running < timings.printWithin + (pages ?? 1) * timings.perPage) return undefined;
    return await this.#cancel(coded("page-printer.not-confirmed", describe(job, pages)));
  }

  /**
   * Takes the job out of the printer, so that its rest does not come out before the next citizen. Canceled is certain; a job
   * that was quicker has the end that it has.
   */
  async #cancel(cause: CodedError): Promise<End> {
    const { client, clock, random, timings, over } = this.#context;
    const until = clock.monotonic() + timings.cancelWithin;
    const left = () => Math.max(1, until - clock.monotonic());
    await client.callJob("Cancel-Job", this.#options.job, { within: left(), signal: over });
    for (const delay of delays(LOOK_AT_JOB, random)) {
      const answer = await this.#ask(left(), over);
      const end = answer.ok ? this.#end(answer.value) : undefined;
      if (end?.outcome === "error") return failed(cause);
      if (end !== undefined) return end;
      if (left() <= delay || !(await pause(clock, delay, over))) break;
    }
    return uncertain(cause);
  }

  async #ask(within: number, signal: AbortSignal): Promise<Result<JobFacts, CallFailure>> {
    const answer = await this.#context.client.callJob("Get-Job-Attributes", this.#options.job, {
      within,
      signal,
      operation: [keywords("requested-attributes", ...JOB_ATTRIBUTES)],
    });
    if (!answer.ok) return answer;
    const job = readJob(groupsOf(answer.value, GROUP.job)[0]);
    if (job !== undefined && job.id === this.#options.job) return ok(job);
    return err({ error: coded("page-printer.bad-answer", "Get-Job-Attributes: no such job in it"), maybeDone: false });
  }

  /** Each step once in a row. */
  #tell(progress: PagePrintProgress): void {
    const isRepeated = progress === "sent" && this.#told !== undefined;
    if (progress === this.#told || isRepeated) return;
    this.#told = progress;
    this.#options.onProgress(progress);
  }
}

/** For technicians: what the printer said, and how much paper came out. */
function describe({ id, state, reasons, impressions }: JobFacts, pages: number | undefined): string {
  const out = pages === undefined ? `${impressions} pages out` : `${impressions} of ${pages} pages out`;
  return [`job ${id} ${state}`, ...reasons.map((reason) => reason.slice(0, 80)), out].join(", ");
}
