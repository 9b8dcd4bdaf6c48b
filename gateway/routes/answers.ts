import type { FastifyReply } from "fastify";
import type { z } from "zod";
import type { GatewayAnswer } from "../../base/contracts/gateway.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";

/** What one request turned into, for its log line. */
declare module "fastify" {
  interface FastifyRequest {
    kiosk: string;
    told: { operation: string; outcome: string; code?: string };
  }
}

export function answer(reply: FastifyReply, status: number, body: GatewayAnswer): FastifyReply {
  reply.request.told.outcome = body.outcome;
  if (body.outcome !== "ok") reply.request.told.code = body.error.code;
  return reply.code(status).send(body);
}

export function refuse(reply: FastifyReply, status: number, error: CodedError): FastifyReply {
  return answer(reply, status, { outcome: "error", error });
}

/** Names the fields that are wrong, never what was in them. */
export function badInput(error: z.ZodError): CodedError<"common.bad-input"> {
  const fields = error.issues.map(({ path, code }) => `${path.map(String).join(".") || "body"}: ${code}`);
  return coded("common.bad-input", fields.join("; "));
}
