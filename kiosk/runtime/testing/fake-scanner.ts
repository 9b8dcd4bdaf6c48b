import { done, failed, type Outcome } from "../../../base/outcome.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import type { DocumentScanner, ScannedPage, ScanOptions } from "../../../drivers/document-scanner/interface.ts";
import { FakeDevice } from "./fakes.ts";

type Paper = { readonly picture: Uint8Array } | { readonly error: CodedError };

/** A scanner with a feeder, by hand: whoever waits gets the next paper that is put in. */
export class FakeScanner extends FakeDevice implements DocumentScanner {
  readonly capabilities = { sources: ["feeder"], resolutions: [200] } as const;
  /** Every picture that was handed out, as it lies in memory now. */
  readonly handedOut: Uint8Array[] = [];
  #paper: ((paper: Paper) => void) | undefined;

  constructor(id = "scanner") {
    super(id, "document-scanner");
  }

  get waiting(): boolean {
    return this.#paper !== undefined;
  }

  put(picture: Uint8Array): void {
    this.#paper?.({ picture });
  }

  fail(error: CodedError): void {
    this.#paper?.({ error });
  }

  async scan<T>(use: (page: ScannedPage) => Promise<T>, options: ScanOptions = {}): Promise<Outcome<T>> {
    const { signal, onFeedback } = options;
    this.status.set({ ...this.status.value, readiness: "busy" });
    onFeedback?.("insert-media");
    const { promise, resolve } = Promise.withResolvers<Paper>();
    this.#paper = resolve;
    signal?.addEventListener("abort", () => resolve({ error: coded("common.cancelled") }), { once: true });
    const paper = await promise;
    this.#paper = undefined;
    try {
      if ("error" in paper) return failed(paper.error);
      onFeedback?.("scanning");
      const bytes = Uint8Array.from(paper.picture);
      this.handedOut.push(bytes);
      return done(await use({ bytes, width: 1_654, height: 2_339 }));
    } finally {
      this.handedOut.at(-1)?.fill(0);
      this.status.set({ ...this.status.value, readiness: "ready" });
    }
  }
}
