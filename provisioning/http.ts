import { type IncomingHttpHeaders, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { text } from "node:stream/consumers";
import type { Clock } from "../base/clock.ts";
import { withDeadline } from "../base/deadline.ts";
import { parseJson } from "../base/json.ts";
import { err, ok, type Result } from "../base/result.ts";

export type HttpAsk = {
  readonly method: "GET" | "POST";
  /** With `socketPath` only its path counts. */
  readonly url: string;
  readonly socketPath?: string;
  /** PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Milliseconds. */
  readonly within: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
};

export type HttpAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: unknown };

/** Cause of a failed exchange: Node's or OpenSSL's own name of it, e.g. `ECONNREFUSED`. */
export type HttpProblem = { readonly cause: string };

/** One JSON exchange on a connection of its own. `body` is undefined when the answer is no JSON. */
export async function ask({ clock, within, signal, ...what }: HttpAsk): Promise<Result<HttpAnswer, HttpProblem>> {
  const done = await withDeadline(clock, within, signal, what.url, (inner) => exchange(what, inner));
  if (done.ok) return done;
  return err("cause" in done.error ? done.error : { cause: done.error.message });
}

function exchange(
  { method, url, socketPath, tls, body }: Omit<HttpAsk, "clock" | "within" | "signal">,
  signal: AbortSignal,
): Promise<Result<HttpAnswer, HttpProblem>> {
  const { promise, resolve } = Promise.withResolvers<Result<HttpAnswer, HttpProblem>>();
  const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const start = url.startsWith("https:") ? requestTls : requestPlain;
  const request = start(url, {
    ...{ method, signal, agent: false, ...tls },
    ...(socketPath === undefined ? {} : { socketPath }),
    headers: sent === undefined ? {} : { "content-type": "application/json", "content-length": String(sent.length) },
  });
  const failed = (error: Error) =>
    resolve(err({ cause: "code" in error && typeof error.code === "string" ? error.code : error.message }));
  request.on("error", failed);
  request.on("response", (response) => {
    text(response).then(
      (content) =>
        resolve(ok({ status: response.statusCode ?? 0, headers: response.headers, body: parseJson(content) })),
      failed,
    );
  });
  request.end(sent);
  return promise;
}
