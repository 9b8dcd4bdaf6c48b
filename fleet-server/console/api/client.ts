import type { z } from "zod";
import { err, ok, type Result } from "../../../base/result.ts";
import { failureSchema } from "../../api/contract/access.ts";
import type { ANSWERS, Answer, AnsweredOperation } from "../../api/contract/answers.ts";
import { OPERATIONS, type Operation } from "../../api/contract/operations.ts";
import { kindOfStatus, type Problem } from "./problem.ts";
import { csrf, sessionEnded } from "./session.ts";

/** Milliseconds that any request may take. */
const PATIENCE = 20_000;

export type Call<O extends AnsweredOperation> = {
  /** Parts of the path, by name. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** What a good answer is, by the contract; given by the page, so that a page brings the schemas that it needs and no others. */
  readonly answer: (typeof ANSWERS)[O];
  readonly signal?: AbortSignal;
};

/** Carries out one operation of the API. Rejects only when `signal` is aborted. */
export async function call<O extends AnsweredOperation>(
  operation: O,
  options: Call<O>,
): Promise<Result<Answer<O>, Problem>> {
  const { method } = OPERATIONS[operation];
  const headers: Record<string, string> = { accept: "application/json" };
  if (options.body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET" && csrf() !== "") headers["x-csrf-token"] = csrf();
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch(addressOf(operation, options), {
      method,
      headers,
      signal: options.signal ? AbortSignal.any([patience, options.signal]) : patience,
      credentials: "same-origin",
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    });
    if (!response.ok) return err(await refusal(response, operation));
    const schema: z.ZodType | null = options.answer;
    if (schema === null) return ok(undefined as Answer<O>);
    const answer = schema.safeParse(await response.json());
    if (answer.success) return ok(answer.data as Answer<O>);
    return err({ kind: "misunderstood", code: "", message: firstIssue(answer.error.issues) });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return err({ kind: "offline", code: "", message: "" });
  }
}

export function addressOf(
  operation: Operation,
  { path = {}, query = {} }: Pick<Call<AnsweredOperation>, "path" | "query">,
): string {
  const filled = OPERATIONS[operation].path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(path[name] ?? ""),
  );
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== "") fields.set(name, String(value));
  const text = fields.toString();
  return `/api/v1${filled}${text === "" ? "" : `?${text}`}`;
}

async function refusal(response: Response, operation: Operation): Promise<Problem> {
  const kind = kindOfStatus(response.status);
  if (kind === "signed-out" && operation !== "signIn") sessionEnded();
  const body = failureSchema.safeParse(await response.json().catch(() => undefined));
  return body.success
    ? { kind, code: body.data.code, message: body.data.message }
    : { kind, code: `HTTP ${response.status}`, message: "" };
}

function firstIssue(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const [issue] = issues;
  return issue === undefined ? "" : `${issue.path.map(String).join(".")}: ${issue.message}`;
}
