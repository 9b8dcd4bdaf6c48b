import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { type Observable, Subject } from "../../base/observable.ts";
import type { Result } from "../../base/result.ts";
import { delays, type Schedule } from "../../base/schedule.ts";
import type { ByteChannel, ChannelError } from "./byte-channel.ts";

/**
 * Fast while a device is gone, for ever: a stat of a device file costs nothing, and a citizen waits. Bounded by the
 * budget of one second from enumeration to service.
 */
export const RECONNECT: Schedule = {
  first: 100,
  factor: 1.5,
  cap: 400,
  attempts: Number.POSITIVE_INFINITY,
  jitter: 0.2,
};

export type LinkState<S> =
  | { readonly link: "absent" | "connecting"; readonly cause: string }
  | { readonly link: "connected"; readonly session: S };

/** What a connection needs of a channel, be it of bytes or of reports. */
type Closable = Pick<ByteChannel, "closed" | "close">;

export type ConnectionOptions<S, C extends Closable = ByteChannel> = {
  readonly device: string;
  readonly open: (signal: AbortSignal) => Promise<Result<C, ChannelError>>;
  /** Makes the session over a fresh channel. It must do no input or output before it returns. */
  readonly start: (channel: C) => S;
  /** Tells the session that its channel is gone, so that every wait in it ends. */
  readonly end: (session: S, cause: string) => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly schedule?: Schedule;
};

/**
 * Keeps one session alive over a channel that comes and goes: opens, watches for the end, reopens. The session of a
 * lost channel is never reused.
 */
export class Connection<S, C extends Closable = ByteChannel> {
  readonly #options: ConnectionOptions<S, C>;
  readonly #state = new Subject<LinkState<S>>({ link: "absent", cause: "not started" });
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: ConnectionOptions<S, C>) {
    this.#options = options;
  }

  get state(): Observable<LinkState<S>> {
    return this.#state;
  }

  /** The live session, or `undefined` while the device is away. */
  get session(): S | undefined {
    const state = this.#state.value;
    return state.link === "connected" ? state.session : undefined;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Resolves with the session as soon as there is one; `undefined` when `milliseconds` pass or `signal` aborts. */
  async connected(milliseconds: number, signal?: AbortSignal): Promise<S | undefined> {
    if (this.session !== undefined) return this.session;
    const { promise, resolve } = Promise.withResolvers<S | undefined>();
    const unsubscribe = this.#state.subscribe((state) => {
      if (state.link === "connected") resolve(state.session);
    });
    const giveUp = new AbortController();
    const stop = AbortSignal.any([giveUp.signal, this.#stop.signal, ...(signal === undefined ? [] : [signal])]);
    void pause(this.#options.clock, milliseconds, stop).then(() => resolve(this.session));
    const session = await promise;
    giveUp.abort();
    unsubscribe();
    return session;
  }

  async #run(): Promise<void> {
    const { clock, random, schedule = RECONNECT } = this.#options;
    const stop = this.#stop.signal;
    while (!stop.aborted) {
      for (const delay of delays(schedule, random)) {
        const began = clock.monotonic();
        // What ends as soon as it is open (another service on the port) must not be opened again without a pause.
        if ((await this.#serve()) && clock.monotonic() - began > schedule.first) break;
        if (!(await pause(clock, delay, stop))) break;
      }
    }
    this.#state.set({ link: "absent", cause: "stopped" });
  }

  /** Opens once and stays for as long as the channel lives; `false` when it could not be opened. */
  async #serve(): Promise<boolean> {
    const { device, open, start, end, log } = this.#options;
    const opened = await open(this.#stop.signal);
    if (!opened.ok) {
      const link = opened.error.code === "link.absent" ? "absent" : "connecting";
      const before = this.#state.value;
      const cause = opened.error.message;
      if (before.link !== link) log("device.link", { device, link, cause: opened.error.code });
      if (before.link !== link || before.cause !== cause) this.#state.set({ link, cause });
      return false;
    }
    const channel = opened.value;
    const session = start(channel);
    log("device.link", { device, link: "connected" });
    this.#state.set({ link: "connected", session });
    const onStop = () => void channel.close();
    this.#stop.signal.addEventListener("abort", onStop, { once: true });
    if (this.#stop.signal.aborted) onStop();
    const cause = await channel.closed;
    this.#stop.signal.removeEventListener("abort", onStop);
    await channel.close();
    end(session, cause);
    log("device.link", { device, link: "absent", cause: "link.lost" });
    this.#state.set({ link: "absent", cause });
    return true;
  }
}
