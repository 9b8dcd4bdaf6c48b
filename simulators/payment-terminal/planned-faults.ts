type Moment<F> = F extends { readonly when: infer W } ? W : never;

/** Faults that are waiting to happen, in order. `R` is what a request is told by. */
export class PlannedFaults<F extends { readonly fault: string }, R> {
  readonly #planned: { readonly fault: F; readonly on: R | undefined; left: number }[] = [];

  /** @param on only for this request; otherwise for the next one of any kind. */
  failNext(fault: F, on?: R): void {
    this.failRepeatedly(fault, 1, on);
  }

  failRepeatedly(fault: F, times: number = Number.POSITIVE_INFINITY, on?: R): void {
    this.#planned.push({ fault, on, left: times });
  }

  clear(): void {
    this.#planned.length = 0;
  }

  get waiting(): readonly F["fault"][] {
    return this.#planned.map(({ fault }) => fault.fault);
  }

  /** Takes the first waiting fault of this name that fits the request, and the moment where the fault has one. */
  take<N extends F["fault"]>(name: N, request: R, when?: Moment<F>): Extract<F, { fault: N }> | undefined {
    const index = this.#planned.findIndex(
      ({ fault, on }) =>
        fault.fault === name && (on === undefined || on === request) && (!("when" in fault) || fault.when === when),
    );
    const planned = this.#planned[index];
    if (planned === undefined) return undefined;
    if (--planned.left <= 0) this.#planned.splice(index, 1);
    return planned.fault as Extract<F, { fault: N }>;
  }
}
