import type { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { CallFailure } from "./connector.ts";
import {
  failing,
  type HttpAnswer,
  InstitutionHttp,
  outOfContract,
  refusalOf,
  refused,
  unreadable,
} from "./institution-http.ts";
import { type JsonFile, jsonWithFiles } from "./json-files.ts";

export type JsonInstitutionOptions = {
  readonly url: string;
  /** Headers of every call, made anew each time: some tokens live for seconds. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** The name of the failure in the body of a 4xx answer, when there is one. */
  readonly refusalName: (body: unknown) => string | undefined;
  /** What the institution's refusals mean to us. */
  readonly refusals: Readonly<Record<string, ErrorCode>>;
};

export type JsonCall<S extends z.ZodType> = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
  /** Sent with the body, in its field `attachments`. */
  readonly files?: readonly JsonFile[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly answer: S;
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
};

/** Talks JSON over HTTP with one institution and names every way in which that can end. */
export class JsonInstitution {
  readonly #options: JsonInstitutionOptions;
  readonly #http: InstitutionHttp;

  constructor(options: JsonInstitutionOptions) {
    this.#options = options;
    this.#http = new InstitutionHttp(options.clock);
  }

  async call<S extends z.ZodType>(call: JsonCall<S>): Promise<Result<z.infer<S>, CallFailure>> {
    const answered = await this.raw(call);
    return answered.ok ? this.#read(answered.value, call.answer) : answered;
  }

  /** Like `call`, with `undefined` for 404: the institution does not know what was asked for. */
  async find<S extends z.ZodType>(call: JsonCall<S>): Promise<Result<z.infer<S> | undefined, CallFailure>> {
    const answered = await this.raw(call);
    if (!answered.ok) return answered;
    if (answered.value.status === 404 && refusalOf(answered.value) === undefined) return ok(undefined);
    return this.#read(answered.value, call.answer);
  }

  async raw(call: Omit<JsonCall<z.ZodType>, "answer">): Promise<Result<HttpAnswer, CallFailure>> {
    return await this.#http.call({
      method: call.method,
      url: this.#options.url.replace(/\/$/, "") + call.path,
      headers: {
        accept: "application/json",
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        ...this.#options.headers(),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: textOf(call.body, call.files ?? []) }),
      deadline: call.deadline,
      signal: call.signal,
    });
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  #read<S extends z.ZodType>(answer: HttpAnswer, schema: S): Result<z.infer<S>, CallFailure> {
    const refusal = refusalOf(answer);
    if (refusal !== undefined) return err(refusal);
    if (answer.status >= 500) return err(failing(answer));
    let body: unknown;
    try {
      body = JSON.parse(answer.body);
    } catch {
      return err(unreadable());
    }
    if (answer.status >= 400) return err(this.#refused(answer, body));
    const parsed = schema.safeParse(body);
    return parsed.success ? ok(parsed.data) : err(outOfContract(parsed.error.issues));
  }

  #refused(answer: HttpAnswer, body: unknown): CallFailure {
    const name = this.#options.refusalName(body) ?? `HTTP ${answer.status}`;
    const known = this.#options.refusals[name];
    if (known !== undefined) return refused(coded(known));
    const error = coded("institution.request-refused", /^[\w .-]{1,60}$/.test(name) ? name : `HTTP ${answer.status}`);
    // Somebody in between repeated the request: the first one may well have taken effect.
    return name === "duplicate-key" || answer.status === 408 ? { error, effect: "maybe" } : refused(error);
  }
}

function textOf(body: object, files: readonly JsonFile[]): string | Iterable<string> {
  return files.length === 0 ? JSON.stringify(body) : jsonWithFiles(body, files);
}
