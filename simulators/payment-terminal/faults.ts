/** What can go wrong on the wire. Times are milliseconds. */
export type Fault =
  /** The request is answered NAK and not taken. */
  | { readonly fault: "nak" }
  /** The request is not taken, and nothing is said. */
  | { readonly fault: "drop-request" }
  /** The request is taken, but the ACK is lost. */
  | { readonly fault: "drop-ack" }
  /** The ACK comes, but late. */
  | { readonly fault: "late-ack"; readonly delay: number }
  /** The terminal looks at nothing for a while, then at everything in order. */
  | { readonly fault: "stall"; readonly delay: number }
  | { readonly fault: "join-ack-and-response" }
  | { readonly fault: "wrong-lrc" }
  | { readonly fault: "drop-response" }
  | { readonly fault: "late-response"; readonly delay: number }
  | { readonly fault: "duplicate-response" }
  /** The response stops after `at` bytes and goes on after `pause`. */
  | { readonly fault: "split-response"; readonly at: number; readonly pause: number }
  /** Bytes of no meaning before the response. */
  | { readonly fault: "garbage"; readonly bytes: Uint8Array }
  | { readonly fault: "wrong-ticket" }
  | { readonly fault: "wrong-amount" }
  /** The response carries another function code. */
  | { readonly fault: "wrong-function" }
  /** Status messages without end, and never a response. */
  | { readonly fault: "status-for-ever"; readonly every: number }
  /** The cable is pulled; `replugAfter` puts it back. */
  | {
      readonly fault: "unplug";
      readonly when: "before-ack" | "after-ack" | "before-response" | "after-response";
      readonly replugAfter?: number;
    };

export type FaultName = Fault["fault"];

type Planned = { readonly fault: Fault; readonly on: string | undefined; left: number };

/** Faults that are waiting to happen, in order. */
export class Faults {
  readonly #planned: Planned[] = [];

  /** @param on only for the request with this function code, e.g. `0200`; otherwise for the next request of any kind. */
  failNext(fault: Fault, on?: string): void {
    this.failRepeatedly(fault, 1, on);
  }

  failRepeatedly(fault: Fault, times: number = Number.POSITIVE_INFINITY, on?: string): void {
    this.#planned.push({ fault, on, left: times });
  }

  clear(): void {
    this.#planned.length = 0;
  }

  get waiting(): readonly FaultName[] {
    return this.#planned.map(({ fault }) => fault.fault);
  }

  /**
   * Takes the first waiting fault of one of `names` that fits the request; it will not happen again unless repeated.
   *
   * @param when for `unplug`: the moment that is now.
   */
  take<N extends FaultName>(
    name: N,
    request: string,
    when?: Extract<Fault, { fault: "unplug" }>["when"],
  ): Extract<Fault, { fault: N }> | undefined {
    const index = this.#planned.findIndex(
      ({ fault, on }) =>
        fault.fault === name &&
        (on === undefined || on === request) &&
        (fault.fault !== "unplug" || fault.when === when),
    );
    const planned = this.#planned[index];
    if (planned === undefined) return undefined;
    if (--planned.left <= 0) this.#planned.splice(index, 1);
    return planned.fault as Extract<Fault, { fault: N }>;
  }
}
