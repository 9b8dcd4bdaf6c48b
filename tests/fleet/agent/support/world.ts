import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importPKCS8, importSPKI, jwtVerify } from "jose";
import type { Desired } from "../../../../base/contracts/fleet/desired.ts";
import type { GuardRequest, GuardState } from "../../../../base/contracts/fleet/release.ts";
import type { SoftwareSection } from "../../../../base/contracts/fleet/state.ts";
import { silentLogger } from "../../../../base/log.ts";
import { Mutex } from "../../../../base/mutex.ts";
import { systemClock } from "../../../../base/node/system-clock.ts";
import { type DevelopmentPki, ensureDevelopmentPki } from "../../../../base/node/tls.ts";
import { Subject } from "../../../../base/observable.ts";
import { coded } from "../../../../base/registry/coded-error.ts";
import { assertOk, err, ok } from "../../../../base/result.ts";
import { type Agent, startAgent } from "../../../../fleet-agent/agent.ts";
import type { KioskIdentity } from "../../../../fleet-agent/identity/interface.ts";
import { createRuntimeLink } from "../../../../fleet-agent/runtime-link/link.ts";
import { settingsSchema } from "../../../../fleet-agent/settings.ts";
import type { GuardLink, Software } from "../../../../fleet-agent/software/interface.ts";
import { type OpenedStore, openStore } from "../../../../fleet-agent/store/store.ts";
import { FleetServer } from "./fleet-server.ts";
import { RuntimeStandIn } from "./runtime.ts";

export const KIOSK = "demo-1";

/** Signs in a way that the stand-in server can check without cryptography; TLS and the director's signature are real. */
function createIdentity(pki: DevelopmentPki, director: KeyObject): KioskIdentity & { readonly renewals: string[] } {
  const pair = pki.kiosks.get(KIOSK);
  if (pair === undefined) throw new Error("no certificate");
  const credentials = new Subject({ certificate: pair.certificate, key: pair.key, ca: pki.ca.certificate });
  const renewals: string[] = [];
  const spki = director.export({ type: "spki", format: "pem" }).toString();
  return {
    kiosk: KIOSK,
    credentials,
    expires: new Subject(systemClock.now() + 86_400_000),
    renewals,
    sign: async ({ method, url }) => ({ "x-test-signature": `${method} ${url.host}${url.pathname}${url.search}` }),
    verifyDirector: async (jws, type) => {
      try {
        return ok(
          (await jwtVerify(jws, await importSPKI(spki, "EdDSA"), { typ: type, currentDate: new Date(0) })).payload,
        );
      } catch (error) {
        return err(coded("common.bad-input", String(error)));
      }
    },
    renewalDue: () => false,
    prepareRenewal: async () => ({
      csr: "-----BEGIN CERTIFICATE REQUEST-----\n",
      install: (certificate) => {
        renewals.push(certificate);
        return ok();
      },
    }),
  };
}

class SoftwareStandIn implements Software {
  readonly section = new Subject<SoftwareSection>({
    release: "0.1.0",
    slot: "a",
    packages: {},
    update: { state: "idle" },
  });
  readonly pursued: Desired[] = [];
  readonly #mutex = new Mutex();
  pursue(desired: Desired): void {
    this.pursued.push(desired);
  }
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.#mutex.withLock(work);
  }
  async stop(): Promise<void> {}
}

/** An agent of real parts with its runtime, its server, and stand-ins for what updates and privileges need. */
export async function createWorld() {
  const directory = mkdtempSync(join(tmpdir(), "agent-"));
  const pki = await ensureDevelopmentPki({ directory: join(directory, "pki"), kiosks: [KIOSK], clock: systemClock });
  const keys = generateKeyPairSync("ed25519");
  const pem = keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const server = new FleetServer(pki, await importPKCS8(pem, "EdDSA"), KIOSK);
  await server.start();
  const runtime = new RuntimeStandIn(join(directory, "runtime.sock"), KIOSK);
  await runtime.start();
  const identity = createIdentity(pki, keys.publicKey);
  const software = new SoftwareStandIn();
  const restarts: string[] = [];
  let onRestart = async (_request: GuardRequest["do"], _part: string) => {};
  const guard: GuardLink = {
    state: new Subject<GuardState | undefined>(undefined),
    ask: async (request) => {
      const part = request.do === "restart" ? request.part : "";
      restarts.push(part);
      await onRestart(request.do, part);
      return ok({ id: "00000000-0000-4000-8000-000000000000", ok: true });
    },
  };
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
    restarts,
    settings,
    get store() {
      if (running === undefined) throw new Error("the agent does not run");
      return running.store;
    },
    whenRestarting: (work: typeof onRestart) => {
      onRestart = work;
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
