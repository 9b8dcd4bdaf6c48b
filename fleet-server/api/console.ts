import type { AddressInfo } from "node:net";
import fastifyCookie from "@fastify/cookie";
import fastifySwagger, { type FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { type Cookies, cookiesFor } from "../access/cookies.ts";
import { ensureFirstStaff } from "../access/first-staff.ts";
import { OidcSignIn } from "../access/oidc.ts";
import { Sessions } from "../access/sessions.ts";
import { LocalSignIn } from "../access/sign-in.ts";
import { StaffManagement } from "../access/staff.ts";
import type { FleetContext } from "../context.ts";
import { serveBundle } from "./bundle.ts";
import { Kiosks } from "./kiosks.ts";
import { Live } from "./live.ts";
import { mountEndpoints } from "./mount.ts";
import type { ConsoleParts } from "./parts.ts";
import { enrolmentRoutes } from "./routes/enrolment-routes.ts";
import { kioskRoutes } from "./routes/kiosk-routes.ts";
import { metaRoutes } from "./routes/meta-routes.ts";
import { releaseRoutes } from "./routes/release-routes.ts";
import { sessionRoutes } from "./routes/session-routes.ts";
import { staffRoutes } from "./routes/staff-routes.ts";

const API = "/api/v1";

/**
 * Puts the console's API below `/api/v1` of the console's listener and, when the configuration names one, the built console
 * around it. Sees to it that somebody can sign in. Closing the app ends the live streams.
 *
 * @throws Error when the configuration gives a group a role that does not exist, or the bundle is not there.
 */
export async function registerConsole(app: FastifyInstance, context: FleetContext, parts: ConsoleParts): Promise<void> {
  const { settings, db, clock, log, bus } = context;
  await ensureFirstStaff(context);
  const sessions = new Sessions(db, clock);
  const publicUrl = () => (settings.console.publicUrl ?? listenerUrl(app, settings.console.host)).replace(/\/$/, "");
  const cookies = (): Cookies => cookiesFor(publicUrl());
  const redirectUri = () => `${publicUrl()}${API}/session/oidc/callback`;
  const oidc = settings.oidc === undefined ? undefined : new OidcSignIn(context, settings.oidc, sessions, redirectUri);
  const live = new Live(bus, clock, log, (session) => sessions.stands(session));
  app.addHook("preClose", async () => live.close());

  const api: FastifyPluginAsync = async (scope) => {
    await scope.register(fastifyCookie);
    await scope.register(fastifySwagger, {
      openapi: openapi(cookiesFor(settings.console.publicUrl ?? "").session),
      transform: jsonSchemaTransform,
    });
    const local = new LocalSignIn(context, sessions);
    const ended = (session: string) => live.endSession(session);
    const endpoints = [
      ...sessionRoutes(context, { sessions, local, oidc, cookies, ended }),
      ...metaRoutes(scope, live),
      ...kioskRoutes(context, new Kiosks(context, parts)),
      ...enrolmentRoutes(context, parts),
      ...releaseRoutes(context, parts),
      ...staffRoutes(context, parts, new StaffManagement(context, sessions)),
    ];
    mountEndpoints(scope, endpoints, context, { sessions, cookies, publicUrl: settings.console.publicUrl });
  };
  await app.register(api, { prefix: API });
  const { bundle } = settings.console;
  if (bundle !== undefined) serveBundle(app, bundle);
}

/** Known once the app listens. */
function listenerUrl(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function openapi(cookie: string) {
  return {
    openapi: "3.1.0",
    info: {
      title: "Ventanilla fleet server",
      version: "1",
      description: "What staff can do; roles stand at each operation.",
    },
    servers: [{ url: API }],
    components: {
      securitySchemes: {
        session: {
          type: "apiKey" as const,
          in: "cookie",
          name: cookie,
          description: "Also needs `x-csrf-token` to change something.",
        },
        token: {
          type: "http" as const,
          scheme: "bearer",
          description: "The session's token, as the command line sends it.",
        },
      },
    },
  } satisfies FastifyDynamicSwaggerOptions["openapi"];
}
