import type { Clock } from "../../../base/clock.ts";
import type { Intent, SessionView } from "../../../base/contracts/view.ts";
import { parseJson } from "../../../base/json.ts";
import type { Line } from "../../../base/json-lines.ts";
import type { Logger } from "../../../base/log.ts";
import { type Observable, Subject, type Unsubscribe } from "../../../base/observable.ts";
import { clientMessageSchema, MAX_MESSAGE_BYTES, type ServerMessage, type ViewState } from "../../contract/messages.ts";

type Refusal = Extract<ServerMessage, { type: "refused" }>;

export type HubOptions = {
  readonly view: Observable<SessionView>;
  /** Hands an intent on; `false` when it is not enabled. */
  readonly send: (intent: Intent) => boolean;
  readonly kiosk: { readonly id: string; readonly place: string };
  /** Millimetres. */
  readonly screenWidth: number;
  readonly clock: Clock;
  readonly log: Logger;
};

/** How many intent ids are remembered. An older one is refused as stale, because the view has moved on. */
const REMEMBERED_IDS = 4096;

/** The one door between whatever draws and the session: numbers the views and judges every message, whatever its transport. */
export class ViewHub {
  readonly #options: HubOptions;
  readonly #listeners = new Set<() => void>();
  readonly #clients = new Subject(0);
  readonly #seen = new Set<string>();
  readonly #unsubscribe: Unsubscribe;
  #version = 1;
  #publishedAt: number;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#publishedAt = options.clock.monotonic();
    this.#unsubscribe = options.view.subscribe(() => {
      this.#version++;
      this.#publishedAt = options.clock.monotonic();
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /** The state to show now. `deadlineIn` is what is left of it, so that a shell that connects late counts right. */
  get current(): ViewState {
    const { view, kiosk, screenWidth, clock } = this.#options;
    const state = { ...view.value, version: this.#version, kiosk, screenWidth };
    if (state.deadlineIn === undefined) return state;
    const passed = Math.round(clock.monotonic() - this.#publishedAt);
    return { ...state, deadlineIn: Math.max(0, state.deadlineIn - passed) };
  }

  /** Calls `listener` after every published state; it reads `current` when it can send. */
  subscribe(listener: () => void): Unsubscribe {
    this.#listeners.add(listener);
    this.#clients.set(this.#listeners.size);
    return () => {
      this.#listeners.delete(listener);
      this.#clients.set(this.#listeners.size);
    };
  }

  /** How many shells are connected. */
  get clients(): Observable<number> {
    return this.#clients;
  }

  /** Judges one message and hands its intent on; the refusal to answer with, or `undefined` when it was accepted. */
  receive(line: Line): Refusal | undefined {
    const refusal = this.#judge(line);
    if (refusal !== undefined) this.#options.log("view.refused", { reason: refusal.reason });
    return refusal;
  }

  close(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }

  #judge(line: Line): Refusal | undefined {
    const oversize = "text" in line ? Buffer.byteLength(line.text) > MAX_MESSAGE_BYTES : line.refused === "oversize";
    if (oversize) return { type: "refused", reason: "oversize" };
    const parsed = clientMessageSchema.safeParse("text" in line ? parseJson(line.text) : undefined);
    if (!parsed.success) return { type: "refused", reason: "malformed" };
    const { id, view, intent } = parsed.data;
    if (this.#seen.has(id)) return { type: "refused", id, reason: "replayed" };
    this.#remember(id);
    if (view !== this.#version) return { type: "refused", id, reason: "stale" };
    const enabled = this.#options.view.value.intents.includes(intent.type) && this.#options.send(intent);
    return enabled ? undefined : { type: "refused", id, reason: "not-enabled" };
  }

  #remember(id: string): void {
    this.#seen.add(id);
    if (this.#seen.size <= REMEMBERED_IDS) return;
    const [oldest] = this.#seen;
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}
