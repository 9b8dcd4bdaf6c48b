import type { FastifyInstance } from "fastify";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import { type Endpoint, rawEndpoint } from "../endpoint.ts";
import type { Live } from "../live.ts";

/** What is about the API itself: its description, and the stream of what changes. */
export function metaRoutes(scope: FastifyInstance, live: Live): Endpoint[] {
  return [
    rawEndpoint("openapi", {
      summary: "This API as OpenAPI 3.1",
      handle: async ({ reply }) =>
        ok(await reply.type("application/json; charset=utf-8").send(JSON.stringify(scope.swagger()))),
    }),
    rawEndpoint("live", {
      summary: "Server-sent events that say what changed",
      handle: async ({ visitor, reply, request }) => {
        if (!live.hasRoom(visitor.session)) return err(coded("console.too-many-streams"));
        reply.hijack();
        if (request.method === "HEAD") reply.raw.end();
        else live.open(visitor.session, reply.raw);
        return ok();
      },
    }),
  ];
}
