import type { Clock, Timer } from "../../base/clock.ts";
import type { Intent } from "../../base/contracts/view.ts";
import { type Observable, Subject } from "../../base/observable.ts";
import { delays, type Schedule } from "../../base/schedule.ts";
import { type ClientMessage, MAX_MESSAGE_BYTES, serverMessageSchema, type ViewState } from "./messages.ts";

/** One link to the runtime. Nothing of it ever throws. */
export type Link = {
  send(message: ClientMessage): void;
  /** Writes over what messages left on their way. */
  wipe(): void;
  close(): void;
};

/** Called later, never from inside `OpenLink` itself. */
export type LinkListener = {
  /** A message as it came: text, or an object when the link itself decodes. Nothing about it is trusted yet. */
  message(data: unknown): void;
  closed(): void;
};

/** Opens a link: WebSocket of the page's own origin, or the desktop shell's bridge. */
export type OpenLink = (listener: LinkListener) => Link;

/** `waiting` until the first valid view of a link has come, and again as soon as the link is gone. */
export type LinkState = "waiting" | "live";

export type ViewClientOptions = {
  readonly openLink: OpenLink;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** A fresh UUID. */
  readonly newId: () => string;
};

const RECONNECT: Schedule = { first: 100, factor: 2, cap: 2_000, attempts: Number.POSITIVE_INFINITY, jitter: 0.3 };

/** Milliseconds that one intent keeps every other back when the runtime neither answers nor refuses. */
export const ANSWER_WITHIN = 3_000;

/**
 * The drawing side of the view contract. It holds the last valid view, sends what the citizen does, and gives one intent at a
 * time: while one is under way, and while the link is down, taps are dropped. An invalid message closes the link.
 */
export class ViewClient {
  readonly #view = new Subject<ViewState | undefined>(undefined);
  readonly #state = new Subject<LinkState>("waiting");
  readonly #busy = new Subject(false);
  readonly #options: ViewClientOptions;
  #delays: Generator<number, void>;
  #link: Link | undefined;
  #retry: Timer | undefined;
  #sent: { readonly id: string; readonly giveUp: Timer } | undefined;
  #stopped = false;

  constructor(options: ViewClientOptions) {
    this.#options = options;
    this.#delays = delays(RECONNECT, options.random);
  }

  /** The last view; kept while the link is down so that the language is known, but to be drawn only while `live`. */
  get view(): Observable<ViewState | undefined> {
    return this.#view;
  }

  get state(): Observable<LinkState> {
    return this.#state;
  }

  /** Whether an intent waits for its answer. */
  get busy(): Observable<boolean> {
    return this.#busy;
  }

  start(): void {
    this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
    this.#settle();
    this.#link?.close();
    this.#link = undefined;
    this.#state.set("waiting");
  }

  /** Sends `intent` as the answer to the view on the screen; `false` when it was dropped. */
  send(intent: Intent): boolean {
    const view = this.#view.value;
    if (view === undefined || this.#link === undefined || this.#state.value !== "live") return false;
    if (this.#sent !== undefined || !view.intents.includes(intent.type)) return false;
    const id = this.#options.newId();
    this.#sent = { id, giveUp: this.#options.clock.setTimeout(() => this.#settle(), ANSWER_WITHIN) };
    this.#busy.set(true);
    this.#link.send({ type: "intent", id, view: view.version, intent });
    return true;
  }

  /** After a citizen: nothing of what they sent is left on the way to the runtime. */
  wipe(): void {
    this.#link?.wipe();
  }

  #connect(): void {
    const link: Link = this.#options.openLink({
      message: (data) => {
        if (link === this.#link) this.#receive(data);
      },
      closed: () => {
        if (link === this.#link) this.#lost();
      },
    });
    this.#link = link;
  }

  #receive(data: unknown): void {
    const message = serverMessageSchema.safeParse(decode(data));
    if (!message.success) {
      this.#link?.close();
      this.#lost();
      return;
    }
    if (message.data.type === "refused") {
      if (message.data.id === undefined || message.data.id === this.#sent?.id) this.#settle();
      return;
    }
    this.#delays = delays(RECONNECT, this.#options.random);
    this.#view.set(message.data.view);
    this.#settle();
    this.#state.set("live");
  }

  #lost(): void {
    this.#link = undefined;
    this.#state.set("waiting");
    this.#settle();
    const delay = this.#delays.next();
    if (this.#stopped || delay.done) return;
    this.#retry = this.#options.clock.setTimeout(() => this.#connect(), delay.value);
  }

  #settle(): void {
    this.#sent?.giveUp.cancel();
    this.#sent = undefined;
    this.#busy.set(false);
  }
}

function decode(data: unknown): unknown {
  if (typeof data !== "string") return data;
  if (data.length > MAX_MESSAGE_BYTES) return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
