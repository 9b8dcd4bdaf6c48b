import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { type Observable, Subject } from "../../base/observable.ts";
import type { Result } from "../../base/result.ts";
import { delays } from "../../base/schedule.ts";
import type { ByteChannel, ChannelError } from "./byte-channel.ts";
import type { HotPlug } from "./hot-plug.ts";
import { RECONNECT, type Way } from "./reconnect.ts";

/** For a channel to be closed before it is given up, milliseconds. */
const CLOSE_WITHIN = 2_000;

export type LinkState<S> =
  | { readonly link: "absent" | "connecting"; readonly cause: string }
  | { readonly link: "connected"; readonly session: S };

type End = { readonly how: "lost" | "let-go"; readonly cause: string };

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
  /** What the device is looked for by while it is away; a device file when left out. */
  readonly way?: Way;
  /** Ends a wait for the device early; absent where nothing can tell. */
  readonly hotPlug?: HotPlug | undefined;
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
  /** Aborted to end the wait before the next attempt. */
  #waiting = new AbortController();
  /** Lets go of the channel that is open. */
  #letGo: (() => void) | undefined;

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

  /**
   * Lets go of the channel, sick or not, and opens it anew without a pause: the session ends, and every wait in it. Asks nothing of the
   * device. Resolves when the old session is gone, within `CLOSE_WITHIN`.
   */
  async restart(): Promise<void> {
    this.#waiting.abort();
    if (this.#letGo === undefined) return;
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const unsubscribe = this.#state.subscribe(() => resolve());
    this.#letGo();
    await gone;
    unsubscribe();
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
    const { clock, random, way = "device-file" } = this.#options;
    const schedule = RECONNECT[way];
    const stop = this.#stop.signal;
    while (!stop.aborted) {
      for (const delay of delays(schedule, random)) {
        const began = clock.monotonic();
        const served = await this.#serve();
        // What ends as soon as it is open (another service on the port) must not be opened again without a pause.
        if (served === "let-go" || (served === "lost" && clock.monotonic() - began > schedule.first)) break;
        if (!(await this.#wait(delay))) break;
      }
    }
    this.#state.set({ link: "absent", cause: "stopped" });
  }

  /** @returns whether the whole time passed: after a notice the delays begin anew, because links come a moment after their device. */
  async #wait(delay: number): Promise<boolean> {
    this.#waiting = new AbortController();
    const unwatch = this.#options.hotPlug?.(() => this.#waiting.abort());
    const passed = await pause(this.#options.clock, delay, AbortSignal.any([this.#stop.signal, this.#waiting.signal]));
    unwatch?.();
    return passed;
  }

  /** Opens once and stays for as long as the channel lives. */
  async #serve(): Promise<"not-opened" | "lost" | "let-go"> {
    const { device, open, start, end: lose, log } = this.#options;
    const opened = await open(this.#stop.signal);
    if (!opened.ok) {
      const link = opened.error.code === "link.absent" ? "absent" : "connecting";
      const before = this.#state.value;
      const cause = opened.error.message;
      if (before.link !== link) log("device.link", { device, link, cause: opened.error.code });
      if (before.link !== link || before.cause !== cause) this.#state.set({ link, cause });
      return "not-opened";
    }
    const channel = opened.value;
    const session = start(channel);
    const { promise: ended, resolve: end } = Promise.withResolvers<End>();
    void channel.closed.then((cause) => end({ how: "lost", cause }));
    const letGo = () => end({ how: "let-go", cause: "closed" });
    this.#letGo = letGo;
    log("device.link", { device, link: "connected" });
    this.#state.set({ link: "connected", session });
    this.#stop.signal.addEventListener("abort", letGo, { once: true });
    if (this.#stop.signal.aborted) letGo();
    const { how, cause } = await ended;
    this.#stop.signal.removeEventListener("abort", letGo);
    this.#letGo = undefined;
    // At once, before the file is closed, which may take its time: nobody may begin anything with a session that is gone.
    lose(session, cause);
    log("device.link", { device, link: "absent", cause: "link.lost" });
    this.#state.set({ link: "absent", cause });
    await this.#close(channel);
    return how;
  }

  /** A sick device may keep its file from being closed; the system closes it when it can. */
  async #close(channel: C): Promise<void> {
    const closed = new AbortController();
    const over = () => closed.abort();
    void channel.close().then(over, over);
    await pause(this.#options.clock, CLOSE_WITHIN, closed.signal);
  }
}
