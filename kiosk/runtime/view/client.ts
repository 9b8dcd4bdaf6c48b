import type { Clock } from "../../../base/clock.ts";
import type { Line } from "../../../base/json-lines.ts";
import type { ServerMessage } from "../../contract/messages.ts";
import type { ViewHub } from "./hub.ts";

/** One connected shell, as its transport offers it. */
export type ClientTransport = {
  /** Sends one message; `sent` is called when the transport can take the next one. */
  readonly write: (text: string, sent: () => void) => void;
  readonly close: (reason: "too-many-messages" | "oversize") => void;
};

/** Messages a second that a shell may send on average, and at once. A finger on glass stays far below. */
const RATE = 20;
const BURST = 40;
/** Refusals that wait for a slow client; more are dropped, a view never is. */
const MAX_REFUSALS = 16;

/**
 * What every transport shares: a client gets the view when it connects and after each change; one that reads slowly
 * skips to the latest view, so that memory is bounded; one that sends too fast is closed.
 */
export class ViewClient {
  readonly #hub: ViewHub;
  readonly #transport: ClientTransport;
  readonly #clock: Clock;
  readonly #refusals: ServerMessage[] = [];
  readonly #unsubscribe: () => void;
  #sending = false;
  #dirty = true;
  #tokens = BURST;
  #refilledAt: number;

  constructor(hub: ViewHub, transport: ClientTransport, clock: Clock) {
    this.#hub = hub;
    this.#transport = transport;
    this.#clock = clock;
    this.#refilledAt = clock.monotonic();
    this.#unsubscribe = hub.subscribe(() => {
      this.#dirty = true;
      this.#pump();
    });
    this.#pump();
  }

  receive(line: Line): void {
    if (!this.#withinRate()) {
      this.#transport.close("too-many-messages");
      return;
    }
    if ("text" in line && /^ +$/.test(line.text)) return;
    const refusal = this.#hub.receive(line);
    if (refusal === undefined) return;
    if (this.#refusals.length < MAX_REFUSALS) this.#refusals.push(refusal);
    this.#pump();
    if (refusal.reason === "oversize") this.#transport.close("oversize");
  }

  end(): void {
    this.#unsubscribe();
    this.#dirty = false;
    this.#refusals.length = 0;
  }

  #pump(): void {
    if (this.#sending) return;
    const message = this.#next();
    if (message === undefined) return;
    this.#sending = true;
    this.#transport.write(JSON.stringify(message), () => {
      this.#sending = false;
      this.#pump();
    });
  }

  #next(): ServerMessage | undefined {
    const refusal = this.#refusals.shift();
    if (refusal !== undefined) return refusal;
    if (!this.#dirty) return undefined;
    this.#dirty = false;
    return { type: "view", view: this.#hub.current };
  }

  #withinRate(): boolean {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(BURST, this.#tokens + ((now - this.#refilledAt) / 1000) * RATE);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
