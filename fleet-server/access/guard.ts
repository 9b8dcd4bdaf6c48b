import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { OPERATIONS, type Operation } from "../api/contract/operations.ts";
import type { Cookies } from "./cookies.ts";
import { mayDo } from "./roles.ts";
import type { Sessions, Visitor } from "./sessions.ts";

const SAFE = ["GET", "HEAD"];
const BEARER = /^Bearer ([\w-]{20,200})$/;

export type GuardOptions = {
  readonly sessions: Sessions;
  readonly cookies: () => Cookies;
  /** Address under which staff reach the console, when the configuration names one. */
  readonly publicUrl: string | undefined;
};

type Refusal = CodedError<"access.no-session" | "access.not-allowed" | "access.forged-request">;

/**
 * Decides whether a request may reach its operation: the page that sent it is the console's own, the session stands, a role
 * allows the operation, and whatever changes something carries the session's CSRF token.
 *
 * The command line sends its token as `Authorization: Bearer`: no browser adds that by itself, so it needs no CSRF token.
 *
 * @returns who asks; undefined for a public operation.
 */
export async function guard(
  request: FastifyRequest,
  operation: Operation,
  { sessions, cookies, publicUrl }: GuardOptions,
): Promise<Result<Visitor | undefined, Refusal>> {
  const changes = !SAFE.includes(request.method);
  if (changes && !isOwnOrigin(request, publicUrl)) return err(coded("access.forged-request", "origin"));
  if (OPERATIONS[operation].roles === "public") return ok(undefined);

  const bearer = BEARER.exec(request.headers.authorization ?? "")?.[1];
  const token = bearer ?? request.cookies[cookies().session];
  const visitor = token === undefined ? undefined : await sessions.find(token);
  if (visitor === undefined) return err(coded("access.no-session"));
  const allowed = OPERATIONS[operation].roles;
  if (!mayDo(visitor.roles, operation)) return err(coded("access.not-allowed", `one of: ${allowed.join(", ")}`));
  if (changes && bearer === undefined && !sameText(request.headers["x-csrf-token"], visitor.csrf))
    return err(coded("access.forged-request", "x-csrf-token"));
  return ok(visitor);
}

/** Browsers name the origin of every request that changes something; programs do not. */
function isOwnOrigin(request: FastifyRequest, publicUrl: string | undefined): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return request.headers["sec-fetch-site"] !== "cross-site";
  const own = publicUrl === undefined ? `${request.protocol}://${request.host}` : new URL(publicUrl).origin;
  return origin === own;
}

function sameText(a: unknown, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return typeof a === "string" && timingSafeEqual(digest(a), digest(b));
}
