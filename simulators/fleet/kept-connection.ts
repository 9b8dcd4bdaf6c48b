import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type SecureContext } from "node:tls";

export type Answer = { readonly status: number; readonly body: string };

type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void };

const HEAD_END = Buffer.from("\r\n\r\n");

/**
 * One kept HTTP/1.1 connection with one request at a time, for ten thousand of them in a process: a client that a kiosk would use costs
 * several times as much. It reads what our servers write: answers with `content-length`, or without a body.
 */
export class KeptConnection {
  readonly #url: URL;
  readonly #tls: (() => SecureContext) | undefined;
  #socket: Socket | undefined;
  #waiting: Waiting | undefined;
  #received: Buffer = Buffer.alloc(0);
  /** Connections made so far. */
  opened = 0;

  /** @param tls makes the client's TLS, with the authority that it trusts, for each connection; absent with `http:`. */
  constructor(url: URL, tls: (() => SecureContext) | undefined) {
    this.#url = url;
    this.#tls = tls;
  }

  /** @throws Error when the connection breaks before the answer is whole, or a request is under way. */
  request(method: string, path: string, headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<Answer> {
    if (this.#waiting !== undefined) return Promise.reject(new Error("a request is under way"));
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting = { resolve, reject };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `${method} ${path} HTTP/1.1\r\nhost: ${this.#url.host}\r\n${lines.join("")}content-length: ${body.length}\r\n\r\n`;
    this.#open().write(Buffer.concat([Buffer.from(head, "latin1"), body]));
    return promise;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #open(): Socket {
    if (this.#socket !== undefined) return this.#socket;
    this.opened++;
    const where = { host: this.#url.hostname, port: Number(this.#url.port) };
    const socket =
      this.#tls === undefined
        ? connectPlain(where)
        : connectTls({ ...where, secureContext: this.#tls(), servername: "" });
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", (error) => this.#lost(socket, error));
    socket.on("close", () => this.#lost(socket, new Error("connection closed")));
    this.#socket = socket;
    return socket;
  }

  #lost(socket: Socket, error: Error): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#received = Buffer.alloc(0);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf(HEAD_END);
    if (end < 0) return;
    const head = this.#received.toString("latin1", 0, end);
    const status = Number(head.slice(9, 12));
    const length = status === 204 || status === 304 ? 0 : Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (Number.isNaN(length)) {
      this.#socket?.destroy(new Error(`status ${status}: the answer tells no length`));
      return;
    }
    const whole = end + HEAD_END.length + length;
    if (this.#received.length < whole) return;
    const answer = {
      status,
      body: this.#received.toString("utf8", end + HEAD_END.length, whole),
    };
    this.#received = this.#received.subarray(whole);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (/\r\nconnection: close/i.test(head)) this.close();
    waiting?.resolve(answer);
  }
}
