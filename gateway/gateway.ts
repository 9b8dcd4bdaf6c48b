import type { AddressInfo } from "node:net";
import { type FastifyInstance, fastify } from "fastify";
import type { Clock, Timer } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { coded } from "../base/registry/coded-error.ts";
import type { GatewayConfig } from "./config.ts";
import { observed } from "./connectors/observed.ts";
import { Links } from "./delivery/links.ts";
import { PAGE_HEADERS, problemPage } from "./delivery/page.ts";
import { Health } from "./health.ts";
import { connectInstitutions } from "./operations.ts";
import type { Revocations } from "./revocation.ts";
import { refuse } from "./routes/answers.ts";
import { kioskRoutes } from "./routes/kiosk-routes.ts";
import { publicRoutes } from "./routes/public-routes.ts";
import { openStore } from "./store/database.ts";
import { purge } from "./store/purge.ts";
import { Records } from "./store/records.ts";
import { SubmissionStore } from "./submissions/submission-store.ts";
import { Submissions } from "./submissions/submissions.ts";

export type GatewayTls = {
  /** PEM texts. */
  readonly certificate: string;
  readonly key: string;
  /** Signs the kiosks' client certificates. */
  readonly kioskCa: string;
  /** What that CA has revoked. */
  readonly revocations?: Revocations | undefined;
};

export type GatewayOptions = {
  readonly config: GatewayConfig;
  readonly tls: GatewayTls;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
};

export type Gateway = {
  /** Listens; resolves to the address, e.g. `https://127.0.0.1:4300`. */
  listen(): Promise<string>;
  /** Finishes what is under way, within the configured time, and lets go of everything. */
  stop(): Promise<void>;
};

const BODY_LIMIT = 64 * 1024;
const PURGE_EVERY = 60 * 60 * 1000;

/** Puts the gateway together; nothing is reachable before `listen`. */
export function buildGateway(options: GatewayOptions): Gateway {
  const { config, clock, log } = options;
  const stopping = new AbortController();
  const store = openStore(config.stateDirectory);
  const submissionStore = new SubmissionStore(store);
  const links = new Links(store, clock);
  let address = `https://${config.host}:${config.port}`;
  const institutions = connectInstitutions({
    config,
    clock,
    publicUrl: () => (config.publicUrl ?? address).replace(/\/$/, ""),
    submissions: submissionStore,
    links,
    records: new Records(store, clock),
  });
  const { probes, verifiers } = institutions;
  const operations = observed(institutions.operations, clock, log);
  const submissions = new Submissions({
    store: submissionStore,
    operations,
    clock,
    random: options.random,
    log,
    deadlines: config.deadlines,
  });
  const health = new Health({ probes, clock, log });
  const app = buildApp(options.tls, log);
  void app.register(
    (scope, _options, done) => {
      const { revocations } = options.tls;
      kioskRoutes(scope, { operations, submissions, health, revocations, clock, log, stopping: stopping.signal });
      done();
    },
    { prefix: "/v1" },
  );
  void app.register((scope, _options, done) => {
    publicRoutes(scope, { links, verifiers, clock, log, stopping: stopping.signal });
    done();
  });

  let purgeTimer: Timer | undefined;
  const purgeNow = () => {
    const purged = purge(store, config.retention, clock.now());
    if (purged.submissions + purged.documents + purged.records > 0) log("gateway.purged", purged);
    purgeTimer = clock.setTimeout(purgeNow, PURGE_EVERY);
  };

  return {
    async listen() {
      await app.listen({ host: config.host, port: config.port });
      const { port } = app.server.address() as AddressInfo;
      address = `https://${config.host}:${port}`;
      purgeNow();
      submissions.start();
      return address;
    },
    async stop() {
      purgeTimer?.cancel();
      await submissions.stop();
      stopping.abort();
      await app.close();
      await institutions.close();
      store.database.close();
    },
  };
}

function buildApp(tls: GatewayTls, log: Logger): FastifyInstance {
  const app = fastify({
    // Certificates are asked for and judged, but a phone without one is let in: the kiosks' routes look at the verdict.
    https: {
      cert: tls.certificate,
      key: tls.key,
      ca: tls.kioskCa,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: "TLSv1.2",
    },
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: "idle",
    logger: false,
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).headers(PAGE_HEADERS).send(problemPage("not-found")));
  app.setErrorHandler((problem, request, reply) => {
    request.told ??= { operation: "none", outcome: "none" };
    const { statusCode, code } = problem as { statusCode?: number; code?: string };
    if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
      return refuse(reply, statusCode, coded("common.bad-input", code ?? "request"));
    }
    const error = problem instanceof Error ? problem : new Error("not an error");
    log("gateway.unexpected", { operation: request.told.operation, cause: error.name, where: placeOf(error) });
    return refuse(reply, 500, coded("gateway.internal"));
  });
  return app as unknown as FastifyInstance;
}

/** File and line where an error arose: its message may quote what a citizen sent, this cannot. */
function placeOf(error: Error): string {
  return (
    /\/([\w.-]+\.[jt]s:\d+)/.exec(error.stack?.split("\n").find((line) => /^\s+at /.test(line)) ?? "")?.[1] ?? "unknown"
  );
}
