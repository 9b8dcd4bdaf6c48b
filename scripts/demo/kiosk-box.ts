import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { stringify } from "yaml";
import { type ReleaseManifest, releaseManifestSchema } from "../../base/contracts/fleet/release.ts";
import { silentLogger } from "../../base/log.ts";
import { Mutex } from "../../base/mutex.ts";
import { RELEASE_LIMITS, unpackArchive } from "../../base/node/archive/unpack.ts";
import { createProcessLogger } from "../../base/node/log.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { assertOk, ok } from "../../base/result.ts";
import { createDisk } from "../../fleet-agent/guard/disk.ts";
import { createGuard, type Guard } from "../../fleet-agent/guard/guard.ts";
import { enrol } from "../../fleet-agent/identity/enrol.ts";
import { openIdentity } from "../../fleet-agent/identity/identity.ts";
import { verifyOffered } from "../../fleet-agent/update/verify-offered.ts";
import { RuntimeLink } from "../../kiosk/shell-electron/runtime-link.ts";
import { deviceEnvironment, kioskConfig } from "./kiosk-config.ts";
import { Part } from "./part.ts";
import { Supervised } from "./supervised.ts";

export type KioskBoxOptions = {
  readonly id: string;
  readonly place: string;
  /** Everything of this kiosk lies here. */
  readonly directory: string;
  /** Folder in which its simulated cables end; its simulators have been started. */
  readonly devices: string;
  /** Archive of the release that the kiosk is delivered with. */
  readonly release: string;
  /** Loopback port of its screen; 0 takes a free one. */
  readonly port: number;
  readonly gateway: { readonly url: string; readonly ca: string };
  /** Address of the fleet server for kiosks, the PEM of its CA, and where a one-time code comes from. */
  readonly fleet: { readonly url: string; readonly ca: string; readonly newCode: () => Promise<string> };
  /** Stands in for a screen, where no window is opened: a kiosk without one is reported as dark. */
  readonly screen: "window" | "stand-in";
  /** Seconds that a new release has to prove itself. */
  readonly trial: number;
  /** Overrides of the runtime's configuration file. */
  readonly runtime?: Readonly<Record<string, unknown>> | undefined;
  readonly log: (part: string, line: string) => void;
  readonly onReady: (part: string, address: string) => void;
};

/** Between two looks of the guard, milliseconds. */
const GUARD_EVERY = 500;
/** Starts of parts that a trial may see. */
const STARTS = 9;

/**
 * One whole kiosk on this machine: two slots with a guard, and runtime and agent started from the current slot and kept running. What
 * systemd does on an appliance this does here; the rest is the appliance's own code.
 */
export class KioskBox {
  readonly #options: KioskBoxOptions;
  readonly #at: (...names: string[]) => string;
  #guard: Guard | undefined;
  #parts: { readonly runtime: Supervised; readonly agent: Supervised } | undefined;
  #screen: RuntimeLink | undefined;
  #ending = new AbortController();
  #address = "";

  constructor(options: KioskBoxOptions) {
    this.#options = options;
    this.#at = (...names) => join(options.directory, ...names);
  }

  get id(): string {
    return this.#options.id;
  }

  get directory(): string {
    return this.#options.directory;
  }

  /** @throws Error before `start`. */
  get parts(): { readonly runtime: Supervised; readonly agent: Supervised } {
    if (this.#parts === undefined) throw new Error(`${this.id} has not been started`);
    return this.#parts;
  }

  /** Address of its screen, once it is up. */
  get address(): string {
    return this.#address;
  }

  get socket(): string {
    return this.#at("view.sock");
  }

  get tokenFile(): string {
    return this.#at("view.token");
  }

  /** Lays everything down that is missing, enrols, and starts; resolves when both parts have been started once. */
  async start(): Promise<void> {
    for (const name of ["slots", "guard/requests", "guard/trust", "agent", "logs", "runtime"])
      mkdirSync(this.#at(name), { recursive: true });
    await this.#layDown();
    await this.#enrol();
    this.#writeConfigurations();
    this.#guard = this.#openGuard();
    assertOk(await this.#guard.once(), `guard of ${this.#options.id}`);
    this.#watchGuard(this.#guard);
    this.#parts = {
      agent: this.#supervise("agent", ["--config", this.#at("agent.yaml")], () => {}),
      runtime: this.#supervise("runtime", ["--config", this.#at("kiosk.yaml")], (address) => {
        this.#address = address;
        this.#options.onReady(this.#options.id, address);
      }),
    };
    // The agent lays down the certificate that the runtime shows to the gateway.
    await this.#parts.agent.start();
    await this.#parts.runtime.start();
    if (this.#options.screen === "stand-in") this.#watchView();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#screen?.stop();
    await Promise.all([this.#parts?.runtime.stop(), this.#parts?.agent.stop()]);
  }

  async #layDown(): Promise<void> {
    if (existsSync(this.#at("slots", "current"))) return;
    // What a start that was interrupted left behind.
    rmSync(this.#at("slots", "slot-a"), { recursive: true, force: true });
    const unpacked = await unpackArchive(this.#options.release, this.#at("slots", "slot-a"), RELEASE_LIMITS);
    assertOk(unpacked, `release of ${this.#options.id}`);
    symlinkSync("slot-a", this.#at("slots", "current"));
  }

  async #enrol(): Promise<void> {
    const { fleet, id } = this.#options;
    const directory = this.#at("identity");
    if (!openIdentity(directory, systemClock).ok) {
      const enrolled = await enrol({
        directory,
        server: fleet.url,
        code: await fleet.newCode(),
        trust: { kind: "authority", pem: fleet.ca },
        machine: { hostname: id, platform: `${process.platform}-${process.arch}` },
        clock: systemClock,
      });
      assertOk(enrolled, `enrolment of ${id}`);
    }
    const { root } = assertOk(openIdentity(directory, systemClock), `identity of ${id}`);
    const trust = this.#at("guard", "trust", "root.json");
    if (!existsSync(trust)) writeFileSync(trust, JSON.stringify(root));
  }

  #writeConfigurations(): void {
    const { id, place, devices, directory, port, gateway, fleet, trial, runtime } = this.#options;
    const current = this.#at("slots", "current");
    const credentials = this.#at("credentials");
    const [certificate, key] = [join(credentials, "kiosk.crt"), join(credentials, "kiosk.key")];
    writeFileSync(
      this.#at("kiosk.yaml"),
      kioskConfig({
        ...{ id, place, devices, directory, port, others: runtime },
        gateway: { ...gateway, certificate, key },
        services: join(current, "runtime", "services"),
        ui: join(current, "ui"),
      }),
    );
    writeFileSync(
      this.#at("agent.yaml"),
      stringify({
        server: fleet.url,
        identity: this.#at("identity"),
        credentials,
        data: this.#at("agent"),
        runtimeSocket: this.#at("control.sock"),
        guard: { requests: this.#at("guard", "requests"), state: this.#at("guard", "state.json") },
        builtInServices: join(current, "runtime", "services"),
        logs: { runtime: this.#at("logs", "runtime.jsonl"), agent: this.#at("logs", "agent.jsonl") },
        trial,
      }),
    );
  }

  #openGuard(): Guard {
    const lock = new Mutex();
    return createGuard({
      root: this.#at("slots"),
      stateFile: this.#at("guard", "state.json"),
      requests: this.#at("guard", "requests"),
      platform: `${process.platform}-${process.arch}`,
      trial: this.#options.trial * 2_000,
      starts: STARTS,
      parts: {
        restart: async (parts) => {
          // Not waited for: a part's start asks the guard.
          for (const part of parts) if (part !== "shell") void this.#parts?.[part].restart();
          return ok();
        },
      },
      verify: (claim, file) =>
        verifyOffered(
          {
            trust: this.#at("guard", "trust"),
            offered: this.#at("agent", "metadata"),
            ...{ clock: systemClock, log: silentLogger },
          },
          claim,
          file,
        ),
      unpack: (file, directory) => unpackArchive(file, directory, RELEASE_LIMITS),
      lock: (work) => lock.withLock(work),
      clock: systemClock,
      disk: createDisk(),
      log: createProcessLogger("guard", { write: (line) => this.#options.log(`${this.id} guard`, line.trimEnd()) }),
    });
  }

  #watchGuard(guard: Guard): void {
    const look = () => {
      if (this.#ending.signal.aborted) return;
      void guard.once().then((done) => {
        if (!done.ok) this.#options.log("guard", done.error.message);
        systemClock.setTimeout(look, GUARD_EVERY);
      });
    };
    look();
  }

  #supervise(
    name: "runtime" | "agent",
    programArguments: readonly string[],
    onReady: (address: string) => void,
  ): Supervised {
    const { id, log, devices } = this.#options;
    const file = this.#at("logs", `${name}.jsonl`);
    const toLog = (line: string) => {
      appendFileSync(file, `${line}\n`);
      log(`${id} ${name}`, line);
    };
    const part = new Part({
      // The runtime speaks of itself as the kiosk.
      name: name === "runtime" ? "kiosk" : name,
      program: () => join(this.#slot(), this.#manifest().parts[name]?.program ?? ""),
      nodeOptions: this.#manifest().parts[name]?.nodeOptions ?? [],
      arguments: programArguments,
      environment: {
        ...(name === "runtime" ? deviceEnvironment(devices) : {}),
        // Papers carry the wall clock of where the kiosk stands, whatever zone this machine is in.
        TZ: "America/Santiago",
        VENTANILLA_KIOSK_PORT: "",
      },
      log: toLog,
      onCrash: () => supervised.crashed(),
    });
    const supervised = new Supervised({
      part,
      beforeStart: async () => {
        const noted = await this.#guard?.noteStart(name);
        if (noted !== undefined && !noted.ok) toLog(noted.error.message);
      },
      onReady,
      log: toLog,
    });
    return supervised;
  }

  #slot(): string {
    return realpathSync(this.#at("slots", "current"));
  }

  #manifest(): ReleaseManifest {
    return releaseManifestSchema.parse(JSON.parse(readFileSync(join(this.#slot(), "release.json"), "utf8")));
  }

  #watchView(): void {
    this.#screen = new RuntimeLink({
      connect: () => connect(this.socket),
      onMessage: () => {},
      onLost: () => {},
      ...{ clock: systemClock, random: Math.random, log: silentLogger },
    });
    this.#screen.start();
  }
}
