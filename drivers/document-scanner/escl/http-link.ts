import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Clock } from "../../../base/clock.ts";
import { withDeadline } from "../../../base/deadline.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { BoundedBytes } from "../../transport/bounded-bytes.ts";
import type { EsclAnswer, EsclLink, EsclRequest, LinkError, LinkOptions } from "./link.ts";

export type HttpLinkOptions = {
  readonly clock: Clock;
  /** PEM of the authority or of the scanner's own certificate, for `https:`; the system's authorities when absent. */
  readonly authority?: string;
};

/** Whether it is the address of a scanner, e.g. `http://10.0.0.8/eSCL`. */
export function isScannerAddress(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.hostname !== "" &&
    url.username === "" &&
    url.search === ""
  );
}

/**
 * A scanner at `http://…` or `https://…` over HTTP/1.1. It is not followed elsewhere when it redirects.
 *
 * @returns an error `common.bad-input` when the address is not of that kind.
 */
export function createHttpLink(address: string, options: HttpLinkOptions) {
  if (isScannerAddress(address)) return ok<EsclLink>(new HttpLink(address, options));
  return err(coded("common.bad-input", `the address of a scanner is http://<host>[:port]/eSCL, not ${address}`));
}

class HttpLink implements EsclLink {
  readonly address: string;
  readonly #options: HttpLinkOptions;

  constructor(address: string, options: HttpLinkOptions) {
    this.address = address;
    this.#options = options;
  }

  exchange(request: EsclRequest, { within, signal }: LinkOptions): Promise<Result<EsclAnswer, LinkError>> {
    return withDeadline(this.#options.clock, within, signal, this.address, (inner) =>
      new Exchange(this.address, this.#options.authority, request).run(inner),
    );
  }
}

class Exchange {
  readonly #address: string;
  readonly #authority: string | undefined;
  readonly #request: EsclRequest;
  readonly #body: BoundedBytes;
  #connected = false;

  constructor(address: string, authority: string | undefined, request: EsclRequest) {
    this.#address = address;
    this.#authority = authority;
    this.#request = request;
    this.#body = new BoundedBytes(request.most);
  }

  run(signal: AbortSignal): Promise<Result<EsclAnswer, LinkError>> {
    const { promise, resolve } = Promise.withResolvers<Result<EsclAnswer, LinkError>>();
    const call = this.#call(signal);
    const end = (result: Result<EsclAnswer, LinkError>) => {
      if (!result.ok) this.#body.destroy();
      resolve(result);
      // What comes after the end of what is wanted is not waited for.
      call.destroy();
    };
    call.on("socket", (socket) => {
      socket.once(this.#secure ? "secureConnect" : "connect", () => {
        this.#connected = true;
      });
    });
    call.on("error", (problem: NodeJS.ErrnoException) => end(err(this.#failure(problem))));
    call.on("response", (response) => this.#read(response, end));
    call.end(this.#request.body);
    return promise;
  }

  get #secure(): boolean {
    return this.#address.startsWith("https:");
  }

  #call(signal: AbortSignal): ClientRequest {
    const { method, path, body } = this.#request;
    const { hostname, port } = new URL(this.#address);
    return (this.#secure ? requestHttps : requestHttp)({
      host: hostname.replace(/^\[|\]$/g, ""),
      ...(port === "" ? {} : { port: Number(port) }),
      ...{ path, method, agent: false, signal: signal as globalThis.AbortSignal },
      headers:
        body === undefined
          ? {}
          : { "content-type": "text/xml; charset=utf-8", "content-length": Buffer.byteLength(body) },
      ...(this.#authority === undefined ? {} : { ca: this.#authority }),
    });
  }

  #read(response: IncomingMessage, end: (result: Result<EsclAnswer, LinkError>) => void): void {
    const status = response.statusCode ?? 0;
    const location = response.headers.location ?? "";
    if (status !== 200) {
      end(ok({ status, location, body: new Uint8Array() }));
      return;
    }
    response.on("data", (chunk: Uint8Array) => {
      if (!this.#body.take(chunk))
        end(err(coded("document-scanner.too-large", `more than ${this.#request.most} bytes`)));
    });
    response.on("error", () => end(err(coded("link.lost", "the answer ended early"))));
    response.on("end", () => end(ok({ status, location, body: this.#body.bytes })));
  }

  #failure(problem: NodeJS.ErrnoException): LinkError {
    const code = problem.code ?? problem.message;
    if (code.startsWith("HPE_")) return coded("document-scanner.bad-answer", `no HTTP answer: ${code}`);
    if (this.#connected) return coded("link.lost", code);
    const refused = code === "ECONNREFUSED" || code.includes("CERT") || code.includes("SSL");
    return coded(refused ? "link.refused" : "link.absent", `${this.#address}: ${code}`);
  }
}
