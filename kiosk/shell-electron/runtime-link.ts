import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/deadline.ts";
import { LineReader } from "../../base/json-lines.ts";
import type { Logger } from "../../base/log.ts";
import { delays, type Schedule } from "../../base/schedule.ts";
import { type ClientMessage, MAX_MESSAGE_BYTES, type ServerMessage } from "../contract/messages.ts";
import { checkServerMessage } from "./messages.ts";

/** A local socket costs nothing to try, and a citizen looks at the screen: fast, and for ever. */
const RECONNECT: Schedule = {
  first: 100,
  factor: 1.6,
  cap: 2_000,
  attempts: Number.POSITIVE_INFINITY,
  jitter: 0.2,
};

/** Bytes that may wait in the socket before the runtime counts as hung. */
const MAX_WAITING_BYTES = 4 * MAX_MESSAGE_BYTES;

export type RuntimeLinkOptions = {
  /** Starts a connection to the runtime's socket, e.g. `() => net.connect(path)`. */
  readonly connect: () => Socket;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onLost: () => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

/** The connection to the runtime: one JSON message a line, both ways. It comes back by itself; nothing is queued while it is away. */
export class RuntimeLink {
  readonly #options: RuntimeLinkOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #socket: Socket | undefined;

  constructor(options: RuntimeLinkOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Sends a message; `false` when there is no connection: the page shows that already, and an old intent means nothing later. */
  send(message: ClientMessage): boolean {
    const socket = this.#socket;
    if (socket === undefined) return false;
    socket.write(`${JSON.stringify(message)}\n`);
    if (socket.writableLength > MAX_WAITING_BYTES) socket.destroy();
    return true;
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options;
    const stop = this.#stop.signal;
    while (!stop.aborted) {
      for (const delay of delays(RECONNECT, random)) {
        const served = await this.#serve();
        if (!(await pause(clock, delay, stop)) || served) break;
      }
    }
  }

  /** Connects once and stays for as long as the connection lives; `false` when there was none. */
  #serve(): Promise<boolean> {
    const { connect, onMessage, onLost, log } = this.#options;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const reader = new LineReader(MAX_MESSAGE_BYTES);
    const socket = connect();
    const onStop = () => socket.destroy();
    this.#stop.signal.addEventListener("abort", onStop, { once: true });
    socket.on("connect", () => {
      this.#socket = socket;
      log("shell.runtime-link", { link: "connected" });
    });
    socket.on("data", (chunk: Uint8Array) => {
      for (const line of reader.push(chunk)) {
        const checked = "text" in line ? checkServerMessage(line.text) : line;
        if ("message" in checked) onMessage(checked.message);
        else log("shell.runtime-message-refused", { reason: checked.refused });
      }
    });
    // An error is always followed by "close", which is where its consequences are.
    let cause = "closed";
    socket.on("error", (error: NodeJS.ErrnoException) => {
      cause = error.code ?? "error";
    });
    socket.on("close", () => {
      this.#stop.signal.removeEventListener("abort", onStop);
      const served = this.#socket === socket;
      if (served) {
        this.#socket = undefined;
        log("shell.runtime-link", { link: "lost", cause });
        onLost();
      }
      resolve(served);
    });
    return promise;
  }
}
