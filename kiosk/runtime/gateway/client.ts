import type { Clock } from "../../../base/clock.ts";
import {
  type GatewayAnswer,
  gatewayAnswerSchema,
  gatewayHealthSchema,
  QUERIES,
  SUBMISSIONS,
  type SubmissionState,
  submissionStateSchema,
} from "../../../base/contracts/gateway.ts";
import { pause } from "../../../base/deadline.ts";
import { done, failed, type Outcome, uncertain } from "../../../base/outcome.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { ERRORS, type ErrorCode } from "../../../base/registry/errors.ts";
import { err, ok, type Result } from "../../../base/result.ts";
import { delays, type Schedule } from "../../../base/schedule.ts";
import type { Json } from "../../../flows/engine/ports.ts";
import { Transport, type TransportOptions } from "./transport.ts";

export type InstitutionState = "up" | "down" | "unknown";

/** What the kiosk asks of the gateway; `base/contracts/gateway.ts` is the wire. */
export interface GatewayClient {
  /** Asks, without effect; is tried twice. */
  query(operation: string, input: Json, signal?: AbortSignal): Promise<Outcome<Json>>;
  /**
   * Acts once under `key`. After a doubt the gateway is asked for the key; only when it never saw it the same key is sent
   * again. `error` when it is certain that nothing was done.
   */
  submit(key: string, operation: string, input: Json, signal?: AbortSignal): Promise<Outcome<Json>>;
  /** What became of a submission. */
  submission(key: string, signal?: AbortSignal): Promise<Result<SubmissionState, CodedError>>;
  health(signal?: AbortSignal): Promise<Result<Readonly<Record<string, InstitutionState>>, CodedError>>;
  close(): Promise<void>;
}

const QUERY_WITHIN = 15_000;
const SUBMIT_WITHIN = 20_000;
const STATE_WITHIN = 5_000;
/** Two attempts at a query, a moment apart. */
const QUERY_RETRY_AFTER = 500;
/** A journey waits 90 seconds for a submission; no question is begun after this. */
const DOUBT_WITHIN = 60_000;
const DOUBT: Schedule = { first: 300, factor: 2, cap: 5_000, attempts: 14, jitter: 0.2 };

export type GatewayClientOptions = TransportOptions & {
  readonly random: () => number;
  readonly doubt?: Schedule;
};

export function createGatewayClient(options: GatewayClientOptions): GatewayClient {
  return new HttpGatewayClient(options);
}

class HttpGatewayClient implements GatewayClient {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #doubt: Schedule;

  constructor(options: GatewayClientOptions) {
    this.#transport = new Transport(options);
    this.#clock = options.clock;
    this.#random = options.random;
    this.#doubt = options.doubt ?? DOUBT;
  }

  async query(operation: string, input: Json, signal?: AbortSignal): Promise<Outcome<Json>> {
    const path = `/v1/queries/${encodeURIComponent(operation)}`;
    const ask = () => this.#transport.exchange("POST", path, { input }, QUERY_WITHIN, signal);
    let reply = await ask();
    if (!reply.ok && (await pause(this.#clock, QUERY_RETRY_AFTER, signal))) reply = await ask();
    if (!reply.ok) return failed(reply.error.error);
    const answer = gatewayAnswerSchema.safeParse(reply.value.body);
    if (!answer.success) return failed(coded("runtime.gateway-answer", `${operation}, status ${reply.value.status}`));
    const outcome = judge(answer.data, operation, schemaOf(QUERIES, operation));
    return outcome.outcome === "unknown" ? failed(outcome.error) : outcome;
  }

  async submit(key: string, operation: string, input: Json, signal?: AbortSignal): Promise<Outcome<Json>> {
    const schema = schemaOf(SUBMISSIONS, operation);
    const begun = this.#clock.monotonic();
    const first = await this.#put(key, operation, input, signal);
    if (first.ok) {
      const outcome = judge(first.value, operation, schema);
      if (outcome.outcome !== "unknown") return outcome;
    } else if (!first.error.mayHaveArrived) {
      return failed(first.error.error);
    }
    let doubt = first.ok ? coded("runtime.gateway-no-answer", `${operation}: the institution`) : first.error.error;
    for (const delay of delays(this.#doubt, this.#random)) {
      if (this.#clock.monotonic() - begun > DOUBT_WITHIN || !(await pause(this.#clock, delay, signal))) break;
      const state = await this.submission(key, signal);
      if (!state.ok) {
        doubt = state.error;
        continue;
      }
      let { answer } = state.value;
      if (state.value.state === "absent") {
        const again = await this.#put(key, operation, input, signal);
        answer = again.ok ? again.value : undefined;
      }
      if (answer === undefined) continue;
      const outcome = judge(answer, operation, schema);
      if (outcome.outcome !== "unknown") return outcome;
      doubt = outcome.error;
    }
    return uncertain(doubt);
  }

  async submission(key: string, signal?: AbortSignal): Promise<Result<SubmissionState, CodedError>> {
    const path = `/v1/submissions/${encodeURIComponent(key)}`;
    const reply = await this.#transport.exchange("GET", path, undefined, STATE_WITHIN, signal);
    if (!reply.ok) return err(reply.error.error);
    const state = submissionStateSchema.safeParse(reply.value.body);
    return state.success ? ok(state.data) : err(coded("runtime.gateway-answer", `state, status ${reply.value.status}`));
  }

  async health(signal?: AbortSignal): Promise<Result<Readonly<Record<string, InstitutionState>>, CodedError>> {
    const reply = await this.#transport.exchange("GET", "/v1/health", undefined, STATE_WITHIN, signal);
    if (!reply.ok) return err(reply.error.error);
    const health = gatewayHealthSchema.safeParse(reply.value.body);
    return health.success
      ? ok(health.data.institutions)
      : err(coded("runtime.gateway-answer", `health, status ${reply.value.status}`));
  }

  async close(): Promise<void> {
    this.#transport.close();
  }

  async #put(
    key: string,
    operation: string,
    input: Json,
    signal: AbortSignal | undefined,
  ): Promise<Result<GatewayAnswer, { readonly error: CodedError; readonly mayHaveArrived: boolean }>> {
    const path = `/v1/submissions/${encodeURIComponent(key)}`;
    const reply = await this.#transport.exchange("PUT", path, { operation, input }, SUBMIT_WITHIN, signal);
    if (!reply.ok) return reply;
    const answer = gatewayAnswerSchema.safeParse(reply.value.body);
    if (answer.success) return ok(answer.data);
    return err({
      error: coded("runtime.gateway-answer", `${operation}, status ${reply.value.status}`),
      mayHaveArrived: true,
    });
  }
}

type Checked = { safeParse(value: unknown): { success: boolean; data?: unknown } };

function schemaOf(
  table: Readonly<Record<string, { readonly result: Checked }>>,
  operation: string,
): Checked | undefined {
  return Object.hasOwn(table, operation) ? table[operation]?.result : undefined;
}

/** An answer that does not fit the contract is a doubt: something was done, and we cannot read what. */
function judge(answer: GatewayAnswer, operation: string, schema: Checked | undefined): Outcome<Json> {
  if (answer.outcome === "ok") {
    const result = schema?.safeParse(answer.result);
    if (result?.success !== true) return uncertain(coded("runtime.gateway-answer", operation));
    return done(result.data as Json);
  }
  const { code } = answer.error;
  // Only the code is taken over: the text comes from another system and could hold personal data.
  const error = isErrorCode(code) ? coded(code, operation) : coded("runtime.gateway-error", `${operation}: ${code}`);
  return answer.outcome === "error" ? failed(error) : uncertain(error);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
