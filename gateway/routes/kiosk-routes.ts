import type { TLSSocket } from "node:tls";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  QUERIES,
  type QueryName,
  queryRequestSchema,
  SUBMISSIONS,
  type SubmissionName,
  submissionKeySchema,
  submissionRequestSchema,
} from "../../base/contracts/gateway.ts";
import { mayWait, type SealingOffer, sealedSubmissionSchema } from "../../base/contracts/outbox.ts";
import type { Logger } from "../../base/log.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";
import type { CallFailure, Operations } from "../connectors/connector.ts";
import type { Health } from "../health.ts";
import { kioskOf } from "../identity.ts";
import type { Revocations } from "../revocation.ts";
import type { SealingKeys } from "../sealing/sealing-keys.ts";
import type { Submissions } from "../submissions/submissions.ts";
import { answer, badInput, refuse } from "./answers.ts";
import { type AttachmentRouteOptions, attachmentRoute } from "./attachment-route.ts";
import { answerSealed } from "./sealed-route.ts";

export type KioskRoutesOptions = AttachmentRouteOptions & {
  readonly operations: Operations;
  readonly submissions: Submissions;
  /** There from before the gateway listens. */
  readonly sealing: () => SealingKeys;
  readonly health: Health;
  readonly revocations: Revocations | undefined;
  readonly log: Logger;
};

type AnyQuery = { ask(input: unknown, signal: AbortSignal, kiosk: string): Promise<Result<unknown, CallFailure>> };

/** `/v1/*`: for kiosks only. Everything in this scope, also what does not exist, is behind the client certificate. */
export function kioskRoutes(app: FastifyInstance, options: KioskRoutesOptions): void {
  const { operations, submissions, health, clock, log } = options;
  const begun = new WeakMap<FastifyRequest, number>();
  app.decorateRequest("kiosk", "");

  app.addHook("onRequest", async (request, reply) => {
    begun.set(request, clock.monotonic());
    request.told = { operation: "none", outcome: "none" };
    const kiosk = await kioskOf(request.raw.socket as TLSSocket, options.revocations);
    if (kiosk.ok) {
      request.kiosk = kiosk.value;
      return;
    }
    log("gateway.client-refused", { code: kiosk.error.code, cause: causeOf(request.raw.socket as TLSSocket) });
    await refuse(reply, kiosk.error.code === "gateway.certificate-missing" ? 401 : 403, kiosk.error);
  });

  app.addHook("onResponse", async (request, reply) => {
    if (request.kiosk === "") return;
    const took = Math.round(clock.monotonic() - (begun.get(request) ?? 0));
    log("gateway.request", { kiosk: request.kiosk, ...request.told, status: reply.statusCode, took });
  });

  app.setNotFoundHandler((_request, reply) => refuse(reply, 404, coded("gateway.no-such-address")));

  void app.register((scope, _options, done) => {
    attachmentRoute(scope, options);
    done();
  });

  app.get("/health", async (request) => {
    request.told = { operation: "health", outcome: "ok" };
    return await health.current();
  });

  app.get("/sealing-keys", async (request): Promise<SealingOffer> => {
    request.told = { operation: "sealing-keys", outcome: "ok" };
    const able = Object.keys(operations.submissions).filter(mayWait);
    return { keys: [...options.sealing().offered()], operations: able };
  });

  app.post<{ Params: { operation: string } }>("/queries/:operation", async (request, reply) => {
    const { operation } = request.params;
    if (!isQuery(operation)) return refuse(reply, 404, coded("gateway.unknown-operation"));
    request.told.operation = operation;
    const query = operations.queries[operation] as AnyQuery | undefined;
    if (query === undefined) return refuse(reply, 404, coded("gateway.unknown-operation", operation));
    const body = queryRequestSchema.safeParse(request.body);
    if (!body.success) return refuse(reply, 400, badInput(body.error));
    const input = QUERIES[operation].input.safeParse(body.data.input);
    if (!input.success) return refuse(reply, 400, badInput(input.error));
    const asked = await query.ask(input.data, options.stopping, request.kiosk);
    if (asked.ok) return answer(reply, 200, { outcome: "ok", result: asked.value });
    return answer(reply, 200, { outcome: "error", error: asked.error.error });
  });

  app.put<{ Params: { key: string } }>("/submissions/:key", async (request, reply) => {
    const key = submissionKeySchema.safeParse(request.params.key);
    if (!key.success) return refuse(reply, 400, coded("common.bad-input", "key"));
    const sealed = sealedSubmissionSchema.safeParse(request.body);
    if (sealed.success) {
      request.told.operation = "sealed";
      const place = { kiosk: request.kiosk, key: key.data };
      return await answerSealed(reply, sealed.data.sealed, place, {
        operations,
        submissions,
        sealing: options.sealing(),
      });
    }
    const body = submissionRequestSchema.safeParse(request.body);
    if (!body.success) return refuse(reply, 400, badInput(body.error));
    const { operation } = body.data;
    if (!isSubmission(operation)) return refuse(reply, 404, coded("gateway.unknown-operation"));
    request.told.operation = operation;
    if (operations.submissions[operation] === undefined) {
      return refuse(reply, 404, coded("gateway.unknown-operation", operation));
    }
    const input = SUBMISSIONS[operation].input.safeParse(body.data.input);
    if (!input.success) return refuse(reply, 400, badInput(input.error));
    const end = await submissions.submit({ kiosk: request.kiosk, key: key.data, operation, input: input.data });
    if (end.kind === "answer") return answer(reply, 200, end.answer);
    if (end.kind === "conflict") return refuse(reply, 409, coded("gateway.key-conflict"));
    return answer(reply, 202, { outcome: "unknown", error: coded("gateway.working") });
  });

  app.get<{ Params: { key: string } }>("/submissions/:key", async (request, reply) => {
    const key = submissionKeySchema.safeParse(request.params.key);
    if (!key.success) return refuse(reply, 400, coded("common.bad-input", "key"));
    const state = await submissions.state({ kiosk: request.kiosk, key: key.data });
    request.told = { operation: "submission-state", outcome: state.state };
    return state;
  });
}

function isQuery(name: string): name is QueryName {
  return Object.hasOwn(QUERIES, name);
}

function isSubmission(name: string): name is SubmissionName {
  return Object.hasOwn(SUBMISSIONS, name);
}

function causeOf(socket: TLSSocket): string {
  return socket.authorizationError === null ? "none" : String(socket.authorizationError);
}
