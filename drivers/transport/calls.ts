import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { CallFrames, encodeCallFrame } from "../framing/call-frames.ts";
import type { ByteChannel, ChannelError } from "./byte-channel.ts";

/** How a call ended. `failed`: the far side says why, in its payload. `lost`: it went away before it answered. */
export type CallEnd =
  | { readonly end: "answered" | "failed"; readonly payload: Uint8Array }
  | { readonly end: "lost"; readonly cause: string };

/** Several calls may be under way at once; so many numbers are more than enough. */
const LAST_ID = 0xffff;

/** Calls to what stands at the other end of a channel. */
export class Caller {
  readonly #channel: ByteChannel;
  readonly #frames = new CallFrames();
  readonly #waiting = new Map<number, (end: CallEnd) => void>();
  readonly #onTold: (topic: number, payload: Uint8Array) => void;
  #id = 0;

  /** @param onTold hears what nobody asked for. */
  constructor(channel: ByteChannel, onTold: (topic: number, payload: Uint8Array) => void = () => {}) {
    this.#channel = channel;
    this.#onTold = onTold;
    void channel.closed.then((cause) => this.#lose(cause));
    channel.onBytes((bytes) => this.#receive(bytes));
  }

  /** An abort of `signal` asks the far side to end the call; the end of it is still its own to tell. A deadline is the caller's. */
  async call(topic: number, payload: Uint8Array, signal?: AbortSignal): Promise<CallEnd> {
    this.#id = (this.#id % LAST_ID) + 1;
    const id = this.#id;
    const { promise, resolve } = Promise.withResolvers<CallEnd>();
    this.#waiting.set(id, resolve);
    const cancel = () =>
      void this.#channel.write(encodeCallFrame({ kind: "cancel", topic, id, payload: new Uint8Array() }));
    const written = await this.#channel.write(encodeCallFrame({ kind: "call", topic, id, payload }));
    if (!written.ok) this.#end(id, { end: "lost", cause: written.error.message });
    else if (signal?.aborted) cancel();
    else signal?.addEventListener("abort", cancel, { once: true });
    const end = await promise;
    signal?.removeEventListener("abort", cancel);
    return end;
  }

  #receive(bytes: Uint8Array): void {
    for (const { kind, topic, id, payload } of this.#frames.push(bytes)) {
      if (kind === "answer") this.#end(id, { end: "answered", payload });
      else if (kind === "failure") this.#end(id, { end: "failed", payload });
      else if (kind === "told") this.#onTold(topic, payload);
    }
    if (this.#frames.broken) void this.#channel.close();
  }

  #end(id: number, end: CallEnd): void {
    this.#waiting.get(id)?.(end);
    this.#waiting.delete(id);
  }

  #lose(cause: string): void {
    for (const id of [...this.#waiting.keys()]) this.#end(id, { end: "lost", cause });
  }
}

/** What stands behind the calls. */
export type Callee = {
  /** `signal` aborts when the caller wants no answer any more, and when it has gone. */
  readonly call: (
    topic: number,
    payload: Uint8Array,
    signal: AbortSignal,
  ) => Promise<{ readonly ok: boolean; readonly payload: Uint8Array }>;
};

/** The other side of a `Caller`: reads calls from bytes and writes answers as bytes. */
export class CallServer {
  readonly #callee: Callee;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #frames = new CallFrames();
  readonly #running = new Map<number, AbortController>();

  constructor(callee: Callee, send: (bytes: Uint8Array) => void) {
    this.#callee = callee;
    this.#send = send;
  }

  push(bytes: Uint8Array): void {
    for (const { kind, topic, id, payload } of this.#frames.push(bytes)) {
      if (kind === "call") void this.#run(topic, id, payload);
      else if (kind === "cancel") this.#running.get(id)?.abort();
    }
  }

  /** Says something that nobody asked for. */
  tell(topic: number, payload: Uint8Array): void {
    this.#send(encodeCallFrame({ kind: "told", topic, id: 0, payload }));
  }

  /** The caller has gone. */
  end(): void {
    for (const stop of this.#running.values()) stop.abort();
  }

  async #run(topic: number, id: number, payload: Uint8Array): Promise<void> {
    const stop = new AbortController();
    this.#running.set(id, stop);
    const { ok, payload: answer } = await this.#callee.call(topic, payload, stop.signal);
    this.#running.delete(id);
    this.#send(encodeCallFrame({ kind: ok ? "answer" : "failure", topic, id, payload: answer }));
  }
}

/** A callee of this process as a channel, so that a recorder can stand between the two. */
export class LocalCalls implements ByteChannel {
  readonly closed: Promise<string>;
  readonly #server: CallServer;
  readonly #close: (cause: string) => void;
  readonly #onListen: () => void;
  #listener: (bytes: Uint8Array) => void = () => {};
  #ended = false;

  /** @param life `onListen`: somebody hears what is told from now on; `onClose` lets go of what stands behind the calls. */
  constructor(callee: Callee, life: { readonly onListen?: () => void; readonly onClose?: () => void } = {}) {
    const { onListen = () => {}, onClose = () => {} } = life;
    this.#onListen = onListen;
    this.#server = new CallServer(callee, (bytes) => {
      if (!this.#ended) this.#listener(bytes);
    });
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.#close = (cause) => {
      if (this.#ended) return;
      this.#ended = true;
      this.#server.end();
      onClose();
      resolve(cause);
    };
  }

  tell(topic: number, payload: Uint8Array): void {
    this.#server.tell(topic, payload);
  }

  onBytes(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    this.#onListen();
  }

  async write(bytes: Uint8Array): Promise<Result<void, ChannelError>> {
    if (this.#ended) return err(coded("link.lost", "closed"));
    this.#server.push(bytes);
    return ok();
  }

  async close(): Promise<void> {
    this.#close("closed");
  }
}
