import WebSocket from "ws";
import type { Clock, Timer } from "../../base/clock.ts";
import { type AgentMessage, SOCKET_PATH, serverMessageSchema } from "../../base/contracts/fleet/socket.ts";
import { parseJson } from "../../base/json.ts";
import type { Logger } from "../../base/log.ts";
import type { Subject } from "../../base/observable.ts";
import type { Outbox } from "../store/interface.ts";
import type { Wake } from "../wake.ts";
import { Backoff, type FailureKind } from "./backoff.ts";
import type { ServerClient } from "./client.ts";

const CONNECT_WITHIN = 20_000;
/** The server pings every 30 s: two that fail to come end the connection. */
const SILENCE = 75_000;
/** A connection that lived shorter counts as a failed try: a server that opens and closes is not asked every second. */
const STEADY = 60_000;
/** A command's JWS is a few kilobytes. */
const MAX_MESSAGE = 64 * 1024;
const MAX_REFUSAL = 8_192;

export type SocketOptions = {
  readonly client: ServerClient;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Ends a back-off at once: the server has just answered something else. */
  readonly wake: Wake;
  /** Kept true while the connection is open. */
  readonly socketOpen: Subject<boolean>;
  readonly onOpen: () => void;
  readonly onCommand: (jws: string) => void;
  readonly onDesired: () => void;
};

type End = {
  readonly opened: boolean;
  readonly kind: FailureKind;
  readonly cause: string;
  readonly retryAfter?: number;
};

/** Keeps the WebSocket open until `signal`. Its loss changes nothing but how fast commands come. */
export async function socketLoop(options: SocketOptions): Promise<void> {
  const { clock, random, log, signal, wake } = options;
  const backoff = new Backoff(random);
  let said = "";
  while (!signal.aborted) {
    const began = clock.monotonic();
    const end = await connection(options);
    if (end.opened && clock.monotonic() - began > STEADY) backoff.reset();
    if (signal.aborted) return;
    if (end.opened || said !== end.cause) log("agent.socket", { state: "closed", cause: end.cause });
    said = end.cause;
    await wake.wait(clock, backoff.next(end.kind, end.retryAfter), signal);
  }
}

async function connection(options: SocketOptions): Promise<End> {
  const { client, outbox, clock, log, signal, socketOpen } = options;
  const { url, headers, tls } = await client.upgrade(SOCKET_PATH);
  if (signal.aborted) return { opened: false, kind: "away", cause: "stopped" };
  const { promise, resolve } = Promise.withResolvers<End>();
  let opened = false;
  let timer: Timer = clock.setTimeout(() => finish("no-answer"), CONNECT_WITHIN);
  const socket = new WebSocket(url, { ...tls, headers, maxPayload: MAX_MESSAGE, perMessageDeflate: false });
  const send = (message: AgentMessage) => socket.send(JSON.stringify(message));
  const finish = (cause: string, kind: FailureKind = "away", retryAfter?: number) => {
    timer.cancel();
    socketOpen.set(false);
    signal.removeEventListener("abort", onAbort);
    resolve({ opened, kind, cause, ...(retryAfter === undefined ? {} : { retryAfter }) });
    socket.terminate();
  };
  const onAbort = () => finish("stopped");
  signal.addEventListener("abort", onAbort, { once: true });
  const listen = () => {
    timer.cancel();
    timer = clock.setTimeout(() => finish("silent"), SILENCE);
  };
  socket.on("open", () => {
    opened = true;
    listen();
    log("agent.socket", { state: "open" });
    send({ type: "hello", stream: outbox.stream, session: outbox.session });
    socketOpen.set(true);
    options.onOpen();
  });
  socket.on("message", (data, binary) => {
    listen();
    const message = serverMessageSchema.safeParse(binary ? undefined : parseJson(String(data)));
    // A newer server may say more than this agent knows: it says it again by polling.
    if (!message.success) return;
    if (message.data.type === "ping") send({ type: "pong" });
    else if (message.data.type === "desired") options.onDesired();
    else options.onCommand(message.data.jws);
  });
  socket.on("unexpected-response", (_request, response) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_REFUSAL) chunks.push(chunk);
    });
    response.on("end", () => {
      const refusal = client.refusal(response.statusCode ?? 0, response.headers, Buffer.concat(chunks));
      finish(refusal.error.code, refusal.kind, refusal.retryAfter);
    });
  });
  socket.on("error", (error) => finish("code" in error && typeof error.code === "string" ? error.code : "error"));
  socket.on("close", () => finish("closed"));
  return await promise;
}
