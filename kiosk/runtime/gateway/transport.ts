import type { Agent } from "undici";
import type { Clock } from "../../../base/clock.ts";
import { withDeadline } from "../../../base/deadline.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";

export type TransportError = {
  readonly error: CodedError;
  /** `false` when it is certain that the gateway never saw the request. */
  readonly mayHaveArrived: boolean;
};

export type Reply = { readonly status: number; readonly body: unknown };

export type TransportOptions = {
  /** `https://host:port`. */
  readonly url: string;
  /** PEM texts; without them plain HTTP or the machine's own authorities. */
  readonly tls?: { readonly ca: string; readonly certificate: string; readonly key: string };
  readonly clock: Clock;
};

const MAX_RESPONSE_BYTES = 1024 * 1024;
const CONNECT_WITHIN = 5_000;

/** Failures that end before the first byte of a request leaves this machine. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS|ERR_SSL|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/;

/** JSON over HTTPS with mutual TLS. */
export class Transport {
  readonly #options: TransportOptions;
  #agent: Promise<Agent> | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** One exchange; ends within `milliseconds` and at `signal`. */
  async exchange(
    method: "GET" | "POST" | "PUT",
    path: string,
    body: unknown,
    milliseconds: number,
    signal: AbortSignal | undefined,
  ): Promise<Result<Reply, TransportError>> {
    let started = false;
    const result = await withDeadline<Reply, TransportError>(
      this.#options.clock,
      milliseconds,
      signal,
      path,
      (inner) => {
        started = true;
        return this.#call(method, path, body, inner);
      },
    );
    if (result.ok) return result;
    if ("mayHaveArrived" in result.error) return err(result.error);
    const { code, message } = result.error;
    const error = code === "common.cancelled" ? result.error : coded("runtime.gateway-no-answer", message);
    return err({ error, mayHaveArrived: started });
  }

  async close(): Promise<void> {
    const agent = await this.#agent;
    await agent?.destroy();
  }

  async #call(
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<Result<Reply, TransportError>> {
    try {
      this.#agent ??= this.#connect();
      const agent = await this.#agent;
      const response = await agent.request({
        origin: this.#options.url,
        path,
        method: method as "GET",
        headers: { "content-type": "application/json", accept: "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      });
      const text = await response.body.text();
      return ok({ status: response.statusCode, body: fromJson(text) });
    } catch (error) {
      const cause = codeOf(error);
      if (NEVER_SENT.test(cause))
        return err({ error: coded("runtime.gateway-unreachable", `${path}: ${cause}`), mayHaveArrived: false });
      return err({ error: coded("runtime.gateway-no-answer", `${path}: ${cause}`), mayHaveArrived: true });
    }
  }

  /** The client library is loaded at the first request: the first view does not wait for it. */
  async #connect(): Promise<Agent> {
    const { Agent } = await import("undici");
    const { tls } = this.#options;
    return new Agent({
      connections: 8,
      maxResponseSize: MAX_RESPONSE_BYTES,
      connect: {
        timeout: CONNECT_WITHIN,
        ...(tls === undefined ? {} : { ca: tls.ca, cert: tls.certificate, key: tls.key }),
      },
    });
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
