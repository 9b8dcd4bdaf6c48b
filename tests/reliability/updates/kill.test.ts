import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterEach, expect, test } from "vitest";
import type { Desired, DesiredTarget } from "../../../base/contracts/fleet/desired.ts";
import type { UpdateReport } from "../../../base/contracts/fleet/report.ts";
import { guardKit } from "../../../fleet-agent/guard/testing/kit.ts";
import { until } from "../../support/until.ts";

/** `VENTANILLA_UPDATES=200` makes the long run, `VENTANILLA_SEED` another course. */
const UPDATES = Number(process.env.VENTANILLA_UPDATES ?? 6);
const SEED = Number(process.env.VENTANILLA_SEED ?? 7);
const KILLS = 2;
/** Log lines after which a kill may strike: an update writes about a dozen in each process. */
const LINES = 9;

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** Numbers from 0 below `below`, the same for the same seed (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** A process that is started again when it was killed, and is killed after some of its log lines. */
class Part {
  readonly #start: () => ChildProcess;
  readonly #onKilled: () => void;
  #child: ChildProcess | undefined;
  #linesLeft = Number.POSITIVE_INFINITY;
  kills = 0;

  constructor(start: () => ChildProcess, onKilled: () => void) {
    this.#start = start;
    this.#onKilled = onKilled;
    this.#spawn();
  }

  killAfter(lines: number): void {
    this.#linesLeft = lines;
  }

  /** A process that was killed a moment ago gets the message when its successor is ready. */
  send(message: Desired): void {
    this.#child?.send(message, () => {});
  }

  end(): void {
    this.#linesLeft = Number.POSITIVE_INFINITY;
    this.#child?.removeAllListeners("exit");
    this.#child?.kill("SIGKILL");
  }

  #spawn(): void {
    const child = this.#start();
    this.#child = child;
    children.add(child);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      if (!text.includes('"event"')) process.stderr.write(text);
      this.#linesLeft -= text.split("\n").length - 1;
      if (this.#linesLeft > 0 || child.killed) return;
      this.#linesLeft = Number.POSITIVE_INFINITY;
      this.kills++;
      child.kill("SIGKILL");
    });
    child.once("exit", () => {
      children.delete(child);
      this.#onKilled();
      this.#spawn();
    });
  }
}

test(
  `${UPDATES} updates under SIGKILL: never without a whole release, each ends once and as it must`,
  async () => {
    const kit = guardKit();
    const { directory, root, requests } = kit;
    const roll = dice(SEED);
    writeFileSync(join(directory, "boot"), "first");
    mkdirSync(join(directory, "built-in", "i", "s"), { recursive: true });
    writeFileSync(join(directory, "built-in", "i", "s", "service.yaml"), "built-in");
    const config = join(directory, "guard.yaml");
    const restart = `cat /proc/sys/kernel/random/uuid > "${directory}/boot"`;
    const settings = {
      root,
      requests,
      state: join(root, "state.json"),
      trial: 600,
      starts: 12,
      platform: "test-box",
      trust: join(root, "trust"),
      metadata: root,
    };
    writeFileSync(
      config,
      JSON.stringify({ ...settings, parts: { by: "command", command: ["/bin/sh", "-c", restart] } }),
    );

    let desired: Desired | undefined;
    const run = (file: string, ...given: string[]) =>
      fork(fileURLToPath(new URL(file, import.meta.url)), given, {
        stdio: ["ignore", "ignore", "pipe", "ipc"],
        execArgv: [],
      });
    const whole = () => void kit.running();
    const guard = new Part(() => run("./guard-child.ts", "--config", config, "--watch"), whole);
    const agent = new Part(() => {
      const child = run("./agent-child.ts", directory);
      child.once("message", () => desired !== undefined && child.send(desired, () => {}));
      return child;
    }, whole);

    const repository: Record<string, unknown> = {};
    let running = "1.0.0";
    for (let update = 0; update < UPDATES; update++) {
      const kind = (["good", "broken", "package"] as const)[roll(3)] ?? "good";
      const version = `2.${update}.0`;
      const { target, custom, file } = kind === "package" ? service(version) : release(version, kind === "broken");
      repository[target.path] = {
        target: { path: target.path, length: target.length, sha256: target.sha256, custom },
        file,
      };
      writeFileSync(join(directory, "repository.json"), JSON.stringify(repository));
      desired = {
        ...{ kiosk: "k-1", revision: update + 1, issuedAt: 0, commands: [] },
        intervals: { desired: 60, heartbeat: 60, machine: 60 },
        ...(kind === "package" ? { services: { "i/s": target } } : { services: {}, release: target }),
      };
      for (let kill = 0; kill < KILLS; kill++) (roll(2) === 0 ? guard : agent).killAfter(1 + roll(LINES));
      agent.send(desired);
      const own = await until(
        `${kind} ${version} ends`,
        () => {
          whole();
          const ended = reports().filter((report) => report.sha256 === target.sha256);
          return ended.length > 0 && ended;
        },
        60_000,
      );
      expect(own.map(({ result }) => result)).toEqual([kind === "broken" ? "rolled-back" : "installed"]);
      if (kind === "good") running = version;
      expect(kit.running()).toBe(running);
    }
    agent.end();
    guard.end();
    const targets = reports().map(({ sha256 }) => sha256);
    expect(new Set(targets).size).toBe(targets.length);
    expect(targets).toHaveLength(UPDATES);
    expect(agent.kills + guard.kills).toBeGreaterThan(0);
    process.stdout.write(`${UPDATES} updates, ${agent.kills} kills of the agent, ${guard.kills} of the guard\n`);
    kit.close();

    function release(version: string, broken: boolean) {
      const { file, length, sha256 } = kit.pack(version, broken ? { adds: { broken: "" } } : {});
      const path = `releases/ventanilla-${version}-test-box.tar.zst`;
      const target: DesiredTarget = { path, version, length, sha256, attempt: 1 };
      return { target, file, custom: { kind: "release", version, platform: "test-box" } };
    }

    function service(version: string) {
      const manifest = JSON.stringify({ service: "i/s", version, needsRelease: "1.0.0" });
      const { file, length, sha256 } = kit.packFiles({ "package.json": manifest, "service.yaml": version });
      const target: DesiredTarget = { path: `services/i.s-${version}.tar.zst`, version, length, sha256, attempt: 1 };
      return { target, file, custom: { kind: "service", version, service: "i/s", needsRelease: "1.0.0" } };
    }

    function reports(): UpdateReport[] {
      const database = new Database(join(directory, "agent.db"), { fileMustExist: false });
      try {
        const rows = database.prepare<[], { update_report: string }>("select update_report from report").all();
        return rows.map(({ update_report: text }) => JSON.parse(text));
      } catch {
        return [];
      } finally {
        database.close();
      }
    }
  },
  Math.max(120_000, UPDATES * 20_000),
);
