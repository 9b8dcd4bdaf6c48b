import { Readable } from "node:stream";
import { Agent, request } from "undici";
import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { CallFailure } from "./connector.ts";

export type HttpAnswer = { readonly status: number; readonly type: string; readonly body: string };

export type HttpCall = {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, or its pieces where it is too long for memory. */
  readonly body?: string | Iterable<string>;
  /** Milliseconds. */
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
};

const CONNECT_TIMEOUT = 3_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** Failures of a connection that never stood: the request cannot have arrived. */
const NEVER_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_HAS_EXPIRED",
]);

/** One institution's address on the network. Tells apart what was certainly not sent from what may have arrived. */
export class InstitutionHttp {
  readonly #clock: Clock;
  // A fresh connection for each call: on one that was kept alive, a reset before the request went out cannot be told
  // from a lost answer.
  readonly #agent = new Agent({
    pipelining: 0,
    connect: { timeout: CONNECT_TIMEOUT },
    maxResponseSize: MAX_ANSWER_BYTES,
  });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async call(call: HttpCall): Promise<Result<HttpAnswer, CallFailure>> {
    const answered = await withDeadline(this.#clock, call.deadline, call.signal, "answer", (signal) =>
      this.#exchange(call, signal),
    );
    if (answered.ok) return answered;
    if ("effect" in answered.error) return err(answered.error);
    const detail = answered.error.code === "common.cancelled" ? "the gateway stops" : `${call.deadline} ms`;
    return err({ error: coded("institution.no-answer", detail), effect: "maybe" });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #exchange(call: HttpCall, signal: AbortSignal): Promise<Result<HttpAnswer, CallFailure>> {
    try {
      const response = await request(call.url, {
        dispatcher: this.#agent,
        method: call.method,
        headers: call.headers ?? {},
        body: typeof call.body === "object" ? Readable.from(call.body) : (call.body ?? null),
        signal,
      });
      const body = await response.body.text();
      const type = response.headers["content-type"];
      return ok({ status: response.statusCode, type: typeof type === "string" ? type : "", body });
    } catch (problem) {
      return err(failureOf(problem));
    }
  }
}

function failureOf(problem: unknown): CallFailure {
  const code = codeOf(problem);
  if (NEVER_SENT.has(code)) return { error: coded("institution.unreachable", code), effect: "none" };
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return { error: coded("institution.malformed", "answer too large"), effect: "maybe" };
  }
  return { error: coded("institution.answer-lost", code), effect: "maybe" };
}

/** Happy-eyeballs connections fail with an AggregateError that holds the codes one level down. */
function codeOf(problem: unknown): string {
  if (!(problem instanceof Error)) return "unknown";
  if ("code" in problem && typeof problem.code === "string") return problem.code;
  if (problem instanceof AggregateError) return codeOf(problem.errors[0]);
  return problem.name;
}

/** What the answer's status and kind say, before anybody reads its content; `undefined` when it may be read. */
export function refusalOf(answer: HttpAnswer): CallFailure | undefined {
  if (answer.status === 401 || answer.status === 403) {
    return { error: coded("institution.access-refused", `HTTP ${answer.status}`), effect: "none" };
  }
  if (answer.status === 429) return { error: coded("institution.busy"), effect: "none" };
  if (isWebPage(answer)) return { error: coded("institution.web-page", `HTTP ${answer.status}`), effect: "maybe" };
  return undefined;
}

export function isWebPage(answer: HttpAnswer): boolean {
  return answer.type.includes("text/html") || /^\s*(<!doctype html|<html)/i.test(answer.body.slice(0, 200));
}

export function unreadable(detail?: string): CallFailure {
  return { error: coded("institution.malformed", detail), effect: "maybe" };
}

/** The answer has not the agreed shape. `issues` come from zod; only the fields' names are told, never their values. */
export function outOfContract(issues: readonly { readonly path: readonly PropertyKey[] }[]): CallFailure {
  const fields = issues.map(({ path }) => path.map(String).join(".") || "(whole)");
  return { error: coded("institution.contract", fields.join(", ")), effect: "maybe" };
}

export function failing(answer: HttpAnswer): CallFailure {
  return { error: coded("institution.failing", `HTTP ${answer.status}`), effect: "maybe" };
}

export function refused(error: CodedError): CallFailure {
  return { error, effect: "refused" };
}
