import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { BoundedBytes } from "../transport/bounded-bytes.ts";
import { DEFAULT_LIMITS } from "./ipp/message.ts";
import { type IppLink, type LinkFailure, type LinkRequest, readHttpAnswer } from "./link.ts";

/** The port of IPP when the address names none (RFC 8010, 4.1). */
const IPP_PORT = 631;

export type HttpLinkOptions = {
  readonly clock: Clock;
  /** PEM of the authority or of the printer's own certificate, for `ipps:`; the system's authorities when absent. */
  readonly authority?: string;
};

/**
 * A printer at `ipp://…` or `ipps://…` over HTTP/1.1 (RFC 8010, 4; RFC 3510; RFC 7472).
 *
 * @returns an error `common.bad-input` when the address is not of that kind.
 */
export function createHttpLink(uri: string, options: HttpLinkOptions) {
  const target = URL.canParse(uri) ? new URL(uri) : undefined;
  if (target === undefined || !/^ipps?:$/.test(target.protocol) || target.hostname === "" || target.username !== "")
    return err(coded("common.bad-input", `the address of a printer is ipp://<host>[:port]/<path>, not ${uri}`));
  return ok<IppLink>(new HttpLink(uri, target, options));
}

class HttpLink implements IppLink {
  readonly uri: string;
  readonly #target: URL;
  readonly #options: HttpLinkOptions;

  constructor(uri: string, target: URL, options: HttpLinkOptions) {
    this.uri = uri;
    this.#target = target;
    this.#options = options;
  }

  async exchange(request: LinkRequest, { within, signal }: { within: number; signal?: AbortSignal | undefined }) {
    const sent = { left: false };
    const answer = await withDeadline(this.#options.clock, within, signal, this.uri, (inner) =>
      this.#send(request, sent, inner),
    );
    if (answer.ok || "maybeDone" in answer.error) return answer as Result<Uint8Array, LinkFailure>;
    return err({ error: answer.error, maybeDone: sent.left });
  }

  #send(
    { head, document }: LinkRequest,
    sent: { left: boolean },
    signal: AbortSignal,
  ): Promise<Result<Uint8Array, LinkFailure>> {
    const { promise, resolve } = Promise.withResolvers<Result<Uint8Array, LinkFailure>>();
    const { protocol, hostname, port, pathname, search } = this.#target;
    const secure = protocol === "ipps:";
    const { authority } = this.#options;
    const call = (secure ? requestHttps : requestHttp)({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: port === "" ? IPP_PORT : Number(port),
      path: `${pathname === "" ? "/" : pathname}${search}`,
      method: "POST",
      agent: false,
      signal: signal as globalThis.AbortSignal,
      headers: {
        "content-type": "application/ipp",
        accept: "application/ipp",
        // A document goes in chunks: some printers begin before the end (RFC 8010, 4).
        ...(document === undefined ? { "content-length": head.length } : { "transfer-encoding": "chunked" }),
      },
      ...(authority === undefined ? {} : { ca: authority }),
    });
    const fail = (failure: LinkFailure) => resolve(err(failure));
    call.on("socket", (socket) => {
      socket.once(secure ? "secureConnect" : "connect", () => {
        sent.left = true;
      });
    });
    call.on("error", (problem: NodeJS.ErrnoException) => fail(this.#failure(problem, sent.left)));
    call.on("response", (response) => {
      const body = new BoundedBytes(DEFAULT_LIMITS.bytes);
      response.on("data", (chunk: Uint8Array) => {
        if (body.take(chunk)) return;
        fail({ error: coded("page-printer.bad-answer", "the answer is too long"), maybeDone: true });
        call.destroy();
      });
      response.on("error", () => fail(lost("the answer ended early")));
      response.on("end", () => {
        resolve(readHttpAnswer(response.statusCode ?? 0, response.headers["content-type"], body.bytes));
        // Who answers before the end of the document does not want its rest.
        call.destroy();
      });
    });
    call.write(head);
    call.end(document);
    return promise;
  }

  #failure(problem: NodeJS.ErrnoException, left: boolean): LinkFailure {
    const code = problem.code ?? problem.message;
    if (code.startsWith("HPE_"))
      return { error: coded("page-printer.bad-answer", `no HTTP answer: ${code}`), maybeDone: true };
    if (left) return lost(code);
    const refused = code === "ECONNREFUSED" || code.includes("CERT") || code.includes("SSL");
    return { error: coded(refused ? "link.refused" : "link.absent", `${this.uri}: ${code}`), maybeDone: false };
  }
}

function lost(detail: string): LinkFailure {
  return { error: coded("link.lost", detail), maybeDone: true };
}
