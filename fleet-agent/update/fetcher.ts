import type { IncomingMessage } from "node:http";
import type { Clock } from "../../base/clock.ts";
import { pause, withDeadline } from "../../base/deadline.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { delays, type Schedule } from "../../base/schedule.ts";
import { open } from "../http-exchange.ts";
import type { Connections } from "./connections.ts";

export type FetchLimits = {
  /** Milliseconds for one request of metadata, from its start to its last byte. */
  readonly metadataDeadline: number;
  /** Milliseconds for one target with all its tries. */
  readonly targetDeadline: number;
  /** Every `window` milliseconds at least `bytes` must have come, or the request is given up: slow retrieval. */
  readonly pace: { readonly window: number; readonly bytes: number };
  /** Tries after the first that brought nothing new. */
  readonly retry: Schedule;
};

export const FETCH_LIMITS: FetchLimits = {
  metadataDeadline: 60_000,
  targetDeadline: 6 * 60 * 60_000,
  pace: { window: 20_000, bytes: 4_096 },
  retry: { first: 1_000, factor: 3, cap: 30_000, attempts: 4, jitter: 0.3 },
};

export type FetchFailure = {
  readonly error: CodedError;
  /** HTTP status, when there was an answer. */
  readonly status: number | undefined;
  /** Whether the same request may fare better later. */
  readonly passing: boolean;
};

export type AnswerHead = { readonly status: number; readonly length: number | undefined; readonly range: string };

export type FetcherOptions = {
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: FetchLimits;
  readonly connections: Connections;
  /** Headers of every request, e.g. its signature. */
  readonly headers: (url: URL) => Promise<Readonly<Record<string, string>>>;
};

type Taker = {
  readonly begin: (head: AnswerHead) => Promise<FetchFailure | undefined>;
  readonly chunk: (chunk: Uint8Array) => Promise<FetchFailure | undefined>;
};

/** Bounded HTTP: every request ends, in time and in bytes, whatever the other side does. No redirects are followed. */
export class Fetcher {
  readonly options: FetcherOptions;

  constructor(options: FetcherOptions) {
    this.options = options;
  }

  /** A whole small file of at most `limit` bytes. */
  async bytes(url: URL, limit: number, signal: AbortSignal): Promise<Result<Uint8Array, FetchFailure>> {
    const { clock, random, limits } = this.options;
    const waits = delays(limits.retry, random);
    for (;;) {
      const got = await this.#once(url, limit, signal);
      if (got.ok || !got.error.passing) return got;
      const wait = waits.next();
      if (wait.done || !(await pause(clock, wait.value, signal))) return got;
    }
  }

  async #once(url: URL, limit: number, signal: AbortSignal): Promise<Result<Uint8Array, FetchFailure>> {
    const chunks: Uint8Array[] = [];
    let have = 0;
    const received = await this.receive(url, {}, this.options.limits.metadataDeadline, signal, {
      begin: async ({ length }) => (length !== undefined && length > limit ? tooLong(url, limit) : undefined),
      chunk: async (chunk) => {
        have += chunk.length;
        if (have > limit) return tooLong(url, limit);
        chunks.push(chunk);
        return undefined;
      },
    });
    return received.ok ? ok(Buffer.concat(chunks)) : received;
  }

  /**
   * One GET, once. `begin` and `chunk` see the answer of a 2xx status as it comes; what they return ends the request.
   *
   * @param deadline milliseconds.
   */
  async receive(
    url: URL,
    headers: Readonly<Record<string, string>>,
    deadline: number,
    signal: AbortSignal,
    take: Taker,
  ): Promise<Result<void, FetchFailure>> {
    const { clock, connections, limits } = this.options;
    const slow = new AbortController();
    const pace = watchPace(clock, limits.pace, slow);
    try {
      const done = await withDeadline(clock, deadline, signal, url.pathname, async (inner) => {
        try {
          const ending = AbortSignal.any([inner, slow.signal]);
          const own = { "accept-encoding": "identity", ...(await this.options.headers(url)), ...headers };
          const opened = await connections.use(url, (agent) =>
            open(clock, { method: "GET", url, agent, headers: own, within: deadline, signal: ending }),
          );
          if (!opened.ok) return err(slow.signal.aborted ? tooSlow(url, limits) : broken(url, opened.error.detail));
          const failure = await read(url, opened.value, {
            begin: take.begin,
            chunk: (chunk) => {
              pace.count(chunk.length);
              return take.chunk(chunk);
            },
          });
          return failure === undefined ? ok() : err(failure);
        } catch (problem) {
          return err(slow.signal.aborted ? tooSlow(url, limits) : broken(url, causeOf(problem)));
        }
      });
      if (done.ok || "passing" in done.error) return done as Result<void, FetchFailure>;
      return err({ error: done.error, status: undefined, passing: false });
    } finally {
      pace.stop();
    }
  }
}

function watchPace(clock: Clock, { window, bytes }: FetchLimits["pace"], slow: AbortController) {
  let fresh = 0;
  const look = () => {
    if (fresh < bytes) slow.abort();
    fresh = 0;
    timer = clock.setTimeout(look, window);
  };
  let timer = clock.setTimeout(look, window);
  return {
    count(length: number) {
      fresh += length;
    },
    stop: () => timer.cancel(),
  };
}

async function read(url: URL, answer: IncomingMessage, take: Taker): Promise<FetchFailure | undefined> {
  try {
    const { statusCode = 0 } = answer;
    if (statusCode < 200 || statusCode > 299) return refusal(url, statusCode);
    const stop = await take.begin(headOf(answer));
    if (stop !== undefined) return stop;
    for await (const chunk of answer) {
      const full = await take.chunk(chunk);
      if (full !== undefined) return full;
    }
    return undefined;
  } finally {
    // Nothing to a connection whose answer came whole: it is kept.
    answer.destroy();
  }
}

function headOf(answer: IncomingMessage): AnswerHead {
  const length = Number(answer.headers["content-length"] ?? Number.NaN);
  return {
    status: answer.statusCode ?? 0,
    length: Number.isSafeInteger(length) ? length : undefined,
    range: String(answer.headers["content-range"] ?? ""),
  };
}

export function tooLong(url: URL, limit: number): FetchFailure {
  return { error: coded("update.too-long", `${url.pathname}, ${limit} bytes`), status: undefined, passing: false };
}

function tooSlow(url: URL, { pace }: FetchLimits): FetchFailure {
  const detail = `${url.pathname}, less than ${pace.bytes} bytes in ${pace.window / 1000} s`;
  return { error: coded("update.too-slow", detail), status: undefined, passing: true };
}

function refusal(url: URL, status: number): FetchFailure {
  const passing = status >= 500 || status === 429 || status === 408;
  return { error: coded("update.unreachable", `${url.pathname}, HTTP ${status}`), status, passing };
}

function broken(url: URL, cause: string): FetchFailure {
  return { error: coded("update.unreachable", `${url.pathname}, ${cause}`), status: undefined, passing: true };
}

function causeOf(problem: unknown): string {
  const { code, message } = problem as { code?: unknown; message?: unknown };
  return typeof code === "string" ? code : String(message);
}
