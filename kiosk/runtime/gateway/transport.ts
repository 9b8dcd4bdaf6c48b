import { Agent, type ClientRequest, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls, Agent as TlsAgent } from "node:https";
import type { Socket } from "node:net";
import type { Clock } from "../../../base/clock.ts";
import { withDeadline } from "../../../base/deadline.ts";
import { parseJson } from "../../../base/json.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";

export type TransportError = {
  readonly error: CodedError;
  /** `false` when it is certain that the gateway never saw the request. */
  readonly mayHaveArrived: boolean;
};

export type Reply = {
  readonly status: number;
  readonly body: unknown;
  /** Milliseconds for which the other side wants to be left alone. */
  readonly retryAfter?: number;
};

export type TransportOptions = {
  /** `https://host:port`. */
  readonly url: string;
  /** PEM texts in force now: a certificate is renewed while the kiosk runs. Absent: plain HTTP, or the machine's own authorities. */
  readonly tls?: () => { readonly ca: string; readonly certificate: string; readonly key: string };
  readonly clock: Clock;
};

type Payload = { readonly type: string; readonly content: string | Uint8Array };

const MAX_RESPONSE_BYTES = 1024 * 1024;
const CONNECT_WITHIN = 5_000;
const CONNECTIONS = 8;

/** JSON and files over HTTPS with mutual TLS. Node's own client: it is in memory anyway, and the runtime's memory is on a budget. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #secure: boolean;
  readonly #agent: Agent;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#secure = new URL(options.url).protocol === "https:";
    const settings = { keepAlive: true, maxSockets: CONNECTIONS };
    this.#agent = this.#secure ? new TlsAgent(settings) : new Agent(settings);
  }

  /** One exchange; ends within `milliseconds` and at `signal`. */
  exchange(
    method: "GET" | "POST" | "PUT" | "DELETE",
    path: string,
    body: unknown,
    milliseconds: number,
    signal: AbortSignal | undefined,
  ): Promise<Result<Reply, TransportError>> {
    const payload = body === undefined ? undefined : { type: "application/json", content: JSON.stringify(body) };
    return this.#within(milliseconds, signal, path, (inner) => this.#call(method, path, payload, path, inner));
  }

  /** As `exchange`, with a file in place of JSON. Its name in the address is in no error. */
  putFile(
    path: string,
    type: string,
    content: Uint8Array,
    milliseconds: number,
    signal: AbortSignal | undefined,
  ): Promise<Result<Reply, TransportError>> {
    const name = path.slice(0, path.lastIndexOf("/"));
    return this.#within(milliseconds, signal, name, (inner) => this.#call("PUT", path, { type, content }, name, inner));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #within(
    milliseconds: number,
    signal: AbortSignal | undefined,
    name: string,
    call: (signal: AbortSignal) => Promise<Result<Reply, TransportError>>,
  ): Promise<Result<Reply, TransportError>> {
    let started = false;
    const { clock } = this.#options;
    const result = await withDeadline<Reply, TransportError>(clock, milliseconds, signal, name, (inner) => {
      started = true;
      return call(inner);
    });
    if (result.ok) return result;
    if ("mayHaveArrived" in result.error) return err(result.error);
    const { code, message } = result.error;
    const error = code === "common.cancelled" ? result.error : coded("runtime.gateway-no-answer", message);
    return err({ error, mayHaveArrived: started });
  }

  /** @param name of the call in its errors. */
  async #call(
    method: string,
    path: string,
    payload: Payload | undefined,
    name: string,
    signal: AbortSignal,
  ): Promise<Result<Reply, TransportError>> {
    const { promise, resolve } = Promise.withResolvers<Result<Reply, TransportError>>();
    const start = this.#secure ? requestTls : requestPlain;
    const tls = this.#options.tls?.();
    const request = start(`${this.#options.url.replace(/\/$/, "")}${path}`, {
      method,
      agent: this.#agent,
      // The agent keeps connections apart by these: a new certificate means a new connection.
      ...(tls === undefined ? {} : { ca: tls.ca, cert: tls.certificate, key: tls.key }),
      signal,
      headers: {
        accept: "application/json",
        ...(payload === undefined
          ? {}
          : { "content-type": payload.type, "content-length": Buffer.byteLength(payload.content) }),
      },
    });
    let connected = false;
    const onConnected = () => {
      connected = true;
    };
    request.on("socket", (socket) => this.#watchConnecting(request, socket, onConnected));
    request.on("error", (error) => {
      const code = connected ? "runtime.gateway-no-answer" : "runtime.gateway-unreachable";
      resolve(err({ error: coded(code, `${name}: ${codeOf(error)}`), mayHaveArrived: connected }));
    });
    const onResponse = async (response: IncomingMessage) => {
      const text = await readBody(response);
      const cut = `${name}: the answer is too long or was cut short`;
      if (text === undefined) resolve(err({ error: coded("runtime.gateway-answer", cut), mayHaveArrived: true }));
      else {
        const wait = retryAfter(response.headers["retry-after"]);
        resolve(ok({ status: response.statusCode ?? 0, body: parseJson(text), ...wait }));
      }
    };
    request.on("response", (response) => void onResponse(response));
    request.end(payload?.content);
    return await promise;
  }

  /** Nothing of a request leaves before the connection is made and, with TLS, the other side has proved who it is. */
  #watchConnecting(request: ClientRequest, socket: Socket, onConnected: () => void): void {
    if (request.reusedSocket) {
      onConnected();
      return;
    }
    const timer = this.#options.clock.setTimeout(() => socket.destroy(new Error("connect timeout")), CONNECT_WITHIN);
    socket.once(this.#secure ? "secureConnect" : "connect", () => {
      timer.cancel();
      onConnected();
    });
    socket.once("close", () => timer.cancel());
  }
}

/** In seconds only: a date would be read by a clock that may be wrong. */
function retryAfter(header: string | undefined): { retryAfter?: number } {
  return header !== undefined && /^\d{1,6}$/.test(header) ? { retryAfter: Number(header) * 1000 } : {};
}

/** The whole body, or `undefined` when it is longer than any answer of the contract or ends before its end. */
async function readBody(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response) {
      length += chunk.length;
      if (length > MAX_RESPONSE_BYTES) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}
