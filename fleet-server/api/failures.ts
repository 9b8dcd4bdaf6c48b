import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import type { Logger } from "../../base/log.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";
import { isDatabaseAway } from "../store/away.ts";

/** Status by code; what is not here contradicts the state of things: 409. */
const STATUS: { readonly [C in ErrorCode]?: number } = {
  "common.bad-input": 400,
  "access.no-session": 401,
  "access.sign-in-refused": 401,
  "access.new-password-needed": 403,
  "access.not-allowed": 403,
  "access.forged-request": 403,
  "access.oidc-refused": 403,
  "access.no-role": 403,
  "access.try-later": 429,
  "access.oidc-unavailable": 503,
  "console.not-found": 404,
  "console.too-many-streams": 429,
  "console.internal": 500,
  "fleet-server.database-away": 503,
};
const CONFLICT = 409;

export function statusOf(code: ErrorCode): number {
  return STATUS[code] ?? CONFLICT;
}

/** Seconds after which a browser may try again when the database was away. */
const AGAIN_AFTER = "5";

/** Answers with a `failureSchema`. */
export function fail(reply: FastifyReply, { code, message }: CodedError): FastifyReply {
  const named = code === "access.try-later" ? /(\d+) s/.exec(message)?.[1] : undefined;
  const seconds = code === "fleet-server.database-away" ? AGAIN_AFTER : named;
  if (seconds !== undefined) reply.header("retry-after", seconds);
  return reply
    .code(statusOf(code))
    .type("application/json; charset=utf-8")
    .serializer((body: unknown) => JSON.stringify(body))
    .send({ code, message });
}

/** What handlers throw and what Fastify refuses, as failures of the API; nothing of the program's inside leaves it. */
export function failureHandler(log: Logger) {
  return (problem: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    if (hasZodFastifySchemaValidationErrors(problem)) {
      const wrong = problem.validation.map(
        ({ instancePath, message }) => `${where(instancePath)}: ${message ?? "wrong"}`,
      );
      return fail(reply, coded("common.bad-input", wrong.join("; ")));
    }
    const { statusCode = 500, code } = problem;
    if (statusCode >= 400 && statusCode < 500) return fail(reply, coded("common.bad-input", code ?? "request"));
    const { operation = "none" } = request.routeOptions.config as { operation?: string };
    log("console.unexpected", { operation, cause: problem.name, where: placeOf(problem) });
    if (isDatabaseAway(problem)) return fail(reply, coded("fleet-server.database-away"));
    return fail(reply, coded("console.internal"));
  };
}

function where(instancePath: string): string {
  return instancePath === "" ? "request" : instancePath.slice(1).replaceAll("/", ".");
}

/** File and line where an error arose: its message may quote data, this cannot. */
function placeOf(error: Error): string {
  const line = error.stack?.split("\n").find((text) => /^\s+at (?!.*node_modules)/.test(text)) ?? "";
  return /\/([\w.-]+\.[jt]s:\d+)/.exec(line)?.[1] ?? "unknown";
}
