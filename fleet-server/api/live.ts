import type { ServerResponse } from "node:http";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { Unsubscribe } from "../../base/observable.ts";
import type { Bus, BusMessage } from "../bus/interface.ts";
import type { LiveEvent } from "./contract/live.ts";

/** Milliseconds. */
const HEARTBEAT = 15_000;
const BETWEEN = 500;
const RETRY = 3_000;
/** More than this says "many". */
const MOST_KIOSKS = 100;
const STREAMS_PER_SESSION = 6;
/** Bytes that wait for a client until it counts as too slow: it reconnects and asks for everything anew. */
const MOST_WAITING = 64 * 1024;

type Stream = {
  readonly session: string;
  readonly response: ServerResponse;
  readonly pending: Map<LiveEvent["type"], Set<string> | "many">;
  next: Timer | undefined;
  heartbeat: Timer | undefined;
};

/** Streams of server-sent events (HTML Living Standard §9.2) to the consoles of this instance; what to say comes from the bus. */
export class Live {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stands: (session: string) => Promise<boolean>;
  readonly #streams = new Set<Stream>();
  readonly #unsubscribe: Unsubscribe;

  /** @param stands whether a session still does; asked at every heartbeat. */
  constructor(bus: Bus, clock: Clock, log: Logger, stands: (session: string) => Promise<boolean>) {
    this.#clock = clock;
    this.#log = log;
    this.#stands = stands;
    this.#unsubscribe = bus.subscribe((message) => this.#heard(message));
  }

  /** Whether the session may open another stream. */
  hasRoom(session: string): boolean {
    return [...this.#streams].filter((stream) => stream.session === session).length < STREAMS_PER_SESSION;
  }

  /** Takes over a response and keeps it until the client leaves or the session ends. */
  open(session: string, response: ServerResponse): void {
    const stream: Stream = { session, response, pending: new Map(), next: undefined, heartbeat: undefined };
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      // nginx would keep events until its buffer is full.
      "x-accel-buffering": "no",
    });
    response.on("close", () => this.#drop(stream, undefined));
    this.#streams.add(stream);
    this.#write(stream, `retry: ${RETRY}\n\n`);
    this.#beat(stream);
  }

  endSession(session: string): void {
    for (const stream of this.#streams) if (stream.session === session) this.#drop(stream, "session");
  }

  close(): void {
    this.#unsubscribe();
    for (const stream of this.#streams) this.#drop(stream, "stopping");
  }

  #heard(message: BusMessage): void {
    const told = toLive(message);
    if (told === undefined) return;
    for (const stream of this.#streams) {
      stream.pending.set(told.type, joined(stream.pending.get(told.type), told));
      if (stream.next === undefined) this.#flush(stream);
    }
  }

  /** Sends what waits, then nothing for a while: what comes meanwhile is joined. */
  #flush(stream: Stream): void {
    for (const [type, kiosks] of stream.pending)
      this.#write(stream, `data: ${JSON.stringify(toEvent(type, kiosks))}\n\n`);
    stream.pending.clear();
    if (!this.#streams.has(stream)) return;
    stream.next = this.#clock.setTimeout(() => {
      stream.next = undefined;
      if (stream.pending.size > 0) this.#flush(stream);
    }, BETWEEN);
  }

  #beat(stream: Stream): void {
    stream.heartbeat = this.#clock.setTimeout(() => {
      this.#stands(stream.session).then(
        (stands) => {
          if (!this.#streams.has(stream)) return;
          if (!stands) return this.#drop(stream, "session");
          this.#write(stream, ": heartbeat\n\n");
          this.#beat(stream);
        },
        () => this.#drop(stream, "store"),
      );
    }, HEARTBEAT);
  }

  #write(stream: Stream, text: string): void {
    if (!this.#streams.has(stream)) return;
    if (stream.response.writableLength > MOST_WAITING) this.#drop(stream, "slow");
    else stream.response.write(text);
  }

  #drop(stream: Stream, cause: "session" | "slow" | "stopping" | "store" | undefined): void {
    if (!this.#streams.delete(stream)) return;
    stream.next?.cancel();
    stream.heartbeat?.cancel();
    if (cause === undefined) return;
    this.#log("console.stream-dropped", { cause });
    if (cause === "slow") stream.response.destroy();
    else stream.response.end();
  }
}

type Told = { readonly type: LiveEvent["type"]; readonly kiosks: readonly string[] };

function toLive(message: BusMessage): Told | undefined {
  switch (message.topic) {
    case "kiosks":
      return { type: "kiosks", kiosks: message.kiosks };
    case "command":
    case "revoked":
      return { type: "kiosks", kiosks: [message.kiosk] };
    case "rollouts":
    case "enrolments":
    case "targets":
      return { type: message.topic, kiosks: [] };
    case "missed":
      return { type: "kiosks", kiosks: [] };
    case "desired":
      return undefined;
  }
}

function joined(before: Set<string> | "many" | undefined, { type, kiosks }: Told): Set<string> | "many" {
  if (before === "many" || (type === "kiosks" && kiosks.length === 0)) return "many";
  const all = new Set([...(before ?? []), ...kiosks]);
  return all.size > MOST_KIOSKS ? "many" : all;
}

function toEvent(type: LiveEvent["type"], kiosks: Set<string> | "many"): LiveEvent {
  return type === "kiosks" ? { type, kiosks: kiosks === "many" ? [] : [...kiosks] } : { type };
}
