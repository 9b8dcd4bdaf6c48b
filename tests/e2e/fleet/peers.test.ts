import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, fetch } from "undici";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../../../base/node/tls.ts";
import { assertOk } from "../../../base/result.ts";
import { enrol } from "../../../fleet-agent/identity/enrol.ts";
import {
  commandListSchema,
  journeyCountersSchema,
  kioskDetailSchema,
} from "../../../fleet-server/api/contract/kiosks.ts";
import { rolloutRowSchema, targetListSchema } from "../../../fleet-server/api/contract/releases.ts";
import { addServiceDirectory } from "../../../fleet-server/repository/edit.ts";
import { initRepository } from "../../../fleet-server/repository/make.ts";
import { signOnline } from "../../../fleet-server/repository/sign-online.ts";
import { Part } from "../../../scripts/demo/part.ts";
import { newService } from "../../../scripts/demo/releases.ts";
import { StaffClient } from "../../../scripts/demo/staff-client.ts";
import { RuntimeStandIn } from "../../fleet/agent/support/runtime.ts";
import { freePort } from "../../support/free-port.ts";
import { type Nginx, nginxMissing, startNginx } from "../../support/nginx.ts";
import { type PostgresServer, postgresMissing, startPostgres } from "../../support/postgres.ts";
import { until } from "../../support/until.ts";

/** Two fleet servers on one PostgreSQL server behind nginx round robin; two kiosks by the front door, one through an inspecting proxy. */
const missing = nginxMissing() ?? postgresMissing();
const SERVICE = "srcei/certificado-matricula";
const KIOSKS = ["north", "middle", "south"] as const;
/** Goes through the proxy that opens TLS and shows no client certificate. */
const INSPECTED = "south";

const directory = mkdtempSync(join(tmpdir(), "peers-"));
const repository = {
  ...{ directory: join(directory, "repository"), keys: join(directory, "offline"), clock: systemClock },
  onlineKeys: join(directory, "keys"),
};
const runtimes = new Map<string, RuntimeStandIn>();
const agents = new Map<string, Part>();
const servers: Part[] = [];
let consoles: readonly string[] = [];
let staff: readonly StaffClient[] = [];
let database: string;
let postgres: PostgresServer | undefined;
let nginx: Nginx | undefined;
let door: string;

beforeAll(async () => {
  if (missing !== undefined) return;
  assertOk(await initRepository(repository), "repository");
  const versions = { version: "1.0.0", needsRelease: "0.1.0" };
  const service = newService(join(directory, "scratch"));
  assertOk(await addServiceDirectory(repository, service, versions, "A new service."), "service package");
  assertOk(await signOnline(repository), "signatures");
  postgres = await startPostgres();
  database = postgres.newDatabase();
  const [front, inspecting, ...own] = await Promise.all(Array.from({ length: 6 }, freePort));
  door = `https://127.0.0.1:${front}`;
  const consolePorts = own.slice(0, 2);
  const devicePorts = own.slice(2);
  for (const [index, port] of devicePorts.entries())
    await startServer(index, consolePorts[index] ?? 0, port, `https://127.0.0.1:${front}`);
  consoles = consolePorts.map((port) => `http://127.0.0.1:${port}`);
  staff = await Promise.all(consoles.map((url) => StaffClient.signIn(url)));
  const pki = await ensureDevelopmentPki({ directory: join(directory, "pki"), kiosks: [], clock: systemClock });
  const http = proxies(devicePorts, front ?? 0, inspecting ?? 0, pki.server);
  nginx = await startNginx(join(directory, "nginx"), http, front ?? 0);
  for (const kiosk of KIOSKS)
    await startKiosk(kiosk, kiosk === INSPECTED ? `https://127.0.0.1:${inspecting}` : door, pki.ca);
}, 240_000);
afterAll(async () => {
  await Promise.all([...agents.values()].map((agent) => agent.stop()));
  await Promise.all([...runtimes.values()].map((runtime) => runtime.stop()));
  await nginx?.stop();
  await Promise.all(servers.map((server) => server.stop()));
  postgres?.stop();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach((context) => {
  if (missing !== undefined) context.skip(missing);
});

describe("two instances behind nginx", () => {
  test("kiosks that enrolled through it report, and keep their connections open through it", async () => {
    for (const kiosk of KIOSKS) await until(`${kiosk} is connected`, async () => (await detail(kiosk)).connected);
    expect((await detail("north")).state.service?.state).toBe("in-service");
  });

  test("a service package is downloaded through it and offered", async () => {
    const { targets } = targetListSchema.parse(await a().call("GET", "/targets"));
    const rings = [{ ring: "general", success: 100, error: 0 }];
    const plan = { target: targets[0]?.path, rings, silentAfter: 3600, reason: "", dryRun: false };
    const { id } = rolloutRowSchema.parse(await a().call("POST", "/rollouts", plan));
    const state = async () => rolloutRowSchema.parse(await b().call("GET", `/rollouts/${id}`)).state;
    await until("finished", async () => (await state()) === "finished", 60_000);
    for (const runtime of runtimes.values())
      expect(runtime.status.services).toContainEqual({
        ...{ id: SERVICE, version: "1.0.0", available: true, obstacles: [] },
      });
  });

  test("a command reaches a kiosk whichever instance holds its connection", async () => {
    // Each kiosk is connected to one of the two, and hears from both.
    for (const [client, name, mode] of [
      [a(), "maintenance", "maintenance"],
      [b(), "resume", "in-service"],
    ] as const) {
      for (const kiosk of KIOSKS)
        await client.call("POST", `/kiosks/${kiosk}/commands`, { command: { name }, reason: "" });
      for (const kiosk of KIOSKS) await until(`${kiosk}: ${mode}`, () => runtimes.get(kiosk)?.status.mode === mode);
    }
    for (const kiosk of KIOSKS)
      await until(`both are done at ${kiosk}`, async () => {
        const { commands } = commandListSchema.parse(await a().call("GET", `/kiosks/${kiosk}/commands`));
        return commands.length === 2 && commands.every(({ state }) => state === "done");
      });
  });

  test("while one instance after the other is gone, nothing is lost or doubled", async () => {
    const visit = (kiosk: string) => runtimes.get(kiosk)?.serve("delivered", Date.now() - 60_000, 30);
    for (const kiosk of KIOSKS) visit(kiosk);
    for (const server of servers) {
      server.kill();
      await until("it is gone", () => server.pid === undefined);
      for (const kiosk of KIOSKS) for (let count = 0; count < 5; count++) visit(kiosk);
      await server.start();
    }
    for (const kiosk of KIOSKS) {
      visit(kiosk);
      await until(`12 journeys of ${kiosk}`, async () => (await counted(kiosk)) === 12, 90_000);
    }
  });

  test("a revoked certificate is refused by nginx itself, from the fleet's list", async () => {
    const { credentials } = places("middle");
    const status = async () => {
      const [cert, key] = ["kiosk.crt", "kiosk.key"].map((name) => readFileSync(join(credentials, name), "utf8"));
      const dispatcher = new Agent({ connect: { cert: cert ?? "", key: key ?? "", rejectUnauthorized: false } });
      const answer = await fetch(`${door}/device/v1/desired`, { dispatcher });
      await dispatcher.close();
      return { status: answer.status, words: await answer.text() };
    };
    expect((await status()).status).toBe(401);
    const list = () => readFileSync(join(repository.onlineKeys, "kiosks.crl"), "utf8");
    const before = list();
    await b().call("POST", "/kiosks/middle/revocation", { reason: "stolen" });
    await until("the list is written", () => list() !== before);
    nginx?.reload();
    await until("nginx says so", async () => (await status()).words.includes("SSL certificate error"));
  });

  test("promtool has nothing against the metrics", async (context) => {
    const metrics = await (await fetch(`${consoles[0]}/metrics`)).text();
    const check = spawnSync("promtool", ["check", "metrics"], { input: metrics });
    if (check.error !== undefined) context.skip("Debian's prometheus package with promtool is not installed");
    expect(check.stdout.toString() + check.stderr.toString()).toBe("");
    expect(metrics).toContain("ventanilla_fleet_kiosks_connected");
  });
});

const a = () => staff[0] as StaffClient;
const b = () => staff[1] as StaffClient;
const detail = async (kiosk: string) => kioskDetailSchema.parse(await a().call("GET", `/kiosks/${kiosk}`));

async function counted(kiosk: string): Promise<number> {
  const { hours } = journeyCountersSchema.parse(await a().call("GET", `/kiosks/${kiosk}/journeys`));
  return hours.reduce((sum, { count }) => sum + count, 0);
}

function places(kiosk: string) {
  const own = join(directory, "kiosks", kiosk);
  return { own, identity: join(own, "identity"), credentials: join(own, "credentials") };
}

async function startServer(index: number, consolePort: number, port: number, publicUrl: string): Promise<void> {
  const state = join(directory, `server-${index}`);
  mkdirSync(state);
  const config = join(state, "fleet.json");
  writeFileSync(
    config,
    JSON.stringify({
      ...{ stateDirectory: state, database, repository: repository.directory, keys: repository.onlineKeys },
      console: { port: consolePort },
      devices: { port, plain: true, publicUrl },
      ...{ demo: true, intervals: { desired: 5, heartbeat: 5, machine: 60, silent: 40 } },
    }),
  );
  const server = new Part({
    ...{ name: "fleet", program: "fleet-server/main.ts", arguments: ["--config", config] },
    log: () => {},
    onCrash: () => {},
  });
  servers.push(server);
  await server.start();
}

async function startKiosk(kiosk: string, server: string, ca: { certificate: string; certificatePath: string }) {
  const { own, identity, credentials } = places(kiosk);
  mkdirSync(own, { recursive: true });
  const runtime = new RuntimeStandIn(join(own, "control.sock"), kiosk);
  await runtime.start();
  runtimes.set(kiosk, runtime);
  const enrolled = await enrol({
    ...{ directory: identity, server, trust: { kind: "authority", pem: ca.certificate }, clock: systemClock },
    code: await a().newCode({ kiosk, place: kiosk, site: "Chile", ring: "general" }),
    machine: { hostname: kiosk, platform: `${process.platform}-${process.arch}` },
  });
  assertOk(enrolled, `enrolment of ${kiosk}`);
  const config = join(own, "agent.yaml");
  writeFileSync(
    config,
    stringify({
      ...{ server, serverCa: ca.certificatePath, identity, credentials },
      ...{ data: join(own, "agent"), runtimeSocket: join(own, "control.sock") },
      guard: { requests: join(own, "requests"), state: join(own, "state.json") },
      builtInServices: join(import.meta.dirname, "..", "..", "..", "flows", "services"),
    }),
  );
  mkdirSync(join(own, "agent"));
  const agent = new Part({
    ...{ name: "agent", program: "fleet-agent/main.ts", arguments: ["--config", config] },
    log: () => {},
    onCrash: () => {},
  });
  agents.set(kiosk, agent);
  await agent.start();
}

/** As in `docs/operate.md`, and beside it a proxy that opens TLS without asking for a certificate. */
function proxies(
  ports: readonly number[],
  front: number,
  inspecting: number,
  { certificatePath, keyPath }: { readonly certificatePath: string; readonly keyPath: string },
): string {
  const own = `ssl_certificate ${certificatePath}; ssl_certificate_key ${keyPath};`;
  const pass = `
    proxy_pass http://fleet_devices;
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    proxy_read_timeout 1h;`;
  return `
upstream fleet_devices { ${ports.map((port) => `server 127.0.0.1:${port};`).join(" ")} }
map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
server {
  listen 127.0.0.1:${front} ssl;
  ${own}
  ssl_client_certificate ${repository.onlineKeys}/ca.crt;
  ssl_crl ${repository.onlineKeys}/kiosks.crl;
  ssl_verify_client optional;
  client_max_body_size 4m;
  location = /device/v1/enrolment { ${pass} }
  location /updates/ { ${pass} }
  location /device/ {
    if ($ssl_client_verify != SUCCESS) { return 403; }
    ${pass}
  }
}
server {
  listen 127.0.0.1:${inspecting} ssl;
  ${own}
  location / { ${pass} }
}`;
}
