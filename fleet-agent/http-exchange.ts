import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import type { Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import { withDeadline } from "../base/deadline.ts";
import { type CodedError, coded } from "../base/registry/coded-error.ts";
import { err, ok, type Result } from "../base/result.ts";

export type HttpRequest = {
  readonly method: "GET" | "POST";
  /** With `socketPath` only its path counts. */
  readonly url: URL;
  readonly socketPath?: string;
  readonly agent: Agent;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Deadline of the whole exchange, milliseconds. */
  readonly within: number;
  /** A longer answer is no answer of the contract, bytes. */
  readonly limit: number;
  readonly signal: AbortSignal;
};

export type HttpReply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The connection it came over. */
  readonly socket: IncomingMessage["socket"];
};

export type HttpFailure = {
  /** `unreachable`: certainly nothing arrived there. */
  readonly kind: "unreachable" | "no-answer" | "answer" | "cancelled";
  readonly detail: string;
  /** Of Node or OpenSSL. */
  readonly cause?: string;
  /** It was sent over a kept connection, which the other side may just have closed. */
  readonly reused?: boolean;
};

/** Errors of OpenSSL that say: the server's certificate is from none of the authorities that were given. */
export const FOREIGN: readonly string[] = [
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_GET_ISSUER_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
];

/**
 * One exchange by Node's own HTTP client: it is in memory anyway, where a package for the same costs a quarter of the
 * agent's memory budget. Ends within the deadline and at the signal, whatever the other side does.
 */
export async function exchange(clock: Clock, request: HttpRequest): Promise<Result<HttpReply, HttpFailure>> {
  const progress = { connected: false };
  const what = `${request.method} ${request.url.pathname}`;
  const result = await withDeadline(clock, request.within, request.signal, what, (signal) =>
    call(request, progress, signal),
  );
  if (result.ok) return result;
  if ("kind" in result.error) return err({ ...result.error, detail: `${what}: ${result.error.detail}` });
  const { code, message } = result.error;
  if (code === "common.cancelled") return err({ kind: "cancelled", detail: message });
  return err({ kind: progress.connected ? "no-answer" : "unreachable", detail: message });
}

/** Ends the exchange as soon as the head of the answer is there, and hands over its body as it comes. */
export async function open(
  clock: Clock,
  request: Omit<HttpRequest, "limit">,
): Promise<Result<IncomingMessage, HttpFailure>> {
  const result = await withDeadline(clock, request.within, request.signal, request.url.pathname, () =>
    head(request, { connected: false }, request.signal),
  );
  if (result.ok) return result;
  if ("kind" in result.error) return err(result.error);
  const { code, message } = result.error;
  return err({ kind: code === "common.cancelled" ? "cancelled" : "unreachable", detail: message });
}

type Progress = { connected: boolean };

/** Sockets that were connected once: a request that waited for one to be free is not told that it is a kept one. */
const connectedOnce = new WeakSet<Socket>();

function head(
  { method, url, socketPath, agent, headers, body }: Omit<HttpRequest, "limit">,
  progress: Progress,
  signal: AbortSignal,
): Promise<Result<IncomingMessage, HttpFailure>> {
  const { promise, resolve } = Promise.withResolvers<Result<IncomingMessage, HttpFailure>>();
  const start = url.protocol === "https:" ? requestTls : requestPlain;
  const request = start(url, {
    method,
    agent,
    signal,
    ...(socketPath === undefined ? {} : { socketPath }),
    headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(body.byteLength) }) },
  });
  let reused = false;
  request.on("socket", (socket) => {
    reused = request.reusedSocket || connectedOnce.has(socket);
    if (reused) progress.connected = true;
    else
      socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
        connectedOnce.add(socket);
        progress.connected = true;
      });
  });
  request.on("error", (error) => {
    const cause = "code" in error && typeof error.code === "string" ? error.code : error.message;
    resolve(
      err({
        kind: progress.connected ? "no-answer" : "unreachable",
        detail: cause,
        cause,
        reused,
      }),
    );
  });
  request.on("response", (response) => resolve(ok(response)));
  request.end(body);
  return promise;
}

async function call(
  request: HttpRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<Result<HttpReply, HttpFailure>> {
  const response = await head(request, progress, signal);
  if (!response.ok) return response;
  const { statusCode, headers, socket } = response.value;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response.value) {
      length += chunk.length;
      if (length > request.limit) return err({ kind: "answer", detail: `more than ${request.limit} bytes` });
      chunks.push(chunk);
    }
  } catch {
    return err({ kind: "no-answer", detail: "the answer was cut short" });
  }
  return ok({ status: statusCode ?? 0, headers, body: Buffer.concat(chunks), socket });
}

const CODES = {
  server: {
    unreachable: "agent.server-unreachable",
    "no-answer": "agent.server-no-answer",
    answer: "agent.server-answer",
    cancelled: "common.cancelled",
  },
  runtime: {
    unreachable: "agent.runtime-unreachable",
    "no-answer": "agent.runtime-no-answer",
    answer: "agent.runtime-answer",
    cancelled: "common.cancelled",
  },
} as const;

/** The registered error of a failed exchange with `other`. */
export function exchangeError(other: keyof typeof CODES, { kind, detail }: HttpFailure): CodedError {
  return coded(CODES[other][kind], detail);
}
