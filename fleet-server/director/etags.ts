import type { FleetContext } from "../context.ts";
import { readEtags } from "./desired-state.ts";

/** Kiosks in one query. */
const AT_ONCE = 1_000;

type Asked = {
  readonly kiosk: string;
  readonly resolve: (etag: string) => void;
  readonly reject: (why: unknown) => void;
};

/**
 * ETags of desired states: every heartbeat asks for one. Those who ask while a query is under way share the next, so that a whole fleet
 * costs some queries a second and not one a kiosk; what is told was read after it was asked for.
 */
export class Etags {
  readonly #context: FleetContext;
  #waiting: Asked[] = [];
  #working = false;

  constructor(context: FleetContext) {
    this.#context = context;
  }

  /** @throws Error for a kiosk that is not in the table, and what the database fails with. */
  of(kiosk: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#waiting.push({ kiosk, resolve, reject });
    if (!this.#working) void this.#work();
    return promise;
  }

  async #work(): Promise<void> {
    this.#working = true;
    // Those who were answered together ask together: they come before the next line.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#answer(this.#waiting.splice(0, AT_ONCE));
    this.#working = false;
  }

  async #answer(asked: readonly Asked[]): Promise<void> {
    try {
      const etags = await readEtags(this.#context, [...new Set(asked.map(({ kiosk }) => kiosk))]);
      for (const { kiosk, resolve, reject } of asked) {
        const etag = etags.get(kiosk);
        if (etag === undefined) reject(new Error(`there is no kiosk ${kiosk}`));
        else resolve(etag);
      }
    } catch (problem) {
      for (const { reject } of asked) reject(problem);
    }
  }
}
