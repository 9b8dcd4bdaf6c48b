import type { Duplex } from "node:stream";
import type { FastifyReply } from "fastify";
import type { z } from "zod";
import type { Clock } from "../../base/clock.ts";
import type { DeviceFailure } from "../../base/contracts/fleet/identity.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";

declare module "fastify" {
  interface FastifyReply {
    refusedFor: ErrorCode | null;
  }
}

/** HTTP status by code; whatever says who may speak is 401. */
const STATUS: { readonly [code in ErrorCode]?: number } = {
  "common.bad-input": 400,
  "fleet-server.no-such-address": 404,
  "fleet-server.command-unknown": 404,
  "fleet-server.identity-cloned": 409,
  "fleet-server.sequence-gap": 422,
  "fleet-server.too-many-tries": 429,
  "fleet-server.internal": 500,
  "fleet-server.overloaded": 503,
  "fleet-server.database-away": 503,
};

export function statusOf({ code }: CodedError): number {
  return STATUS[code] ?? 401;
}

/** The body of a refusal, with the server's clock for a kiosk whose own is wrong. */
export function failureOf(error: CodedError, clock: Clock): DeviceFailure {
  return { code: error.code, message: error.message, now: clock.now() };
}

/** Seconds after which a kiosk that was refused for load shall come again; spread, so that not all come at once. */
export function retryAfter(random: () => number): number {
  return 5 + Math.floor(random() * 10);
}

/** Every refusal goes this way: the listener counts by what is noted here. */
export function refuse(reply: FastifyReply, error: CodedError, clock: Clock): FastifyReply {
  reply.refusedFor = error.code;
  return reply.code(statusOf(error)).header("cache-control", "no-store").send(failureOf(error, clock));
}

/** A refusal where there is no HTTP server to write it: of an upgrade, or of what is no HTTP. */
export function refuseRaw(stream: Duplex, error: CodedError, clock: Clock): void {
  if (!stream.writable) return void stream.destroy();
  const body = JSON.stringify(failureOf(error, clock));
  stream.end(
    `HTTP/1.1 ${statusOf(error)} Refused\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Names the fields that are wrong, never what was in them. */
export function badInput(error: z.ZodError): CodedError<"common.bad-input"> {
  const fields = error.issues
    .slice(0, 10)
    .map(({ path, message }) => `${path.map(String).join(".") || "body"}: ${message}`);
  return coded("common.bad-input", fields.join("; "));
}
