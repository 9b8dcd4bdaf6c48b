import type { Clock } from "../../base/clock.ts";
import { withDeadline } from "../../base/deadline.ts";
import { parseJson } from "../../base/json.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { failureSchema } from "../api/contract/access.ts";
import { ANSWERS, type Answer, type AnsweredOperation } from "../api/contract/answers.ts";
import { OPERATIONS } from "../api/contract/operations.ts";

/** Milliseconds for one request. */
const PATIENCE = 30_000;
const SESSION_COOKIE = /^(?:__Host-)?ventanilla-session=([\w-]{20,200})/;

/** What the server refused, or why it could not be asked; told to people as it is. */
export class FleetFailure extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export type Request = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
};

/** Speaks the console's API as the contract has it; the token stands for the session's cookie. */
export class FleetClient {
  readonly server: string;
  readonly #token: string | undefined;
  readonly #clock: Clock;

  /** @param server address without a slash at the end. */
  constructor(server: string, token: string | undefined, clock: Clock) {
    this.server = server;
    this.#token = token;
    this.#clock = clock;
  }

  /** @throws FleetFailure when the server refuses, does not answer, or answers something that the contract does not know. */
  async call<O extends AnsweredOperation>(operation: O, request: Request = {}): Promise<Answer<O>> {
    const { body } = await this.#ask(operation, request);
    const schema = ANSWERS[operation];
    if (schema === null) return undefined as Answer<O>;
    const parsed = schema.safeParse(parseJson(body));
    if (!parsed.success)
      throw new FleetFailure("common.bad-input", `${this.server} does not speak this program's version of the API`);
    return parsed.data as Answer<O>;
  }

  /** @returns the token of the new session. */
  async signIn(name: string, password: string, newPassword: string | undefined): Promise<string> {
    const body = { name, password, ...(newPassword === undefined ? {} : { newPassword }) };
    const { cookies } = await this.#ask("signIn", { body });
    const token = cookies.map((cookie) => SESSION_COOKIE.exec(cookie)?.[1]).find((found) => found !== undefined);
    if (token === undefined) throw new FleetFailure("common.bad-input", `${this.server} gave no session`);
    return token;
  }

  async #ask(
    operation: AnsweredOperation,
    { params = {}, query = {}, body }: Request,
  ): Promise<{ readonly body: string; readonly cookies: readonly string[] }> {
    const { method, path } = OPERATIONS[operation];
    const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
    const url = new URL(`${this.server}/api/v1${filled}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const headers = {
      accept: "application/json",
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answered = await withDeadline(this.#clock, PATIENCE, undefined, this.server, (signal) =>
      // A token goes to the address that was named, never to where that sends it.
      exchange(url, { method, headers, signal, redirect: "error", ...sent }),
    );
    if (!answered.ok && answered.error.code === "unreachable")
      throw new FleetFailure("console.unreachable", `${this.server} cannot be reached (${answered.error.message})`);
    if (!answered.ok)
      throw new FleetFailure(answered.error.code, `${this.server} did not answer within ${PATIENCE / 1_000} s`);
    if (answered.value.ok) return answered.value;
    const failure = failureSchema.safeParse(parseJson(answered.value.body));
    if (failure.success) throw new FleetFailure(failure.data.code, failure.data.message);
    throw new FleetFailure("common.bad-input", `${this.server} is no fleet server (status ${answered.value.status})`);
  }
}

type Exchanged = {
  readonly ok: boolean;
  readonly status: number;
  readonly cookies: readonly string[];
  readonly body: string;
};

async function exchange(
  url: URL,
  init: RequestInit,
): Promise<Result<Exchanged, { readonly code: "unreachable"; readonly message: string }>> {
  try {
    const response = await fetch(url, init);
    const cookies = response.headers.getSetCookie();
    return ok({ ok: response.ok, status: response.status, cookies, body: await response.text() });
  } catch (problem) {
    return err({ code: "unreachable", message: reasonOf(problem) });
  }
}

function reasonOf(problem: unknown): string {
  if (!(problem instanceof Error)) return String(problem);
  return problem.cause instanceof Error ? problem.cause.message : problem.message;
}
