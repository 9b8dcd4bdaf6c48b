import type { FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { z } from "zod";
import { coded } from "../../base/registry/coded-error.ts";
import { type GuardOptions, guard } from "../access/guard.ts";
import type { Visitor } from "../access/sessions.ts";
import type { FleetContext } from "../context.ts";
import { failureSchema } from "./contract/access.ts";
import { ANSWERS } from "./contract/answers.ts";
import { OPERATIONS, type Operation } from "./contract/operations.ts";
import type { Endpoint } from "./endpoint.ts";
import { fail, failureHandler } from "./failures.ts";
import { isStorable } from "./storable.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    operation?: Operation;
  }
  interface FastifyRequest {
    visitor: Visitor | undefined;
  }
}

/** Answers are of this moment and of this session. */
const NO_STORE = { "cache-control": "no-store", "x-content-type-options": "nosniff" };

/**
 * Mounts the operations: each one behind the guard, its input and its answer held to their schemas. Whatever is not an operation is
 * not there.
 *
 * @throws Error when an operation of the table has no endpoint, or an endpoint comes twice.
 */
export function mountEndpoints(
  scope: FastifyInstance,
  endpoints: readonly Endpoint[],
  { log }: FleetContext,
  guardOptions: GuardOptions,
): void {
  const missing = new Set(Object.keys(OPERATIONS));
  for (const { operation } of endpoints)
    if (!missing.delete(operation)) throw new Error(`The operation ${operation} has two endpoints.`);
  if (missing.size > 0) throw new Error(`No endpoint for: ${[...missing].join(", ")}.`);

  scope.setValidatorCompiler(validatorCompiler);
  scope.setSerializerCompiler(serializerCompiler);
  scope.setErrorHandler(failureHandler(log));
  scope.setNotFoundHandler((_request, reply) => fail(reply.headers(NO_STORE), coded("console.not-found", "address")));
  scope.decorateRequest("visitor", undefined);
  scope.addHook("onRequest", async (request, reply) => {
    reply.headers(NO_STORE);
    const { operation } = request.routeOptions.config;
    if (operation === undefined) return;
    const verdict = await guard(request, operation, guardOptions);
    if (verdict.ok) request.visitor = verdict.value;
    else {
      log("access.refused", { operation, code: verdict.error.code });
      await fail(reply, verdict.error);
    }
  });
  scope.addHook("preValidation", async ({ params, query, body }, reply) => {
    if (!isStorable([params, query, body]))
      await fail(reply, coded("common.bad-input", "a NUL character or half a surrogate pair"));
  });
  for (const one of endpoints) mountOne(scope, one);
}

function mountOne(scope: FastifyInstance, { operation, summary, params, query, body, raw, handle }: Endpoint): void {
  const { method, path, roles } = OPERATIONS[operation];
  const answer = raw ? undefined : ANSWERS[operation as keyof typeof ANSWERS];
  const success = answer === null ? { 204: z.undefined() } : answer === undefined ? {} : { 200: answer };
  scope.route({
    method,
    url: path,
    config: { operation },
    schema: {
      operationId: operation,
      summary,
      tags: [path.split("/")[1] ?? "api"],
      description: roles === "public" ? "Needs no session." : `Roles: ${roles.join(", ")}.`,
      security: roles === "public" ? [] : [{ session: [] }, { token: [] }],
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
      response: { ...success, "4xx": failureSchema, "5xx": failureSchema },
    },
    handler: async (request, reply) => {
      const asked = { params: request.params, query: request.query, body: request.body, request, reply };
      // The guard lets nobody pass without a session where one is needed; public operations do not look.
      const result = await handle({ ...asked, visitor: request.visitor as Visitor });
      if (!result.ok) return fail(reply, result.error);
      if (raw) return reply;
      return answer === null ? reply.code(204).send() : reply.code(200).send(result.value);
    },
  });
}
