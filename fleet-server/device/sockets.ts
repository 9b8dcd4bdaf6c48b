import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Timer } from "../../base/clock.ts";
import { agentMessageSchema, PING_EVERY, type ServerMessage, SOCKET_PATH } from "../../base/contracts/fleet/socket.ts";
import { parseJson } from "../../base/json.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { BusMessage } from "../bus/interface.ts";
import type { FleetContext } from "../context.ts";
import type { Identity } from "../identity/interface.ts";
import { logUnexpected } from "../unexpected.ts";
import { refuseRaw, statusOf } from "./answers.ts";
import { deviceRequest } from "./authenticate.ts";
import type { Clones } from "./clones.ts";
import type { Knocking } from "./knocking.ts";
import type { Presence } from "./presence.ts";

/** Milliseconds. */
const HELLO_WITHIN = 10_000;
const MISSED_PONGS = 2;
const MAX_MESSAGE = 16_384;
/** A greeting of an agent's earlier process cannot still be under way then. */
const LATE = 10_000;

/** WebSocket close codes: 1001 of RFC 6455, the others of the private range. */
const CLOSE = { goingAway: 1001, badMessage: 4000, revoked: 4001, replaced: 4002, silent: 4003 } as const;

type Connection = {
  readonly kiosk: string;
  readonly stream: string;
  readonly session: number;
  readonly socket: WebSocket;
  /** On the monotonic clock, milliseconds. */
  readonly since: number;
};

export type SocketParts = {
  readonly context: FleetContext;
  readonly identity: Identity;
  readonly presence: Presence;
  readonly knocking: Knocking;
  readonly onRefused: (code: string) => void;
  readonly clones: Clones;
};

/** The kiosks' WebSockets on this instance: they make commands instant and carry no truth. */
export class Sockets {
  readonly #parts: SocketParts;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false });
  readonly #connections = new Map<string, Connection>();
  readonly #unsubscribe: () => void;

  constructor(parts: SocketParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.context.bus.subscribe((message) => void this.#heard(message));
  }

  /** Kiosks connected to this instance. */
  get open(): number {
    return this.#connections.size;
  }

  /** Takes a request to upgrade: the HTTP server's `upgrade` event. */
  async upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const { context, identity, knocking } = this.#parts;
    stream.on("error", () => stream.destroy());
    try {
      if (request.url !== SOCKET_PATH) return this.#refuse(stream, coded("fleet-server.no-such-address"));
      const asked = deviceRequest(request, undefined);
      const judged = await identity.authenticate(asked);
      if (!judged.ok) {
        await knocking.refused(asked, judged.error.code);
        return this.#refuse(stream, judged.error);
      }
      const { kiosk } = judged.value;
      this.#server.handleUpgrade(request, stream, head, (socket) => this.#serve(kiosk, socket));
    } catch (problem) {
      logUnexpected(context.log, "socket", problem);
      stream.destroy();
    }
  }

  /** Ends every connection. */
  close(): void {
    this.#unsubscribe();
    for (const { socket } of this.#connections.values()) socket.close(CLOSE.goingAway);
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #refuse(stream: Duplex, error: CodedError): void {
    const { context, onRefused } = this.#parts;
    onRefused(error.code);
    context.log("fleet.device-refused", { route: SOCKET_PATH, code: error.code, status: statusOf(error) });
    refuseRaw(stream, error, context.clock);
  }

  #serve(kiosk: string, socket: WebSocket): void {
    const { clock } = this.#parts.context;
    let connection: Connection | undefined;
    let missed = 0;
    let timer: Timer = clock.setTimeout(() => socket.close(CLOSE.silent, "hello"), HELLO_WITHIN);
    const ping = () => {
      if (missed >= MISSED_PONGS) return socket.terminate();
      missed++;
      send(socket, { type: "ping" });
      timer = clock.setTimeout(ping, PING_EVERY * 1_000);
    };
    socket.on("message", (data) => {
      const message = agentMessageSchema.safeParse(parseJson(data.toString()));
      if (!message.success) return socket.close(CLOSE.badMessage, "message");
      if (message.data.type === "pong") {
        missed = 0;
        if (connection !== undefined) this.#parts.presence.seen(kiosk);
        return;
      }
      if (connection !== undefined) return socket.close(CLOSE.badMessage, "second hello");
      const { stream, session } = message.data;
      connection = { ...{ kiosk, stream, session, socket }, since: clock.monotonic() };
      if (!this.#take(connection)) return;
      this.#parts.presence.connected(kiosk, stream, session);
      timer.cancel();
      timer = clock.setTimeout(ping, PING_EVERY * 1_000);
      void this.#sendWaiting(connection);
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      timer.cancel();
      if (connection !== undefined) this.#ended(connection);
    });
  }

  /** An agent that was started anew replaces its own older connection, never a younger one. */
  #take(connection: Connection): boolean {
    const { kiosk, stream, session, socket, since } = connection;
    const before = this.#connections.get(kiosk);
    if (before !== undefined && before.session > session) {
      socket.close(CLOSE.replaced);
      // The numbers of one agent's sessions only grow, and its earlier process is long dead: this is another machine.
      if (before.stream === stream && since - before.since > LATE) void this.#cloned(kiosk);
      return false;
    }
    this.#connections.set(kiosk, connection);
    before?.socket.close(CLOSE.replaced);
    this.#parts.context.log("fleet.socket", { kiosk, began: true });
    return true;
  }

  async #cloned(kiosk: string): Promise<void> {
    try {
      await this.#parts.clones.seen(kiosk, "old-session");
    } catch (problem) {
      logUnexpected(this.#parts.context.log, "socket", problem);
    }
  }

  #ended(connection: Connection): void {
    const { kiosk, session } = connection;
    if (this.#connections.get(kiosk) !== connection) return;
    this.#connections.delete(kiosk);
    this.#parts.presence.gone(kiosk, session);
    this.#parts.context.log("fleet.socket", { kiosk, began: false });
  }

  async #heard(message: BusMessage): Promise<void> {
    try {
      if (message.topic === "command") await this.#sendCommand(message.kiosk, message.command);
      else if (message.topic === "revoked") this.#connections.get(message.kiosk)?.socket.close(CLOSE.revoked);
      else if (message.topic === "desired") this.#tellDesired(message.kiosks);
      else if (message.topic === "missed") this.#tellDesired([...this.#connections.keys()]);
    } catch (problem) {
      logUnexpected(this.#parts.context.log, "socket", problem);
    }
  }

  #tellDesired(kiosks: readonly string[]): void {
    for (const kiosk of kiosks) {
      const connection = this.#connections.get(kiosk);
      if (connection !== undefined) send(connection.socket, { type: "desired" });
    }
  }

  async #sendCommand(kiosk: string, command: string): Promise<void> {
    const connection = this.#connections.get(kiosk);
    if (connection === undefined) return;
    const row = await this.#parts.context.db
      .selectFrom("command")
      .select("jws")
      .where("id", "=", command)
      .where("state", "=", "queued")
      .executeTakeFirst();
    if (row !== undefined) send(connection.socket, { type: "command", jws: row.jws });
  }

  async #sendWaiting({ kiosk, socket }: Connection): Promise<void> {
    const { db, clock, log } = this.#parts.context;
    try {
      const waiting = await db
        .selectFrom("command")
        .select("jws")
        .where("kiosk", "=", kiosk)
        .where("state", "=", "queued")
        .where("expires_at", ">", clock.now())
        .orderBy("created_at")
        .limit(100)
        .execute();
      for (const { jws } of waiting) send(socket, { type: "command", jws });
    } catch (problem) {
      logUnexpected(log, "socket", problem);
    }
  }
}

function send(socket: WebSocket, message: ServerMessage): void {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
}
