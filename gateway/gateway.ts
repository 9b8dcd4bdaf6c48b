import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type FastifyInstance, fastify } from "fastify";
import type { Clock, Timer } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { coded } from "../base/registry/coded-error.ts";
import { Attachments } from "./attachments/attachments.ts";
import type { GatewayConfig } from "./config.ts";
import { observed } from "./connectors/observed.ts";
import type { PhoneDocument } from "./delivery/documents.ts";
import type { Draft } from "./delivery/drafts.ts";
import { Links } from "./delivery/links.ts";
import { PAGE_HEADERS, problemPage } from "./delivery/page.ts";
import { Health } from "./health.ts";
import { Logins } from "./login/logins.ts";
import { connectInstitutions } from "./operations.ts";
import type { Revocations } from "./revocation.ts";
import { refuse } from "./routes/answers.ts";
import { kioskLoginRoutes } from "./routes/kiosk-login-routes.ts";
import { kioskRoutes } from "./routes/kiosk-routes.ts";
import { loginRoutes } from "./routes/login-routes.ts";
import { publicRoutes } from "./routes/public-routes.ts";
import { WrongTries } from "./routes/wrong-tries.ts";
import { SealingKeys } from "./sealing/sealing-keys.ts";
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
  const links = new Links<PhoneDocument>(store, clock, "link");
  const drafts = new Links<Draft>(store, clock, "draft");
  let address = `https://${config.host}:${config.port}`;
  const publicUrl = () => (config.publicUrl ?? address).replace(/\/$/, "");
  const records = new Records(store, clock);
  const attachments = new Attachments(store, clock, config.attachments.unclaimed);
  const logins = config.institutions.claveunica === undefined ? undefined : new Logins(clock, config.retention.login);
  const institutions = connectInstitutions({
    ...{ config, clock, publicUrl, links, drafts, records, store, logins, attachments },
    submissions: submissionStore,
  });
  const { probes, verifiers, claveUnica, turn } = institutions;
  const operations = observed(institutions.operations, clock, log);
  const submissions = new Submissions({
    store: submissionStore,
    attachments,
    operations,
    clock,
    random: options.random,
    log,
    deadlines: config.deadlines,
  });
  const health = new Health({ probes, clock, log });
  let sealing: SealingKeys | undefined;
  const sealingKeys = () => {
    if (sealing === undefined) throw new Error("the gateway serves before it has its keys");
    return sealing;
  };
  const app = buildApp(options.tls, log);
  void app.register(
    (scope, _options, done) => {
      const { revocations } = options.tls;
      kioskRoutes(scope, {
        ...{ operations, submissions, sealing: sealingKeys, health, revocations, attachments, clock, log },
        uploadWithin: config.deadlines.upload,
        stopping: stopping.signal,
      });
      kioskLoginRoutes(scope, logins, publicUrl);
      done();
    },
    { prefix: "/v1" },
  );
  const tries = new WrongTries(clock);
  void app.register((scope, _options, done) => {
    publicRoutes(scope, {
      ...{ links, drafts, publicUrl, verifiers, turn, tries, log },
      draftLife: config.retention.draft,
      stopping: stopping.signal,
    });
    done();
  });
  if (claveUnica !== undefined && logins !== undefined)
    void app.register((scope, _options, done) => {
      loginRoutes(scope, { logins, claveUnica, records, tries, log });
      done();
    });

  let purgeTimer: Timer | undefined;
  const purgeNow = () => {
    const purged = purge(store, config.retention, clock.now());
    if (Object.values(purged).some((count) => count > 0)) log("gateway.purged", purged);
    void sealing?.rotate().catch((problem: unknown) =>
      log("gateway.unexpected", {
        ...{ operation: "sealing-keys", cause: problem instanceof Error ? problem.name : "unknown", where: "rotate" },
      }),
    );
    purgeTimer = clock.setTimeout(purgeNow, PURGE_EVERY);
  };

  return {
    async listen() {
      const file = join(config.stateDirectory, "sealing.keys");
      sealing = await SealingKeys.open({ file, config: config.sealing, clock, log });
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
      await sealing?.stop();
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
