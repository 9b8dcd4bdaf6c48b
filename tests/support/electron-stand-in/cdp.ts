import { EventEmitter } from "node:events";
import WebSocket from "ws";

type Reply = { readonly resolve: (result: never) => void; readonly reject: (error: Error) => void };
type Message = {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

export type Params = Readonly<Record<string, unknown>>;

/** The browser ended before it answered. */
export class BrowserGone extends Error {}

/** One DevTools session: commands by `send`, events by `on(method, params)`. */
export class CdpSession extends EventEmitter {
  readonly #connection: CdpConnection;
  readonly id: string | undefined;

  constructor(connection: CdpConnection, id: string | undefined) {
    super();
    this.#connection = connection;
    this.id = id;
  }

  send<T = Params>(method: string, params: Params = {}): Promise<T> {
    return this.#connection.send<T>(this.id, method, params);
  }
}

/** A DevTools connection with flat sessions. */
export class CdpConnection {
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, Reply>();
  readonly #sessions = new Map<string, CdpSession>();
  #last = 0;
  readonly browser = new CdpSession(this, undefined);
  readonly closed: Promise<void>;

  static async open(endpoint: string): Promise<CdpConnection> {
    const socket = new WebSocket(endpoint, { perMessageDeflate: false, maxPayload: 64 * 1024 * 1024 });
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return new CdpConnection(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#receive(JSON.parse(String(data)) as Message));
    socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      socket.once("close", () => {
        for (const { reject } of this.#replies.values()) reject(new BrowserGone("the browser is gone"));
        this.#replies.clear();
        resolve();
      });
    });
  }

  session(id: string): CdpSession {
    const known = this.#sessions.get(id);
    if (known !== undefined) return known;
    const session = new CdpSession(this, id);
    this.#sessions.set(id, session);
    return session;
  }

  send<T>(sessionId: string | undefined, method: string, params: Params): Promise<T> {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(new BrowserGone("the browser is gone"));
    const id = ++this.#last;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#replies.set(id, { resolve, reject });
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    return promise;
  }

  close(): Promise<void> {
    this.#socket.close();
    return this.closed;
  }

  #receive({ id, sessionId, method, params, result, error }: Message): void {
    if (id !== undefined) {
      const reply = this.#replies.get(id);
      this.#replies.delete(id);
      if (error !== undefined) reply?.reject(new Error(error.message));
      else reply?.resolve(result as never);
      return;
    }
    if (method === undefined) return;
    const session = sessionId === undefined ? this.browser : this.session(sessionId);
    session.emit(method, params);
  }
}
