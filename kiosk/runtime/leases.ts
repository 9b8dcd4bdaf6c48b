import type { Clock } from "../../base/clock.ts";
import { anySignal, pause } from "../../base/deadline.ts";
import { failed, type Outcome } from "../../base/outcome.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { Device } from "../../drivers/device.ts";

export type LeaseRequest = {
  readonly device: Device;
  /** The journey, or a name for anybody else's piece of work; what one holder does on a device at once is its own business. */
  readonly holder: string;
  /** How long to wait while somebody else has the device, milliseconds; at once `runtime.device-in-use` when left out. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
  /**
   * What becomes of the work when the journey ends. `drop`: it is aborted, and whatever it brings is nobody's (a code that was scanned for
   * one citizen never reaches the next). `finish` (default): it goes on to its end and keeps the device until then, as money and paper must.
   */
  readonly atEnd?: "drop" | "finish";
  /** Steps in while a journey has the device but has nothing under way on it. */
  readonly between?: boolean;
};

type Claim = { readonly holder: string; running: number };

/**
 * One owner a device. What a journey has used is its own until the journey ends; whoever else wants it is refused or waits. Outside a journey
 * a device is held for one piece of work. There is nothing to give back: a lease ends with the work and the journey that it was taken for.
 */
export class Leases {
  readonly #clock: Clock;
  /** By id of the device. */
  readonly #claims = new Map<string, Claim>();
  readonly #journeys = new Map<string, AbortController>();
  #freed = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** There is one citizen before a kiosk: whose journey was not ended, has ended now. */
  beginJourney(journey: string): void {
    for (const left of [...this.#journeys.keys()]) this.endJourney(left);
    this.#journeys.set(journey, new AbortController());
  }

  /** The citizen has left: reads end, and every device on which nothing of theirs is under way is free. Idempotent. */
  endJourney(journey: string): void {
    this.#journeys.get(journey)?.abort();
    this.#journeys.delete(journey);
    for (const [device, { holder, running }] of this.#claims)
      if (holder === journey && running === 0) this.#free(device);
  }

  /**
   * Runs `work` as the device's only owner.
   *
   * @param work gets a signal that aborts when the caller's does, and with `atEnd: "drop"` when the journey ends.
   */
  async withLease<T>(request: LeaseRequest, work: (signal: AbortSignal) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const { device, holder, signal, atEnd = "finish" } = request;
    const journey = this.#journeys.get(holder);
    const claim = this.#tryClaim(request) ?? (await this.#wait(request));
    if (claim === undefined)
      return failed(coded(signal?.aborted ? "common.cancelled" : "runtime.device-in-use", device.id));
    const ends = atEnd === "drop" ? (journey?.signal ?? NEVER) : NEVER;
    try {
      if (signal?.aborted || journey?.signal.aborted) return failed(coded("common.cancelled", device.id));
      const outcome = await work(anySignal(ends, signal));
      return ends.aborted ? failed(coded("common.cancelled", `${device.id}: the session is over`)) : outcome;
    } finally {
      claim.running--;
      if (claim.running === 0 && !this.#journeys.has(claim.holder)) this.#free(device.id);
    }
  }

  async #wait(request: LeaseRequest): Promise<Claim | undefined> {
    const { wait = 0, signal } = request;
    const until = this.#clock.monotonic() + wait;
    for (let left = wait; left > 0 && !signal?.aborted; left = until - this.#clock.monotonic()) {
      await pause(this.#clock, left, anySignal(this.#freed.signal, signal));
      const claim = this.#tryClaim(request);
      if (claim !== undefined) return claim;
    }
    return undefined;
  }

  /** In one step, so that nobody comes between: what it returns counts as running. */
  #tryClaim({ device, holder, between = false }: LeaseRequest): Claim | undefined {
    const claim = this.#claims.get(device.id) ?? { holder, running: 0 };
    if (claim.holder !== holder && !(between && claim.running === 0)) return undefined;
    claim.running++;
    this.#claims.set(device.id, claim);
    return claim;
  }

  #free(device: string): void {
    this.#claims.delete(device);
    this.#freed.abort();
    this.#freed = new AbortController();
  }
}

const NEVER = new AbortController().signal;
