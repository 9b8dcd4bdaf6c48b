import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { type FastifyInstance, fastify } from "fastify";
import { coded } from "../base/registry/coded-error.ts";
import { createAlerts } from "./alerts/alerts.ts";
import type { Alerts } from "./alerts/interface.ts";
import { fail } from "./api/failures.ts";
import { chainHead } from "./audit/audit.ts";
import type { FleetContext } from "./context.ts";
import { Clones } from "./device/clones.ts";
import { GroupWriter } from "./device/ingest/group.ts";
import { Ingest } from "./device/ingest/ingest.ts";
import { Knocking } from "./device/knocking.ts";
import { buildDeviceListener, type ListenerTls } from "./device/listener.ts";
import { Presence } from "./device/presence.ts";
import { Sockets } from "./device/sockets.ts";
import type { Director } from "./director/interface.ts";
import type { Identity } from "./identity/interface.ts";
import { isThisMachine, mayReadMetrics } from "./metrics/exposure.ts";
import { FleetMetrics } from "./metrics/metrics.ts";
import { repeat } from "./repeat.ts";
import type { Repository } from "./repository/interface.ts";
import type { Rollouts } from "./rollouts/interface.ts";
import { isDatabaseAway } from "./store/away.ts";
import { prune } from "./store/prune.ts";
import { logUnexpected } from "./unexpected.ts";

/** The parts of the fleet server that are made apart and meet here. */
export type FleetParts = {
  readonly identity: Identity;
  readonly director: Director;
  readonly rollouts: Rollouts;
  readonly repository: Repository;
  /** Server certificate of the device listener where the settings name none: one from the fleet's own CA. */
  readonly listenerTls?: () => Promise<ListenerTls>;
  /** Adds the console and its API to the console's listener. */
  readonly registerConsole?: (
    app: FastifyInstance,
    given: { readonly alerts: Alerts; readonly devicesUrl: () => string },
  ) => Promise<void>;
  /** Lets go of what the parts hold, before the database closes. */
  readonly close?: () => void;
};

export type Fleet = {
  readonly alerts: Alerts;
  /** Listens for kiosks and for staff; resolves to both addresses. */
  listen(): Promise<{ readonly devices: string; readonly console: string }>;
  /** Ends connections, finishes what is under way, and lets go of the listeners; the database stays open. */
  stop(): Promise<void>;
};

/** Milliseconds that requests under way get when the server is asked to end. */
const STOP_WITHIN = 5_000;
/** Milliseconds between two turns. */
const EVERY = {
  alerts: 10_000,
  rollouts: 3_000,
  repository: 60_000,
  presence: 30_000,
  prune: 3_600_000,
  audit: 3_600_000,
};

/** Puts the fleet server together; nothing is reachable and nothing happens by itself before `listen`. */
export async function createFleet(context: FleetContext, parts: FleetParts): Promise<Fleet> {
  const { settings, clock, log, db } = context;
  const { identity, director, rollouts, repository } = parts;
  const alerts = createAlerts(context);
  const writer = new GroupWriter({ context, alerts, rollouts, onReports: (count) => metrics.reports(count) });
  const ingest = new Ingest({ db, writer, clock, log });
  const presence = new Presence(context, alerts);
  const knocking = new Knocking(context, alerts);
  const onRefused = (code: string) => metrics.refused(code);
  const clones = new Clones(context, alerts);
  const sockets = new Sockets({ context, identity, presence, knocking, clones, onRefused });
  const metrics = new FleetMetrics(context, {
    socketsOpen: () => sockets.open,
    batchesWaiting: () => ingest.waiting,
  });
  const devices = await buildDeviceListener({
    ...{ context, identity, director, rollouts, repository, alerts, ingest, knocking },
    tls: await listenerTls(context, parts),
    onRefused,
    onAnswered: (route, seconds) => metrics.request(route, seconds),
  });
  devices.server.on("upgrade", (request, stream, head) => void sockets.upgrade(request, stream, head));
  let addresses = { devices: "", console: "" };
  const console = await buildConsoleListener(context, metrics, async (app) => {
    await parts.registerConsole?.(app, {
      alerts,
      devicesUrl: () => addresses.devices,
    });
  });
  const work = (name: keyof typeof EVERY, turn: () => Promise<void>) =>
    repeat({ clock, log, name, pause: EVERY[name] }, turn);
  let endings: (() => Promise<void>)[] = [];

  return {
    alerts,
    async listen() {
      addresses = {
        devices: await listen(devices, settings.devices, settings.devices.plain ? "http" : "https"),
        console: await listen(console, settings.console, "http"),
      };
      endings = [
        work("alerts", () => alerts.tick()),
        work("rollouts", () => rollouts.tick()),
        work("repository", () => repository.refresh()),
        work("presence", () => presence.sweep()),
        // Outside the database, so that what is cut off the chain's end there is missed.
        work("audit", async () => {
          const head = await chainHead(db);
          if (head !== undefined) log("fleet.audit-head", head);
        }),
        work("prune", async () => {
          const pruned = await prune(db, clock.now());
          if (Object.values(pruned).some((count) => count > 0)) log("fleet.pruned", pruned);
        }),
      ];
      return addresses;
    },
    async stop() {
      await Promise.all(endings.map((end) => end()));
      sockets.close();
      // A kiosk that sends its body drop by drop does not hold up the end.
      const patience = clock.setTimeout(() => devices.server.closeAllConnections(), STOP_WITHIN);
      await devices.close();
      patience.cancel();
      await ingest.drain();
      await console.close();
      await presence.flush();
      parts.close?.();
    },
  };
}

async function buildConsoleListener(
  context: FleetContext,
  metrics: FleetMetrics,
  register: (app: FastifyInstance) => Promise<void>,
): Promise<FastifyInstance> {
  const { settings } = context;
  const app = fastify({
    ...{ logger: false, forceCloseConnections: true },
    // Sign-ins are counted by address: behind a proxy on this machine, by the one that the proxy names.
    trustProxy:
      settings.console.publicUrl !== undefined &&
      ((address: string, hop: number) => hop === 0 && isThisMachine(address)),
  });
  app.setErrorHandler((problem, request, reply) => {
    const { statusCode } = problem as { statusCode?: number };
    if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
      const { code, message } = coded("common.bad-input", problem instanceof Error ? problem.message : "request");
      return reply.code(statusCode).send({ code, message });
    }
    logUnexpected(context.log, request.routeOptions.url ?? "request", problem);
    if (isDatabaseAway(problem)) return fail(reply, coded("fleet-server.database-away"));
    const { code, message } = coded("fleet-server.internal");
    return reply.code(500).send({ code, message });
  });
  app.get("/health", async () => {
    await context.db.selectNoFrom((build) => build.lit(1).as("alive")).execute();
    return { ok: true, now: context.clock.now() };
  });
  app.get("/metrics", async (request, reply) => {
    const may = mayReadMetrics(request.raw, settings);
    if (!may.ok) return fail(reply, may.error);
    const { type, text } = await metrics.exposition();
    return reply.type(type).send(text);
  });
  await register(app);
  return app;
}

async function listenerTls({ settings }: FleetContext, parts: FleetParts): Promise<ListenerTls | undefined> {
  const { plain, tls } = settings.devices;
  if (plain) return undefined;
  if (tls !== undefined)
    return { certificate: readFileSync(tls.certificate, "utf8"), key: readFileSync(tls.key, "utf8") };
  if (parts.listenerTls === undefined)
    throw new Error("The device listener has no certificate: set devices.tls, or devices.plain behind a proxy.");
  return await parts.listenerTls();
}

async function listen(
  app: FastifyInstance,
  where: { readonly host: string; readonly port: number },
  scheme: string,
): Promise<string> {
  await app.listen(where);
  const { port } = app.server.address() as AddressInfo;
  const host = where.host.includes(":") ? `[${where.host}]` : where.host;
  return `${scheme}://${host}:${port}`;
}
