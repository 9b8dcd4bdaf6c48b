import type { z } from "zod";
import type { Clock } from "../../../base/clock.ts";
import { ATTACHMENT_TYPE, storedAttachmentSchema } from "../../../base/contracts/attachment.ts";
import {
  type GatewayAnswer,
  gatewayAnswerSchema,
  gatewayHealthSchema,
  QUERIES,
  SUBMISSIONS,
  type SubmissionState,
  submissionStateSchema,
} from "../../../base/contracts/gateway.ts";
import { type SealingOffer, sealedAnswerSchema, sealingOfferSchema } from "../../../base/contracts/outbox.ts";
import {
  type LoginBegun,
  type LoginRequest,
  type LoginState,
  loginBegunSchema,
  loginStateSchema,
} from "../../../base/contracts/phone-login.ts";
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
  /**
   * Leaves a citizen's paper for a submission that will name it; is tried twice.
   *
   * @param sha256 of `picture`, a JPEG file, hexadecimal digits.
   */
  putAttachment(sha256: string, picture: Uint8Array, signal?: AbortSignal): Promise<Result<void, CodedError>>;
  /** What became of a submission. */
  submission(key: string, signal?: AbortSignal): Promise<Result<SubmissionState, CodedError>>;
  /** Begins a login on the citizen's phone, under an id that the caller chose; is tried twice. */
  beginLogin(id: string, request: LoginRequest, signal?: AbortSignal): Promise<Result<LoginBegun, CodedError>>;
  /** How far it is. */
  loginState(id: string, signal?: AbortSignal): Promise<Result<LoginState, CodedError>>;
  /** Ends it, if the gateway can be reached. */
  cancelLogin(id: string): Promise<void>;
  health(signal?: AbortSignal): Promise<Result<Readonly<Record<string, InstitutionState>>, CodedError>>;
  /** Sends what waited, once, under its key. The same body under the same key again is harmless: so is an answer that was lost. */
  deliver(key: string, sealed: string, signal?: AbortSignal): Promise<Delivery>;
  /** To which keys may be sealed, and what may wait. */
  sealingOffer(signal?: AbortSignal): Promise<Result<SealingOffer, CodedError>>;
  close(): Promise<void>;
}

/** `later`: it must be sent again. `away`: it is the gateway that does not take it, so that it takes nothing else either. */
export type Delivery =
  | { readonly kind: "done"; readonly result: unknown }
  | { readonly kind: "refused"; readonly error: CodedError }
  | {
      readonly kind: "later";
      readonly error: CodedError;
      readonly away: boolean;
      /** Milliseconds. */
      readonly retryAfter?: number;
    };

const QUERY_WITHIN = 15_000;
const SUBMIT_WITHIN = 20_000;
/** A page of eight megabytes at a megabit a second. */
const UPLOAD_WITHIN = 60_000;
const STATE_WITHIN = 5_000;
/** Two attempts at what has no effect, a moment apart. */
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

  async putAttachment(sha256: string, picture: Uint8Array, signal?: AbortSignal): Promise<Result<void, CodedError>> {
    const put = () =>
      this.#transport.putFile(`/v1/attachments/${sha256}`, ATTACHMENT_TYPE, picture, UPLOAD_WITHIN, signal);
    let reply = await put();
    if (!reply.ok && (await pause(this.#clock, QUERY_RETRY_AFTER, signal))) reply = await put();
    if (!reply.ok) return err(reply.error.error);
    const answer = gatewayAnswerSchema.safeParse(reply.value.body);
    if (!answer.success) return err(coded("runtime.gateway-answer", `attachment, status ${reply.value.status}`));
    if (answer.data.outcome !== "ok") return err(errorOf(answer.data.error.code, "attachment"));
    const stored = storedAttachmentSchema.safeParse(answer.data.result);
    return stored.data?.sha256 === sha256 ? ok() : err(coded("runtime.gateway-answer", "attachment"));
  }

  async submission(key: string, signal?: AbortSignal): Promise<Result<SubmissionState, CodedError>> {
    const path = `/v1/submissions/${encodeURIComponent(key)}`;
    return await this.#ask("GET", path, undefined, submissionStateSchema, "state", signal);
  }

  async beginLogin(id: string, request: LoginRequest, signal?: AbortSignal): Promise<Result<LoginBegun, CodedError>> {
    const begin = () => this.#ask("PUT", `/v1/logins/${id}`, request, loginBegunSchema, "login", signal);
    const first = await begin();
    if (first.ok || !(await pause(this.#clock, QUERY_RETRY_AFTER, signal))) return first;
    return await begin();
  }

  async loginState(id: string, signal?: AbortSignal): Promise<Result<LoginState, CodedError>> {
    return await this.#ask("GET", `/v1/logins/${id}`, undefined, loginStateSchema, "login", signal);
  }

  async cancelLogin(id: string): Promise<void> {
    await this.#transport.exchange("DELETE", `/v1/logins/${id}`, undefined, STATE_WITHIN, undefined);
  }

  async health(signal?: AbortSignal): Promise<Result<Readonly<Record<string, InstitutionState>>, CodedError>> {
    const health = await this.#ask("GET", "/v1/health", undefined, gatewayHealthSchema, "health", signal);
    return health.ok ? ok(health.value.institutions) : health;
  }

  async deliver(key: string, sealed: string, signal?: AbortSignal): Promise<Delivery> {
    const path = `/v1/submissions/${encodeURIComponent(key)}`;
    const reply = await this.#transport.exchange("PUT", path, { sealed }, SUBMIT_WITHIN, signal);
    if (!reply.ok) return { kind: "later", error: reply.error.error, away: true };
    const { status, body, retryAfter } = reply.value;
    const wait = retryAfter === undefined ? {} : { retryAfter };
    const answer = sealedAnswerSchema.safeParse(body);
    if (!answer.success) {
      // The gateway's own failure is about this one; any other page stands before everything.
      const away = !gatewayAnswerSchema.safeParse(body).success;
      return { kind: "later", error: coded("runtime.gateway-answer", `status ${status}`), away, ...wait };
    }
    if (answer.data.outcome === "done") return { kind: "done", result: answer.data.result };
    const error = errorOf(answer.data.error.code, key);
    return answer.data.outcome === "refused"
      ? { kind: "refused", error }
      : { kind: "later", error, away: false, ...wait };
  }

  async sealingOffer(signal?: AbortSignal): Promise<Result<SealingOffer, CodedError>> {
    return await this.#ask("GET", "/v1/sealing-keys", undefined, sealingOfferSchema, "sealing keys", signal);
  }

  /** Asks once what the gateway answers at once. @param what the answer is about, for the error's text. */
  async #ask<S extends z.ZodType>(
    method: "GET" | "PUT",
    path: string,
    body: LoginRequest | undefined,
    schema: S,
    what: string,
    signal: AbortSignal | undefined,
  ): Promise<Result<z.infer<S>, CodedError>> {
    const reply = await this.#transport.exchange(method, path, body, STATE_WITHIN, signal);
    if (!reply.ok) return err(reply.error.error);
    const answer = schema.safeParse(reply.value.body);
    return answer.success
      ? ok(answer.data)
      : err(coded("runtime.gateway-answer", `${what}, status ${reply.value.status}`));
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
  const error = errorOf(answer.error.code, operation);
  return answer.outcome === "error" ? failed(error) : uncertain(error);
}

/** Only the code is taken over: the text comes from another system and could hold personal data. */
function errorOf(code: string, about: string): CodedError {
  return isErrorCode(code) ? coded(code, about) : coded("runtime.gateway-error", `${about}: ${code}`);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}
