/** What can be wrong with an institution, as seen from the wire. */
const FAULTS = [
  /** Connections are refused. */
  "down",
  /** The request takes effect at once; the answer comes after the given time. */
  "slow",
  /** The request lies around and takes effect after the given time, when the caller may have gone. */
  "late",
  /** HTTP 500 with nothing done. */
  "error-500",
  /** A maintenance page with HTTP 200, as proxies serve it; nothing done. */
  "html",
  /** The answer is cut in the middle; the request took effect. */
  "malformed",
  /** A SOAP fault; nothing done. */
  "soap-fault",
  /** The request takes effect, then the connection breaks without an answer. */
  "drop-answer",
  /** The request takes effect, and the caller is told that its key was used before, as after a proxy's repetition. */
  "duplicate-key",
] as const;
export type Fault = (typeof FAULTS)[number];

export type FaultOptions = {
  /** How many requests meet it; without it, all until `restore`. Health probes are not counted. */
  readonly times?: number;
  /** Milliseconds, for `slow` and `late`. */
  readonly milliseconds?: number;
};

type Active = { readonly fault: Fault; readonly milliseconds: number; left: number };

/** Long enough that every caller's deadline passes. */
const DEFAULT_DELAY = 60_000;

/** The one fault that is set now, and how often it still strikes. */
export class Faults {
  #active: Active | undefined;

  set(fault: Fault, options: FaultOptions = {}): void {
    this.#active = {
      fault,
      milliseconds: options.milliseconds ?? DEFAULT_DELAY,
      left: options.times ?? Number.POSITIVE_INFINITY,
    };
  }

  clear(): void {
    this.#active = undefined;
  }

  get current(): Fault | undefined {
    return this.#active?.fault;
  }

  /** What happens to this request. */
  take(probe: boolean): { readonly fault: Fault; readonly milliseconds: number } | undefined {
    const active = this.#active;
    if (active === undefined) return undefined;
    if (active.left === Number.POSITIVE_INFINITY) return active;
    if (probe) return undefined;
    active.left--;
    if (active.left <= 0) this.#active = undefined;
    return active;
  }
}
