import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import { fastify } from "fastify";
import { type Kysely, sql } from "kysely";
import type { Clock } from "../../../base/clock.ts";
import type { LogRecord } from "../../../base/log.ts";
import { createLogger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { registerConsole } from "../../../fleet-server/api/console.ts";
import { createAudit } from "../../../fleet-server/audit/audit.ts";
import type { Bus } from "../../../fleet-server/bus/interface.ts";
import { settingsSchema } from "../../../fleet-server/settings.ts";
import { type OpenDatabase, openDatabase } from "../../../fleet-server/store/database.ts";
import { migrate } from "../../../fleet-server/store/migrate.ts";
import type { FleetDatabase } from "../../../fleet-server/store/schema.ts";
import { fakeParts, sharedBus } from "./fakes.ts";

export type ConsoleServer = {
  readonly url: string;
  readonly db: Kysely<FleetDatabase>;
  readonly database: OpenDatabase;
  readonly bus: ReturnType<typeof sharedBus>;
  readonly log: readonly LogRecord[];
  /** `METHOD /path` of everything that is mounted. */
  readonly routes: readonly string[];
  close(): Promise<void>;
};

export type ConsoleServerOptions = {
  readonly clock?: Clock;
  readonly demo?: boolean;
  readonly stateDirectory?: string;
  readonly publicUrl?: string;
  readonly bundle?: string;
  readonly oidc?: Record<string, unknown>;
  /** Shares the database and the bus of another instance. */
  readonly beside?: ConsoleServer;
};

/** The console's API on a live loopback server with an embedded database, the other parts as fakes. */
export async function startConsole(options: ConsoleServerOptions = {}): Promise<ConsoleServer> {
  const { clock = systemClock, beside } = options;
  const database = beside?.database ?? (await openDatabase({ url: undefined, directory: undefined }));
  if (beside === undefined) await migrate(database.db);
  const bus = beside?.bus ?? sharedBus();
  const log: LogRecord[] = [];
  const settings = settingsSchema.parse({
    stateDirectory: options.stateDirectory ?? "/nowhere",
    console: {
      ...(options.publicUrl === undefined ? {} : { publicUrl: options.publicUrl }),
      ...(options.bundle === undefined ? {} : { bundle: options.bundle }),
    },
    devices: {},
    repository: "/nowhere",
    keys: "/nowhere",
    demo: options.demo ?? true,
    ...(options.oidc === undefined ? {} : { oidc: options.oidc }),
  });
  const app = fastify({ logger: false, forceCloseConnections: true });
  const routes: string[] = [];
  app.addHook("onRoute", ({ method, url }) => void routes.push(`${method} ${url}`));
  await registerConsole(
    app,
    {
      ...{ settings, db: database.db, instance: randomUUID(), bus: bus as Bus, audit: createAudit(clock), clock },
      ...{ random: Math.random, log: createLogger("fleet-server", (record) => log.push(record)) },
    },
    fakeParts(clock),
  );
  await app.listen({ host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return {
    ...{ url, db: database.db, database, bus, log, routes },
    close: async () => {
      await app.close();
      if (beside === undefined) await database.close();
    },
  };
}

/** A browser's view of the API: keeps the cookie, sends origin and CSRF token. */
export class StaffBrowser {
  readonly url: string;
  cookie = "";
  csrf = "";

  constructor(url: string) {
    this.url = url;
  }

  async signIn(name: string, password = `demo-${name}`, more: object = {}): Promise<Response> {
    const response = await this.send("POST", "/session", { name, password, ...more });
    if (response.ok) {
      this.cookie = response.headers
        .getSetCookie()
        .map((text) => text.split(";")[0])
        .join("; ");
      this.csrf = ((await response.clone().json()) as { csrf: string }).csrf;
    }
    return response;
  }

  send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(this.cookie === "" ? {} : { cookie: this.cookie }),
        ...(method === "GET" ? {} : { origin: this.url, "x-csrf-token": this.csrf }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async get(path: string): Promise<unknown> {
    const response = await this.send("GET", path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return await response.json();
  }
}

export async function browserOf(server: ConsoleServer, name: string): Promise<StaffBrowser> {
  const browser = new StaffBrowser(server.url);
  const response = await browser.signIn(name);
  if (!response.ok) throw new Error(`${name} cannot sign in: ${response.status} ${await response.text()}`);
  return browser;
}

/** What a failed request says. */
export async function failure(response: Promise<Response>): Promise<{ status: number; code: string }> {
  const answered = await response;
  const { code } = (await answered.json()) as { code: string };
  return { status: answered.status, code };
}

export async function auditActions(db: Kysely<FleetDatabase>): Promise<string[]> {
  const { rows } = await sql<{ action: string }>`select action from audit order by number`.execute(db);
  return rows.map(({ action }) => action);
}

/** What somebody with all rights on the database could do. */
export async function alterAudit(db: Kysely<FleetDatabase>, number: number): Promise<void> {
  await sql`alter table audit disable trigger audit_append_only`.execute(db);
  await sql`update audit set actor = 'somebody' where number = ${number}`.execute(db);
  await sql`alter table audit enable trigger audit_append_only`.execute(db);
}
