import { X509Certificate } from "node:crypto";
import { Agent as PlainAgent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { getCACertificates, type PeerCertificate, TLSSocket } from "node:tls";
import type { Clock } from "../../base/clock.ts";
import { deviceFailureSchema } from "../../base/contracts/fleet/identity.ts";
import type { SecuritySection } from "../../base/contracts/fleet/state.ts";
import { parseJson } from "../../base/json.ts";
import { Subject } from "../../base/observable.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, type Result } from "../../base/result.ts";
import { exchange, exchangeError, FOREIGN, type HttpReply } from "../http-exchange.ts";
import type { KioskIdentity } from "../identity/interface.ts";
import type { FailureKind } from "./backoff.ts";

const ANSWER_WITHIN = 20_000;
/** A desired state with a hundred commands fits. */
const MAX_ANSWER = 1024 * 1024;
/** TCP's own probes keep a connection known to what translates addresses between two heartbeats, which are four minutes apart at most. */
const PROBE_AFTER = 120_000;
/** A kiosk's clock that is nearer to the server's than this is right, milliseconds. */
const CLOCK_NOISE = 2_000;
/** A signature is refused for a clock only when it is wrong by minutes. */
const WORTH_SIGNING_AGAIN = 30_000;

export type ServerFailure = {
  readonly error: CodedError;
  readonly kind: FailureKind;
  /** Milliseconds. */
  readonly retryAfter?: number;
  /** The kept connection was closed under the request. */
  readonly stale?: boolean;
};

export type ServerRequest = {
  readonly method: "GET" | "POST";
  /** With its query. */
  readonly path: string;
  /** JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

export type ServerClientOptions = {
  readonly url: string;
  /** PEM; absent: the fleet's CA, and the machine's own authorities where the server's certificate is not from it. */
  readonly ca: string | undefined;
  readonly identity: KioskIdentity;
  readonly clock: Clock;
};

type Security = Pick<SecuritySection, "clockOffset" | "mutualTls">;

/**
 * Signed requests to the fleet server over one kept connection with mutual TLS. It learns the server's clock from every answer, so
 * that a kiosk whose clock is wrong signs by the right one.
 */
export class ServerClient {
  readonly security = new Subject<Security>(
    { clockOffset: null, mutualTls: null },
    (a, b) => a.clockOffset === b.clockOffset && a.mutualTls === b.mutualTls,
  );
  readonly #options: ServerClientOptions;
  readonly #secure: boolean;
  readonly #unsubscribe: () => void;
  readonly #seen = new WeakSet<object>();
  #agent: PlainAgent;
  #foreign = false;
  #offset = 0;

  constructor(options: ServerClientOptions) {
    this.#options = options;
    this.#secure = new URL(options.url).protocol === "https:";
    this.#agent = this.#createAgent();
    this.#unsubscribe = options.identity.credentials.subscribe(() => this.#renewAgent());
  }

  /** The server's time as far as it is known, milliseconds since the Unix epoch. */
  now(): number {
    return this.#options.clock.now() + this.#offset;
  }

  /** What a WebSocket needs to connect like any other request. */
  async upgrade(path: string): Promise<{ url: URL; headers: Readonly<Record<string, string>>; tls: object }> {
    const url = new URL(path, this.#options.url);
    const headers = await this.#options.identity.sign({ method: "GET", url }, this.#offset);
    url.protocol = this.#secure ? "wss:" : "ws:";
    return { url, headers, tls: this.#secure ? this.#tls() : {} };
  }

  /**
   * One exchange; a second one at once where the first failed for what a second one mends: a clock or an authority that
   * was just learnt, a kept connection that was just closed. Whatever is asked for here may be asked for twice.
   */
  async request(request: ServerRequest): Promise<Result<HttpReply, ServerFailure>> {
    const before = this.#offset;
    const foreign = this.#foreign;
    const first = await this.#once(request);
    if (first.ok || request.signal.aborted) return first;
    const learnt = Math.abs(this.#offset - before) > WORTH_SIGNING_AGAIN;
    const again = learnt || this.#foreign !== foreign || first.error.stale === true;
    return again ? await this.#once(request) : first;
  }

  /** What a refusal at any door means, with the server's clock learnt from it. */
  refusal(status: number, headers: HttpReply["headers"], body: Buffer): ServerFailure {
    const failure = deviceFailureSchema.safeParse(parseJson(body.toString("utf8"))).data;
    if (failure !== undefined) this.learnClock(failure.now);
    const detail = failure === undefined ? `status ${status}` : `status ${status}, ${failure.code}: ${failure.message}`;
    const busy = status === 429 || status >= 500;
    const after = retryAfter(headers["retry-after"], this.now());
    return {
      error: coded(busy ? "agent.server-busy" : "agent.server-refused", detail.slice(0, 300)),
      kind: busy ? "away" : "refused",
      ...(after === undefined ? {} : { retryAfter: after }),
    };
  }

  /** @param serverNow what an answer that has just come says, milliseconds since the Unix epoch. */
  learnClock(serverNow: number): void {
    this.#offset = serverNow - this.#options.clock.now();
    const told = this.security.value.clockOffset;
    const kioskAhead = Math.abs(this.#offset) < CLOCK_NOISE ? 0 : -this.#offset;
    if (told === null || Math.abs(kioskAhead - told) >= CLOCK_NOISE)
      this.security.set({ ...this.security.value, clockOffset: Math.round(kioskAhead / 1000) * 1000 });
  }

  close(): void {
    this.#unsubscribe();
    this.#agent.destroy();
  }

  async #once({ method, path, body, headers, signal }: ServerRequest): Promise<Result<HttpReply, ServerFailure>> {
    const { url: base, identity, clock } = this.#options;
    const url = new URL(path, base);
    const json = body === undefined ? {} : { contentType: "application/json", body: Buffer.from(JSON.stringify(body)) };
    const signed = await identity.sign({ method, url, ...json }, this.#offset);
    const reply = await exchange(clock, {
      method,
      url,
      agent: this.#agent,
      headers: {
        ...(json.contentType === undefined ? {} : { "content-type": json.contentType }),
        ...headers,
        ...signed,
      },
      ...(json.body === undefined ? {} : { body: json.body }),
      within: ANSWER_WITHIN,
      limit: MAX_ANSWER,
      signal,
    });
    if (!reply.ok) {
      if (!this.#foreign && this.#options.ca === undefined && FOREIGN.includes(reply.error.cause ?? "")) {
        this.#foreign = true;
        this.#renewAgent();
      }
      const stale = reply.error.reused === true;
      return err({ error: exchangeError("server", reply.error), kind: "away", stale });
    }
    this.#lookAtConnection(reply.value.socket);
    const { status } = reply.value;
    // No redirection is followed: what a kiosk signs is for its own server.
    const answered = (status >= 200 && status < 300) || status === 304;
    return answered ? reply : err(this.refusal(status, reply.value.headers, reply.value.body));
  }

  #renewAgent(): void {
    const old = this.#agent;
    this.#agent = this.#createAgent();
    // What is under way on the old connection ends by itself; the loops ask again for what was cut.
    old.destroy();
  }

  #createAgent(): PlainAgent {
    const settings = { keepAlive: true, maxSockets: 2, keepAliveMsecs: PROBE_AFTER };
    return this.#secure ? new TlsAgent({ ...settings, ...this.#tls() }) : new PlainAgent(settings);
  }

  #tls(): { ca: string[]; cert: string; key: string } {
    const { certificate, key, ca } = this.#options.identity.credentials.value;
    const own = this.#options.ca === undefined ? [ca] : [this.#options.ca];
    // The machine's authorities take megabytes of memory: they are read only where they are needed.
    const all = this.#foreign ? [...own, ...getCACertificates("default"), ...getCACertificates("system")] : own;
    return { ca: all, cert: certificate, key };
  }

  /** A server that proves itself by the fleet's CA talks to this kiosk directly and asked for its certificate. */
  #lookAtConnection(socket: HttpReply["socket"]): void {
    if (this.#seen.has(socket)) return;
    this.#seen.add(socket);
    let mutualTls: boolean | null = false;
    if (socket instanceof TLSSocket) {
      // A resumed connection has no certificates of its own: it is the one before, gone on.
      if (socket.isSessionReused()) return;
      const fleet = new X509Certificate(this.#options.identity.credentials.value.ca).fingerprint256;
      mutualTls = chain(socket.getPeerCertificate(true)).includes(fleet) ? true : null;
    }
    this.security.set({ ...this.security.value, mutualTls });
  }
}

function chain(certificate: PeerCertificate): string[] {
  const fingerprints: string[] = [];
  let at = certificate as Partial<ReturnType<TLSSocket["getPeerCertificate"]>> & {
    readonly issuerCertificate?: PeerCertificate;
  };
  while (at.fingerprint256 !== undefined && !fingerprints.includes(at.fingerprint256)) {
    fingerprints.push(at.fingerprint256);
    at = at.issuerCertificate ?? {};
  }
  return fingerprints;
}

/** RFC 9110 §10.2.3: seconds or a date; milliseconds from now. */
function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
