import { randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Intent, IntentType, Screen, ScreenKind } from "../../base/contracts/view.ts";
import { serverMessageSchema, type ViewState } from "../../kiosk/contract/messages.ts";
import { until } from "./until.ts";

type ScreenOf<K extends ScreenKind> = Extract<Screen, { kind: K }>;
type Sent = { readonly id: string; readonly intent: Intent; readonly view: ViewState; answered: boolean };

/**
 * A citizen without a screen, at the runtime's unix socket: what they see is the view, what they do is an intent. It comes
 * back by itself after the runtime was restarted.
 */
export class KioskClient {
  readonly #path: string;
  readonly #patience: number;
  #socket: Socket | undefined;
  #view: ViewState | undefined;
  #closed = false;
  #sent: Sent | undefined;
  /** Every screen that stood, oldest first, as `kind: title`. */
  readonly seen: string[] = [];
  /** Intents that the runtime would not take, though the view had offered them. */
  readonly refused: string[] = [];

  /** @param patience for what is waited for where nothing else is said, milliseconds. */
  constructor(path: string, patience = 60_000) {
    this.#path = path;
    this.#patience = patience;
    this.#connect();
  }

  /** The view that stands, `undefined` while the runtime is away. */
  get view(): ViewState | undefined {
    return this.#view;
  }

  /** All that the citizen can read now: screen and what lies over it. */
  get words(): string {
    const words: string[] = [];
    collectWords([this.#view?.screen, this.#view?.overlay], words);
    return words.join("\n");
  }

  /** Waits until a screen of `kind`, whose words match when `words` is given, stands. */
  async sees<K extends ScreenKind>(kind: K, words?: RegExp, patience = this.#patience): Promise<ScreenOf<K>> {
    const look = () => {
      this.#mustBeOpen();
      const screen = this.#view?.screen;
      return screen?.kind === kind && (words === undefined || words.test(this.words)) ? screen : undefined;
    };
    return (await until(`a screen ${kind} ${words ?? ""}`, look, patience).catch((problem: Error) => {
      throw new Error(`${problem.message}; seen: ${this.seen.slice(-8).join(" | ")}\n${JSON.stringify(this.#view)}`);
    })) as ScreenOf<K>;
  }

  /** Waits for the first of several screens. */
  async seesOneOf(kinds: readonly ScreenKind[], patience = this.#patience): Promise<Screen> {
    return await until(
      `a screen ${kinds.join(" or ")}; seen: ${this.seen.slice(-8).join(" | ")}`,
      () => {
        this.#mustBeOpen();
        return this.#view !== undefined && kinds.includes(this.#view.screen.kind) ? this.#view.screen : undefined;
      },
      patience,
    );
  }

  /** Does something as soon as it is enabled, and waits until the runtime answered. */
  async does(intent: Intent): Promise<void> {
    const enabled = () => {
      this.#mustBeOpen();
      return this.#view?.intents.includes(intent.type) === true;
    };
    await until(`${intent.type} enabled`, enabled, this.#patience / 2).catch((problem: Error) => {
      throw new Error(`${problem.message} on ${JSON.stringify(this.#view)}`);
    });
    this.#send(intent);
    const answered = () => {
      this.#mustBeOpen();
      return this.#sent?.answered !== false;
    };
    await until(`an answer to ${intent.type}`, answered, this.#patience / 2);
  }

  /** Opens a service as soon as it is offered: a device that was away a moment ago may still be coming back. */
  async opens(service: string): Promise<void> {
    await until(
      `${service} offered`,
      () => {
        this.#mustBeOpen();
        const screen = this.#view?.screen;
        const card = screen?.kind === "services" ? screen.services.find(({ id }) => id === service) : undefined;
        return card !== undefined && card.unavailable === undefined;
      },
      this.#patience,
    );
    await this.does({ type: "OPEN_SERVICE", service });
  }

  may(type: IntentType): boolean {
    return this.#view?.intents.includes(type) === true;
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  /** Who has left waits for nothing. */
  #mustBeOpen(): void {
    if (this.#closed) throw new Error("the citizen has left");
  }

  #send(intent: Intent): void {
    const view = this.#view;
    if (view === undefined || this.#socket === undefined) throw new Error(`the kiosk is away: ${intent.type}`);
    const id = randomUUID();
    this.#sent = { id, intent, view, answered: false };
    this.#socket.write(`${JSON.stringify({ type: "intent", id, view: view.version, intent })}\n`);
  }

  #connect(): void {
    const socket = connect(this.#path);
    this.#socket = socket;
    const lines = createInterface({ input: socket });
    lines.on("line", (line) => this.#receive(line));
    // The runtime is away; it is looked for again when the socket has closed.
    for (const end of [lines, socket]) end.on("error", () => undefined);
    socket.on("close", () => {
      this.#view = undefined;
      if (this.#sent !== undefined) this.#sent.answered = true;
      if (!this.#closed) setTimeout(() => this.#closed || this.#connect(), 50);
    });
  }

  #receive(line: string): void {
    const message = serverMessageSchema.parse(JSON.parse(line));
    if (message.type === "view") {
      this.#view = message.view;
      const { screen } = message.view;
      const seen = `${screen.kind}: ${screen.title.text}`;
      if (this.seen.at(-1) !== seen) this.seen.push(seen);
      if (this.#sent !== undefined && message.view.version > this.#sent.view.version) this.#sent.answered = true;
      return;
    }
    const sent = this.#sent;
    if (sent === undefined || message.id !== sent.id) return;
    sent.answered = true;
    // Another view of the same screen had been published meanwhile: the citizen touches again.
    const same = this.#view?.screen.kind === sent.view.screen.kind && this.#view.intents.includes(sent.intent.type);
    if (message.reason === "stale" && same) this.#send(sent.intent);
    else if (message.reason !== "stale") this.refused.push(`${sent.intent.type}: ${message.reason}`);
  }
}

function collectWords(value: unknown, into: string[]): void {
  if (typeof value === "string") into.push(value);
  else if (Array.isArray(value)) for (const entry of value) collectWords(entry, into);
  else if (typeof value === "object" && value !== null)
    for (const [name, entry] of Object.entries(value)) if (name !== "id" && name !== "kind") collectWords(entry, into);
}
