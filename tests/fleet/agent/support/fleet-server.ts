import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { SignJWT } from "jose";
import { type WebSocket, WebSocketServer } from "ws";
import {
  COMMAND_TYPE,
  type Command,
  type LogUpload,
  logUploadSchema,
} from "../../../../base/contracts/fleet/command.ts";
import { DESIRED_TYPE, type Desired } from "../../../../base/contracts/fleet/desired.ts";
import { renewalRequestSchema } from "../../../../base/contracts/fleet/identity.ts";
import { type Report, reportBatchSchema } from "../../../../base/contracts/fleet/report.ts";
import { agentMessageSchema, type ServerMessage } from "../../../../base/contracts/fleet/socket.ts";
import type { StateSections } from "../../../../base/contracts/fleet/state.ts";
import type { KeyPair } from "../../../../base/node/tls.ts";

type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown };

/** A fleet server that speaks the contract, keeps what it is told, and fails when it is told to. */
export class FleetServer {
  /** Every report, once. */
  readonly reports: Report[] = [];
  readonly batches: { readonly session: number; readonly reports: number }[] = [];
  readonly requests: { readonly method: string; readonly path: string; readonly bytes: number }[] = [];
  readonly uploads = new Map<string, LogUpload>();
  readonly hellos: { stream: string; session: number }[] = [];
  readonly clients = new Set<string>();
  /** Same number, other content: what a clone would send. */
  readonly contradictions: number[] = [];
  state: StateSections = {};
  resend = false;
  /** Answers instead of the server, while it is set. */
  fail: ((request: IncomingMessage) => Answer | "silence" | undefined) | undefined;
  /** Added to the clock that the server tells. */
  clockOffset = 0;
  url = "";
  readonly #pki: { readonly ca: KeyPair; readonly server: KeyPair };
  readonly #director: CryptoKey;
  /** The certificate that every renewal gives. */
  readonly #renewed: string;
  readonly #taken = new Map<number, string>();
  readonly #sockets = new Set<WebSocket>();
  #mark = 0;
  #desired: Desired;
  #desiredJws = "";
  #close = async (): Promise<void> => {};

  constructor(
    pki: { readonly ca: KeyPair; readonly server: KeyPair },
    director: CryptoKey,
    kiosk: string,
    renewed: string,
  ) {
    this.#pki = pki;
    this.#renewed = renewed;
    this.#director = director;
    this.#desired = {
      kiosk,
      revision: 1,
      issuedAt: 0,
      intervals: { desired: 300, heartbeat: 60, machine: 900 },
      services: {},
      commands: [],
    };
  }

  async start(port = 0): Promise<void> {
    await this.desire({});
    const { ca, server } = this.#pki;
    const http = createServer(
      { ca: ca.certificate, cert: server.certificate, key: server.key, requestCert: true, rejectUnauthorized: false },
      (request, response) => void this.#answer(request, response),
    );
    const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
    http.on("upgrade", (request, socket, head) => {
      const failure = this.fail?.(request);
      if (failure !== undefined || !this.#signed(request)) {
        const status = typeof failure === "object" ? failure.status : 401;
        socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
        return;
      }
      sockets.handleUpgrade(request, socket, head, (client) => this.#serve(client));
    });
    http.listen(port, "127.0.0.1");
    await once(http, "listening");
    this.url = `https://127.0.0.1:${(http.address() as AddressInfo).port}`;
    this.#close = async () => {
      for (const socket of this.#sockets) socket.terminate();
      http.closeAllConnections();
      http.close();
      await once(http, "close");
    };
  }

  async stop(): Promise<void> {
    await this.#close();
  }

  async desire(change: Partial<Desired>): Promise<Desired> {
    this.#desired = { ...this.#desired, revision: this.#desired.revision + 1, ...change };
    this.#desiredJws = await this.sign(this.#desired, DESIRED_TYPE);
    return this.#desired;
  }

  get etag(): string {
    return `"${createHash("sha256").update(this.#desiredJws).digest("hex").slice(0, 16)}"`;
  }

  sign(payload: object, type: string): Promise<string> {
    return new SignJWT({ ...payload }).setProtectedHeader({ alg: "EdDSA", typ: type }).sign(this.#director);
  }

  async command(command: Command, change: object = {}): Promise<{ id: string; jws: string }> {
    const id = randomUUID();
    const now = Math.floor((Date.now() + this.clockOffset) / 1000);
    const claims = { jti: id, aud: this.#desired.kiosk, iat: now, exp: now + 600, command, by: "staff-1", reason: "" };
    return { id, jws: await this.sign({ ...claims, ...change }, COMMAND_TYPE) };
  }

  push(message: ServerMessage): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(message));
  }

  dropSockets(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  get sockets(): number {
    return this.#sockets.size;
  }

  /** What was told of a command, in order. */
  told(id: string): string[] {
    return this.reports.flatMap((report) =>
      report.type === "command" && report.command.id === id ? [report.command.state] : [],
    );
  }

  #signed(request: IncomingMessage): boolean {
    const peer = (request.socket as TLSSocket).getPeerCertificate();
    if (peer.subject?.CN !== undefined) this.clients.add(String(peer.subject.CN));
    return request.headers["x-test-signature"] === `${request.method} ${request.headers.host}${request.url}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    const path = request.url ?? "";
    const head = request.rawHeaders.reduce((sum, part) => sum + part.length + 2, 20 + path.length);
    this.requests.push({ method: request.method ?? "", path, bytes: head + text.length });
    const failure = this.fail?.(request);
    if (failure === "silence") return;
    const { status, headers, body } = failure ?? this.#route(request, text);
    const payload = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(payload);
  }

  #route(request: IncomingMessage, text: string): Answer {
    const path = request.url ?? "";
    if (!this.#signed(request)) return this.refusal("fleet.unsigned");
    if (path === "/device/v1/reports") return this.#take(text);
    if (path === "/device/v1/desired") {
      if (request.headers["if-none-match"] === this.etag) return { status: 304, headers: { etag: this.etag } };
      return { status: 200, headers: { etag: this.etag, "content-type": "application/jose" }, body: this.#desiredJws };
    }
    if (path === "/device/v1/certificate") {
      const { csr } = renewalRequestSchema.parse(JSON.parse(text));
      return csr === ""
        ? { status: 400 }
        : { status: 200, body: { certificate: this.#renewed, ca: this.#pki.ca.certificate } };
    }
    const logs = /^\/device\/v1\/logs\/(.+)$/.exec(path)?.[1];
    if (logs === undefined) return { status: 404 };
    this.uploads.set(logs, logUploadSchema.parse(JSON.parse(text)));
    return { status: 204 };
  }

  refusal(code: string, status = 401): Answer {
    return { status, body: { code, message: "refused", now: Math.round(Date.now() + this.clockOffset) } };
  }

  #take(text: string): Answer {
    const batch = reportBatchSchema.parse(JSON.parse(text));
    this.batches.push({ session: batch.session, reports: batch.reports.length });
    for (const report of batch.reports) {
      const content = JSON.stringify(report);
      if (report.sequence <= this.#mark) {
        if (this.#taken.get(report.sequence) !== content) this.contradictions.push(report.sequence);
        continue;
      }
      if (report.sequence !== this.#mark + 1) this.contradictions.push(report.sequence);
      this.#mark = report.sequence;
      this.#taken.set(report.sequence, content);
      this.reports.push(report);
      if (report.type === "state") this.state = { ...this.state, ...report.state };
    }
    const answer = {
      acknowledged: this.#mark,
      now: Math.round(Date.now() + this.clockOffset),
      desired: this.etag,
      resend: this.resend,
    };
    this.resend = false;
    return { status: 200, body: answer };
  }

  #serve(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("message", (data) => {
      const message = agentMessageSchema.parse(JSON.parse(String(data)));
      if (message.type === "hello") this.hellos.push({ stream: message.stream, session: message.session });
    });
  }
}
