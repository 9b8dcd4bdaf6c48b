import { type Profiler, Session } from "node:inspector";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = join(import.meta.dirname, "../..");

/** Counts which blocks of some sources ran, with V8's own block counters. */
export class Coverage {
  readonly #session = new Session();
  readonly #urls: ReadonlySet<string>;
  readonly #seen = new Set<string>();
  #last: readonly string[] = [];

  /** @param sources paths from the root of the project. */
  constructor(sources: readonly string[]) {
    this.#urls = new Set(sources.map((path) => pathToFileURL(join(ROOT, path)).href));
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** How many different blocks were remembered. */
  get blocks(): number {
    return this.#seen.size;
  }

  /** Whether a block ran since the last call that is not remembered. */
  reachedNew(): boolean {
    this.#last = this.#take().flatMap(({ url, functions }) =>
      functions.flatMap(({ ranges }) =>
        ranges
          .filter(({ count }) => count > 0)
          .map(({ startOffset, endOffset }) => `${url}:${startOffset}:${endOffset}`),
      ),
    );
    return this.#last.some((block) => !this.#seen.has(block));
  }

  /** Remembers the blocks that the last call of `reachedNew` saw. */
  remember(): void {
    for (const block of this.#last) this.#seen.add(block);
  }

  stop(): void {
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }

  #take(): Profiler.ScriptCoverage[] {
    let taken: Profiler.ScriptCoverage[] = [];
    // The session answers before `post` returns.
    this.#session.post("Profiler.takePreciseCoverage", (problem, answer) => {
      if (problem !== null) throw problem;
      taken = answer.result;
    });
    return taken.filter(({ url }) => this.#urls.has(url));
  }
}
