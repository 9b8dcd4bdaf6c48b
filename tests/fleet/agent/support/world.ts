import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importPKCS8 } from "jose";
import { silentLogger } from "../../../../base/log.ts";
import { systemClock } from "../../../../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../../../../base/node/tls.ts";
import { assertOk } from "../../../../base/result.ts";
import { type Agent, startAgent } from "../../../../fleet-agent/agent.ts";
import { createRuntimeLink } from "../../../../fleet-agent/runtime-link/link.ts";
import { settingsSchema } from "../../../../fleet-agent/settings.ts";
import { type OpenedStore, openStore } from "../../../../fleet-agent/store/store.ts";
import { FleetServer } from "./fleet-server.ts";
import { RuntimeStandIn } from "./runtime.ts";
import { GuardStandIn, IdentityStandIn, KIOSK, type Papers, SoftwareStandIn } from "./stand-ins.ts";

/** Whose certificate stands for the renewed one. */
const RENEWED = "demo-1-renewed";

/** An agent of real parts with its runtime, its server, and stand-ins for what updates and privileges need. */
export async function createWorld() {
  const directory = mkdtempSync(join(tmpdir(), "agent-"));
  const pki = await ensureDevelopmentPki({
    directory: join(directory, "pki"),
    kiosks: [KIOSK, RENEWED],
    clock: systemClock,
  });
  const own = pki.kiosks.get(KIOSK);
  const renewed = pki.kiosks.get(RENEWED);
  if (own === undefined || renewed === undefined) throw new Error("no certificates");
  const keys = generateKeyPairSync("ed25519");
  const pem = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const server = new FleetServer(pki, await importPKCS8(pem, "EdDSA"), KIOSK, renewed.certificate);
  await server.start();
  const runtime = new RuntimeStandIn(join(directory, "runtime.sock"), KIOSK);
  await runtime.start();
  const papers: Papers = {
    credentials: { certificate: own.certificate, key: own.key, ca: pki.ca.certificate },
    nextKey: renewed.key,
    director: keys.publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
  const identity = new IdentityStandIn(papers);
  const software = new SoftwareStandIn();
  const guard = new GuardStandIn();
  const data = join(directory, "data");
  mkdirSync(data);
  const settings = settingsSchema.parse({
    server: server.url,
    identity: directory,
    data,
    runtimeSocket: join(directory, "runtime.sock"),
    guard: { requests: directory, state: join(directory, "state.json") },
    builtInServices: directory,
    logs: { runtime: join(directory, "runtime.log") },
    intervals: { desired: 300, heartbeat: 60, machine: 900 },
  });
  let running: { agent: Agent; store: OpenedStore; link: ReturnType<typeof createRuntimeLink> } | undefined;
  const world = {
    directory,
    server,
    runtime,
    identity,
    software,
    guard,
    papers,
    settings,
    get running() {
      if (running === undefined) throw new Error("the agent does not run");
      return running;
    },
    start: (change: Partial<typeof settings> = {}) => {
      const store = assertOk(openStore({ directory: data, clock: systemClock }), "store");
      const link = createRuntimeLink({
        socketPath: settings.runtimeSocket,
        clock: systemClock,
        random: Math.random,
        log: silentLogger,
      });
      const agent = startAgent({
        settings: { ...settings, ...change },
        version: "0.1.0",
        serverCa: undefined,
        identity,
        store,
        link,
        software,
        guard,
        clock: systemClock,
        random: Math.random,
        log: silentLogger,
      });
      running = { agent, store, link };
    },
    halt: async () => {
      await running?.agent.stop();
      await running?.link.stop();
      running?.store.close();
      running = undefined;
    },
    stop: async () => {
      await world.halt();
      await runtime.stop();
      await server.stop();
    },
  };
  return world;
}
