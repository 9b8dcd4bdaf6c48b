import type { Socket } from "node:net";
import fastifyRateLimit from "@fastify/rate-limit";
import fastifyStatic from "@fastify/static";
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { MAX_BODY } from "../../base/contracts/fleet/report.ts";
import { heartbeatInterval } from "../../base/contracts/fleet/socket.ts";
import { coded } from "../../base/registry/coded-error.ts";
import type { DeviceIdentity } from "../identity/interface.ts";
import { isDatabaseAway } from "../store/away.ts";
import { logUnexpected } from "../unexpected.ts";
import { refuse, refuseRaw, retryAfter } from "./answers.ts";
import { deviceRequest } from "./authenticate.ts";
import type { Knocking } from "./knocking.ts";
import { deviceRoutes, enrolmentRoute, type RouteParts } from "./routes.ts";

declare module "fastify" {
  interface FastifyRequest {
    device: DeviceIdentity;
  }
}

/** PEM texts of the listener's own certificate. */
export type ListenerTls = { readonly certificate: string; readonly key: string };

/** Milliseconds. A connection outlives the longest pause between two heartbeats, so that a kiosk does not shake hands anew for each. */
const REQUEST_TIMEOUT = 60_000;
const KEEP_ALIVE_EXTRA = 15_000;

export type ListenerOptions = RouteParts & {
  /** Undefined behind a proxy that ends TLS. */
  readonly tls: ListenerTls | undefined;
  readonly knocking: Knocking;
  readonly onRefused: (code: string) => void;
  /** @param seconds that the answer took. */
  readonly onAnswered: (route: string, seconds: number) => void;
};

/** What kiosks speak to. Nothing is reachable before `listen`. */
export async function buildDeviceListener(options: ListenerOptions): Promise<FastifyInstance> {
  const { context, identity, repository, tls, knocking } = options;
  const { clock, settings, log } = context;
  const common = {
    bodyLimit: MAX_BODY,
    requestTimeout: REQUEST_TIMEOUT,
    keepAliveTimeout: heartbeatInterval(settings.intervals.heartbeat, true) * 1_000 + KEEP_ALIVE_EXTRA,
    forceCloseConnections: "idle" as const,
    logger: false,
    // The proxy beside: what it was told of addresses before itself, anybody can write.
    trustProxy: settings.devices.plain && ((_address: string, hop: number) => hop === 0),
    clientErrorHandler: (problem: Error, stream: Socket) => {
      const error = coded("common.bad-input", codeOf(problem));
      options.onRefused(error.code);
      log("fleet.device-refused", { route: "none", code: error.code, status: 400 });
      refuseRaw(stream, error, clock);
    },
    frameworkErrors: (problem: Error, _request: FastifyRequest, reply: FastifyReply) => {
      refuse(reply, coded("common.bad-input", codeOf(problem)), clock);
    },
  };
  // Certificates are asked for and shown to identity, which judges: an inspecting proxy hides them.
  const https = tls && {
    ...{ cert: tls.certificate, key: tls.key, ca: identity.ca },
    ...{ requestCert: true, rejectUnauthorized: false, minVersion: "TLSv1.2" as const },
  };
  const app = (https === undefined ? fastify(common) : fastify({ ...common, https })) as unknown as FastifyInstance;

  // The digest that devices sign is over these very bytes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.decorateRequest("device", null as unknown as DeviceIdentity);
  app.decorateReply("refusedFor", null);
  app.setNotFoundHandler((_request, reply) => refuse(reply, coded("fleet-server.no-such-address"), clock));
  app.setErrorHandler((problem, request, reply) => {
    const { statusCode, code } = problem as { statusCode?: number; code?: string };
    if (statusCode === 429) return refuse(reply, coded("fleet-server.too-many-tries"), clock);
    if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
      return refuse(reply, coded("common.bad-input", code ?? "request"), clock);
    logUnexpected(log, request.routeOptions.url ?? "request", problem);
    reply.header("retry-after", retryAfter(context.random));
    return refuse(
      reply,
      coded(isDatabaseAway(problem) ? "fleet-server.database-away" : "fleet-server.internal"),
      clock,
    );
  });
  app.addHook("onResponse", async (request, reply) =>
    options.onAnswered(request.routeOptions.url ?? "none", reply.elapsedTime / 1_000),
  );
  app.addHook("onSend", async (request, reply) => {
    const { refusedFor, statusCode } = reply;
    if (refusedFor !== null) {
      options.onRefused(refusedFor);
      log("fleet.device-refused", {
        ...{ route: request.routeOptions.url ?? "none", code: refusedFor, status: statusCode },
        ...(request.device === null ? {} : { kiosk: request.device.kiosk }),
      });
    }
    if (reply.statusCode === 503 && !reply.hasHeader("retry-after"))
      reply.header("retry-after", retryAfter(context.random));
  });

  await app.register(fastifyRateLimit, { global: false });
  app.get("/health", async () => ({ ok: true, now: clock.now() }));
  enrolmentRoute(app, options);
  await app.register((scope, _options, done) => {
    scope.addHook("preHandler", async (request, reply) => {
      const asked = deviceRequest(request.raw, request.body);
      const judged = await identity.authenticate(asked);
      if (judged.ok) {
        request.device = judged.value;
        return;
      }
      await knocking.refused(asked, judged.error.code);
      return refuse(reply, judged.error, clock);
    });
    deviceRoutes(scope, options);
    done();
  });
  await serveUpdates(app, repository.directory);
  return app;
}

function codeOf(problem: Error): string {
  return "code" in problem && typeof problem.code === "string" ? problem.code : "request";
}

/** Update files are public and guard themselves by their signatures; caches between may keep what never changes. */
async function serveUpdates(app: FastifyInstance, directory: string): Promise<void> {
  for (const [folder, cacheControl] of [
    ["metadata", "no-cache"],
    ["targets", "public, max-age=86400"],
  ] as const)
    await app.register(fastifyStatic, {
      root: `${directory}/${folder}`,
      prefix: `/updates/${folder}/`,
      decorateReply: false,
      index: false,
      dotfiles: "deny",
      setHeaders: (reply) => void reply.header("cache-control", cacheControl),
    });
}
