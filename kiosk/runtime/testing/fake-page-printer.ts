import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import type {
  PagePrinter,
  PagePrintOptions,
  PagePrintResult,
  RecallOptions,
} from "../../../drivers/page-printer/interface.ts";
import { FakeDevice } from "./fakes.ts";

/** Prints pages, and can be asked what became of each job. */
export class FakePagePrinter extends FakeDevice implements PagePrinter {
  readonly capabilities = undefined;
  prints: "ok" | "error" | "doubt-printed" | "doubt-lost" = "ok";
  /** Whether it knows what became of its jobs. */
  tells = true;
  /** Its jobs stay in it until somebody takes them out. */
  stuck = false;
  gate: Promise<void> = Promise.resolve();
  /** Jobs that came out, by their names. */
  readonly printed: string[] = [];
  recalls = 0;

  constructor(id = "pages") {
    super(id, "page-printer");
  }

  async print(
    _document: unknown,
    { intent = "", onProgress }: PagePrintOptions = {},
  ): Promise<Outcome<PagePrintResult>> {
    onProgress?.("sent");
    onProgress?.("printing");
    await this.gate;
    if (this.prints === "error") return failed(coded("page-printer.media-empty"));
    if (this.prints === "doubt-lost") return uncertain(coded("link.lost"));
    if (this.printed.includes(intent)) throw new Error(`${intent} was printed twice`);
    this.printed.push(intent);
    return this.prints === "ok" ? this.#job(intent) : uncertain(coded("link.lost"));
  }

  async recall(intent: string, { giveUp }: RecallOptions = {}): Promise<Outcome<PagePrintResult>> {
    this.recalls++;
    if (this.stuck) {
      const { promise, resolve } = Promise.withResolvers<void>();
      giveUp?.addEventListener("abort", () => resolve());
      await promise;
      return failed(coded("page-printer.job-cancelled"));
    }
    if (!this.tells) return uncertain(coded("page-printer.job-unknown"));
    return this.printed.includes(intent) ? this.#job(intent) : failed(coded("page-printer.job-aborted"));
  }

  async cancel(): Promise<Outcome<void>> {
    return done(undefined);
  }

  async refresh(): Promise<Outcome<void>> {
    return done(undefined);
  }

  #job(intent: string): Outcome<PagePrintResult> {
    return done({ printed: 1, confirmed: true, job: this.printed.indexOf(intent) + 1 });
  }
}
