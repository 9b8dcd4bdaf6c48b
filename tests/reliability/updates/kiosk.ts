import { randomUUID } from "node:crypto";
import * as nodeFs from "node:fs";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Desired, DesiredTarget } from "../../../base/contracts/fleet/desired.ts";
import type { GuardState } from "../../../base/contracts/fleet/release.ts";
import type { Report, UpdateReport } from "../../../base/contracts/fleet/report.ts";
import type { RuntimeStatus } from "../../../base/contracts/runtime-control.ts";
import { silentLogger } from "../../../base/log.ts";
import { Subject } from "../../../base/observable.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { assertOk, err, ok } from "../../../base/result.ts";
import { guardKit, type packRelease, unpackRelease } from "../../../fleet-agent/guard/testing/kit.ts";
import type { Software } from "../../../fleet-agent/software/interface.ts";
import { createSoftware, mayPass, type SoftwareOptions } from "../../../fleet-agent/software/software.ts";
import type { AgentStore, NewReport } from "../../../fleet-agent/store/interface.ts";
import type { VerifiedTarget } from "../../../fleet-agent/update/interface.ts";

const DISK_TURNS = 4;
/** Milliseconds. */
const STRIDE = 5_000;
export const PLATFORM = "test-box";
const STATUS: Omit<RuntimeStatus, "version" | "boot" | "mode" | "serving" | "shells" | "services"> = {
  ...{ kiosk: "k-1", startedAt: 0, closed: [], devices: [], institutions: {}, gatewayReachable: true },
  ...{ incidentsWaiting: 0, memory: 1 },
};

/**
 * A kiosk in one process: the real planner, executors, runner and guard on a real directory; a runtime, an update repository and a
 * store of a few lines. An agent that is killed leaves what it had written and never acts again.
 */
export class UpdatedKiosk {
  readonly #kit = guardKit({ trial: 600_000 });
  readonly clock = this.#kit.clock;
  readonly #repository = new Map<string, { target: VerifiedTarget; file: string }>();
  readonly #values = new Map<string, unknown>();
  readonly reports: UpdateReport[] = [];
  readonly violations: string[] = [];
  /** Versions that do not work. */
  readonly broken = new Set<string>();
  #runtime: { mode: RuntimeStatus["mode"]; serving: boolean; boot: string; loaded: Readonly<Record<string, string>> };
  #status = new Subject<RuntimeStatus | undefined>(undefined);
  #guardState = new Subject<GuardState | undefined>(undefined);
  #agent: { readonly software: Software; dead: boolean } | undefined;
  #desired: Desired | undefined;

  constructor() {
    this.#runtime = { mode: "in-service", serving: false, boot: randomUUID(), loaded: {} };
    this.#kit.onRestart = () => this.#restart();
    const builtIn = join(this.#kit.directory, "built-in", "i", "s");
    mkdirSync(builtIn, { recursive: true });
    writeFileSync(join(builtIn, "service.yaml"), "built-in");
    this.#publish();
  }

  get running(): string {
    return this.#kit.running();
  }

  get loaded(): string {
    return this.#runtime.loaded["i/s"] ?? "built-in";
  }

  get mode(): string {
    return this.#runtime.mode;
  }

  get software(): Software {
    if (this.#agent === undefined) throw new Error("no agent");
    return this.#agent.software;
  }

  release(version: string, attempt = 1, change?: Parameters<typeof packRelease>[2]): DesiredTarget {
    const { file, length, sha256 } = this.#kit.pack(version, change);
    const path = `releases/ventanilla-${version}-${PLATFORM}.tar.zst`;
    const custom = { kind: "release", version, platform: PLATFORM } as const;
    this.#repository.set(path, { target: { path, length, sha256, custom }, file });
    return { path, version, length, sha256, attempt };
  }

  package(version: string): DesiredTarget {
    const manifest = JSON.stringify({ service: "i/s", version, needsRelease: "1.0.0" });
    const { file, length, sha256 } = this.#kit.packFiles({ "package.json": manifest, "service.yaml": version });
    const path = `services/i.s-${version}.tar.zst`;
    const custom = { kind: "service", version, service: "i/s", needsRelease: "1.0.0" } as const;
    this.#repository.set(path, { target: { path, length, sha256, custom }, file });
    return { path, version, length, sha256, attempt: 1 };
  }

  /** A citizen comes, if the kiosk is open, and stays. */
  citizen(milliseconds: number): void {
    if (this.#runtime.mode !== "in-service") return;
    this.#runtime = { ...this.#runtime, serving: true };
    this.clock.setTimeout(() => {
      this.#runtime = { ...this.#runtime, serving: false };
      this.#publish();
    }, milliseconds);
    this.#publish();
  }

  /** A version that did not work does, from now on. */
  repair(version: string): void {
    this.broken.delete(version);
    this.#publish();
  }

  pursue(release: DesiredTarget | undefined, service?: DesiredTarget): void {
    this.#desired = {
      ...{ kiosk: "k-1", revision: 1, issuedAt: 0, commands: [] },
      intervals: { desired: 60, heartbeat: 60, machine: 60 },
      services: service === undefined ? {} : { "i/s": service },
      ...(release === undefined ? {} : { release }),
    };
    this.#agent?.software.pursue(this.#desired);
  }

  /**
   * Starts an agent in place of the one before.
   *
   * @param boundary called before and after everything that the agent does to the world; `true` kills it there.
   */
  start(boundary: () => boolean = () => false): void {
    const agent = { software: undefined as Software | undefined, dead: false };
    const passed = () => {
      agent.dead ||= boundary();
      return !agent.dead;
    };
    const never = new Promise<never>(() => {});
    /** What the agent does: not at all once it is dead, and without an answer when it dies meanwhile. */
    const act = async <T>(deed: () => T | Promise<T>): Promise<T> => {
      if (!passed()) return await never;
      const done = await deed();
      return passed() ? done : await never;
    };
    agent.software = createSoftware(this.#options(act, passed));
    this.#agent = agent as { readonly software: Software; dead: boolean };
    if (this.#desired !== undefined) agent.software.pursue(this.#desired);
  }

  get dead(): boolean {
    return this.#agent?.dead ?? true;
  }

  /** Lets time pass in strides, with room for the real disk, until `reached`. */
  async drive(reached: () => boolean, what: string): Promise<void> {
    for (let stride = 0; stride < 1_000; stride++) {
      if (reached()) return;
      // The guard's copy of a file takes real time.
      for (let turn = 0; turn < DISK_TURNS; turn++) await stat(this.#kit.directory);
      await this.clock.advance(STRIDE);
      this.#guardState.set(assertOk(this.#kit.guard().state(), "state"));
      this.#publish();
      if (stride % 3 === 2) await this.#kit.guard().once();
      this.#kit.running();
    }
    throw new Error(
      `not reached: ${what}; ${JSON.stringify([this.#values.get("software"), this.#kit.guard().state()])}`,
    );
  }

  async close(): Promise<void> {
    if (this.#agent?.dead === false) await this.#agent.software.stop();
    this.#kit.close();
  }

  #options(act: <T>(deed: () => T | Promise<T>) => Promise<T>, passed: () => boolean): SoftwareOptions {
    const kit = this.#kit;
    return {
      store: this.#store(passed),
      runtime: {
        status: this.#status,
        setMode: (mode) =>
          act(() => {
            this.#runtime = { ...this.#runtime, mode };
            this.#publish();
            return ok(this.#now());
          }),
        loadServices: (directory, versions) =>
          act(() => {
            const offered = readFileSync(join(directory, "i", "s", "service.yaml"), "utf8");
            if (this.broken.has(offered)) return err(coded("common.bad-input", offered));
            this.#runtime = { ...this.#runtime, loaded: versions };
            this.#publish();
            return ok(this.#now());
          }),
        testDevice: async () => err(coded("common.defect")),
        resetDevice: async () => err(coded("common.defect")),
        journeys: async () => err(coded("common.defect")),
      },
      guard: {
        state: this.#guardState,
        ask: (request) =>
          act(async () => {
            const answer = await kit.ask(request);
            this.#guardState.set(assertOk(kit.guard().state(), "state"));
            return ok(answer);
          }),
      },
      updates: {
        refresh: () => act(() => ok({ expires: 1 })),
        find: (path) =>
          act(() => {
            const found = this.#repository.get(path);
            return found === undefined ? err(coded("common.bad-input", path)) : ok(found.target);
          }),
        download: (target) =>
          act(() => ok({ file: this.#repository.get(target.path)?.file ?? "", fetched: target.length })),
      },
      unpack: (file, directory) => act(() => unpackRelease(nodeFs)(file, directory)),
      data: join(kit.directory, "data"),
      builtInServices: join(kit.directory, "built-in"),
      platform: PLATFORM,
      limits: { trial: 300_000, stable: 5_000, absence: 30_000, boots: 5 },
      passing: mayPass,
      clock: this.clock,
      random: () => 0.5,
      log: silentLogger,
    };
  }

  #store(passed: () => boolean): AgentStore {
    let begun: { values: Map<string, unknown>; reports: UpdateReport[] } | undefined;
    const append = (report: NewReport) => {
      if (report.type === "update") begun?.reports.push(report.update);
    };
    return {
      outbox: {
        ...{ stream: randomUUID(), session: 1, waiting: new Subject(0), append },
        next: (): readonly Report[] => [],
        acknowledge: () => {},
      },
      values: {
        get: (name) => structuredClone(this.#values.get(name)),
        set: (name, value) => void begun?.values.set(name, structuredClone(value)),
      },
      transaction: (work) => {
        begun = { values: new Map(), reports: [] };
        const alive = passed();
        const result = work();
        if (alive) {
          for (const [name, value] of begun.values) this.#values.set(name, value);
          this.reports.push(...begun.reports);
          passed();
        }
        begun = undefined;
        return result;
      },
      close: () => {},
    };
  }

  #restart(): void {
    if (this.#runtime.serving) this.violations.push(`restarted under a citizen`);
    this.#runtime = { mode: "in-service", serving: false, boot: randomUUID(), loaded: {} };
    this.#publish();
  }

  #now(): RuntimeStatus {
    const { loaded, ...rest } = this.#runtime;
    const version = this.#kit.running();
    const service = { id: "i/s", version: loaded["i/s"] ?? "built-in", available: true, obstacles: [] };
    return { ...STATUS, ...rest, version, shells: this.broken.has(version) ? 0 : 1, services: [service] };
  }

  #publish(): void {
    this.#status.set(this.#now());
  }

  /** Overlays that lie about. */
  get overlays(): number {
    return this.#namesIn("overlays").length;
  }

  /** Versions of the service package that lie about. */
  get unpacked(): number {
    return this.#namesIn("services", "i", "s").length;
  }

  #namesIn(...path: string[]): string[] {
    const directory = join(this.#kit.directory, "data", ...path);
    return existsSync(directory) ? readdirSync(directory) : [];
  }
}
