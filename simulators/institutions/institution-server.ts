import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock, Timer } from "../../base/clock.ts";
import { Subject } from "../../base/observable.ts";
import type { Json, OperatorAction, SimulatedDevice } from "../operator.ts";
import { type Fault, type FaultOptions, Faults } from "./faults.ts";

export type Exchange = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

export type Reply = {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type InstitutionOptions = {
  readonly clock: Clock;
  /** 0 for any free port. */
  readonly port?: number;
};

type Description = {
  readonly id: string;
  readonly model: string;
  readonly faults: readonly Fault[];
  /** Bytes that a request may have; a megabyte when left out. */
  readonly mostBytes?: number;
  /** Requests that only ask whether the service is there. */
  readonly probe: (exchange: Exchange) => boolean;
  readonly handle: (exchange: Exchange) => Reply;
  /** What the dock shows besides mode and number of requests. */
  readonly describe?: () => { readonly [name: string]: Json };
  readonly actions?: { readonly [name: string]: OperatorAction };
};

const MAX_BODY_BYTES = 1024 * 1024;
const MAINTENANCE_PAGE =
  "<!DOCTYPE html><html><head><title>Sitio en mantención</title></head><body><h1>Volveremos pronto</h1></body></html>";
const SOAP_FAULT =
  '<?xml version="1.0" encoding="UTF-8"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>' +
  "<S:Fault><faultcode>S:Server</faultcode><faultstring>Error interno del servicio</faultstring></S:Fault></S:Body></S:Envelope>";

export function json(status: number, body: Json): Reply {
  return { status, type: "application/json; charset=utf-8", body: JSON.stringify(body) };
}

export function xml(status: number, body: string): Reply {
  return { status, type: "text/xml; charset=utf-8", body };
}

/** One institution's service on a loopback port, with what can go wrong with it in an operator's hand. */
export class InstitutionServer implements SimulatedDevice {
  readonly kind = "institution";
  readonly id: string;
  readonly model: string;
  readonly actions: { readonly [name: string]: OperatorAction };
  readonly state: Subject<Json>;
  /** Everything that arrived, oldest first: for tests of what is on the wire. A body above a megabyte is left out, so that a long demo fits into memory. */
  readonly exchanges: Exchange[] = [];
  readonly #description: Description;
  readonly #clock: Clock;
  readonly #faults = new Faults();
  readonly #timers = new Set<Timer>();
  #port: number;
  #server: Server | undefined;
  #starting: Promise<void> | undefined;

  constructor(description: Description, options: InstitutionOptions) {
    this.#description = description;
    this.#clock = options.clock;
    this.#port = options.port ?? 0;
    this.id = description.id;
    this.model = description.model;
    this.state = new Subject<Json>(this.#snapshot());
    this.actions = { ...this.#faultActions(), ...description.actions };
  }

  get port(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get url(): string {
    return `http://${this.port}`;
  }

  /** Several hands may do it at once. */
  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    this.#starting ??= this.#listen().finally(() => {
      this.#starting = undefined;
    });
    await this.#starting;
  }

  async #listen(): Promise<void> {
    const server = createServer((request, response) => void this.#receive(request, response));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(this.#port, "127.0.0.1", resolve);
    await promise;
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.#tell();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    server.closeAllConnections();
    await promise;
    this.#tell();
  }

  /** @throws Error when this institution cannot fail in that way. */
  async fail(fault: Fault, options?: FaultOptions): Promise<void> {
    if (!this.#description.faults.includes(fault)) throw new Error(`${this.id} has no fault ${fault}.`);
    if (fault === "down") await this.stop();
    else await this.start();
    this.#faults.set(fault, options);
    this.#tell();
  }

  async restore(): Promise<void> {
    this.#faults.clear();
    await this.start();
    this.#tell();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const exchange = await read(request, this.#description.mostBytes ?? MAX_BODY_BYTES);
      if (exchange === undefined) {
        request.socket.destroy();
        return;
      }
      const probe = this.#description.probe(exchange);
      if (!probe) this.exchanges.push(exchange.body.length > MAX_BODY_BYTES ? { ...exchange, body: "" } : exchange);
      this.#serve(exchange, response, probe);
      this.#tell();
    } catch {
      // The caller went away while it was being read: there is nobody to answer.
      request.socket.destroy();
    }
  }

  #serve(exchange: Exchange, response: ServerResponse, probe: boolean): void {
    const struck = this.#faults.take(probe);
    switch (struck?.fault) {
      case undefined:
        send(response, this.#description.handle(exchange));
        break;
      case "down":
        response.socket?.destroy();
        break;
      case "slow": {
        const reply = this.#description.handle(exchange);
        this.#later(struck.milliseconds, () => send(response, reply));
        break;
      }
      case "late":
        this.#later(struck.milliseconds, () => {
          send(response, this.#description.handle(exchange));
          this.#tell();
        });
        break;
      case "error-500":
        send(response, { status: 500, type: "text/plain", body: "Internal Server Error" });
        break;
      case "html":
        send(response, { status: 200, type: "text/html; charset=utf-8", body: MAINTENANCE_PAGE });
        break;
      case "malformed": {
        const reply = this.#description.handle(exchange);
        send(response, { ...reply, body: reply.body.slice(0, Math.ceil(reply.body.length / 2)) });
        break;
      }
      case "soap-fault":
        send(response, xml(500, SOAP_FAULT));
        break;
      case "drop-answer":
        this.#description.handle(exchange);
        response.socket?.destroy();
        break;
      case "duplicate-key":
        this.#description.handle(exchange);
        send(response, json(409, { error: "duplicate-key" }));
        break;
    }
  }

  #later(milliseconds: number, work: () => void): void {
    const timer = this.#clock.setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, milliseconds);
    this.#timers.add(timer);
  }

  #faultActions(): { readonly [name: string]: OperatorAction } {
    const choices = this.#description.faults.filter((fault) => fault !== "down" && fault !== "slow");
    return {
      cut: { label: { es: "Cortar el servicio", en: "Cut the service" }, run: () => this.fail("down") },
      slow: {
        label: { es: "Responder lento", en: "Answer slowly" },
        parameters: { milliseconds: { kind: "number", initial: 30_000 } },
        run: ({ milliseconds }) => this.fail("slow", { milliseconds: positive("milliseconds", milliseconds) }),
      },
      fail: {
        label: { es: "Provocar una falla", en: "Cause a fault" },
        parameters: {
          fault: { kind: "choice", choices, initial: choices[0] ?? "error-500" },
          times: { kind: "number", initial: 1 },
        },
        run: ({ fault, times }) => {
          const chosen = choices.find((candidate) => candidate === fault);
          if (chosen === undefined) throw new Error(`${this.id} has no fault ${String(fault)}.`);
          return this.fail(chosen, times === undefined ? {} : { times: positive("times", times) });
        },
      },
      restore: { label: { es: "Restablecer el servicio", en: "Bring the service back" }, run: () => this.restore() },
    };
  }

  #tell(): void {
    this.state.set(this.#snapshot());
  }

  #snapshot(): Json {
    return {
      up: this.#server !== undefined,
      fault: this.#faults.current ?? null,
      requests: this.exchanges.length,
      ...this.#description.describe?.(),
    };
  }
}

function positive(name: string, value: Json | undefined): number {
  if (typeof value === "number" && Number.isInteger(value) && value > 0) return value;
  throw new Error(`${name} must be a whole number above zero.`);
}

async function read(request: IncomingMessage, most: number): Promise<Exchange | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  const url = new URL(request.url ?? "/", "http://institution");
  return {
    method: request.method ?? "GET",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, {
    "content-type": reply.type,
    "content-length": Buffer.byteLength(reply.body),
    ...reply.headers,
  });
  response.end(reply.body);
}
