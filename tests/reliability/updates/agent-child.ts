import { randomUUID } from "node:crypto";
import * as nodeFs from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { desiredSchema } from "../../../base/contracts/fleet/desired.ts";
import type { RuntimeStatus } from "../../../base/contracts/runtime-control.ts";
import { createProcessLogger } from "../../../base/node/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { Subject, sameData } from "../../../base/observable.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import { createDisk } from "../../../fleet-agent/guard/disk.ts";
import { unpackRelease } from "../../../fleet-agent/guard/testing/kit.ts";
import { createGuardLink } from "../../../fleet-agent/software/guard-link.ts";
import { createSoftware, mayPass } from "../../../fleet-agent/software/software.ts";
import type { AgentStore } from "../../../fleet-agent/store/interface.ts";

/**
 * The software part of an agent as a process of its own, on the directory that is its argument. The runtime is a file beside a
 * file that each restart writes anew; a release with a file `broken` shows no screen.
 */
const [directory = ""] = process.argv.slice(2);
const disk = createDisk();
const read = (file: string) => JSON.parse(nodeFs.readFileSync(file, "utf8"));

function store(): AgentStore {
  const database = new Database(join(directory, "agent.db"));
  database.pragma("journal_mode = WAL");
  database.exec("create table if not exists value (name text primary key, value text)");
  database.exec("create table if not exists report (update_report text)");
  return {
    outbox: {
      ...{ stream: randomUUID(), session: 1, waiting: new Subject(0) },
      append: (report) => {
        if (report.type === "update")
          database.prepare("insert into report values (?)").run(JSON.stringify(report.update));
      },
      next: () => [],
      acknowledge: () => {},
    },
    values: {
      get: (name) => {
        const row = database.prepare<[string], { value: string }>("select value from value where name = ?").get(name);
        return row === undefined ? undefined : JSON.parse(row.value);
      },
      set: (name, value) =>
        void database.prepare("insert or replace into value values (?, ?)").run(name, JSON.stringify(value)),
    },
    transaction: (work) => database.transaction(work)(),
    close: () => database.close(),
  };
}

const stateFile = join(directory, "runtime.json");
type State = { boot: string; mode: RuntimeStatus["mode"]; loaded: Record<string, string> };

function state(): State {
  const boot = nodeFs.readFileSync(join(directory, "boot"), "utf8");
  const written: State | undefined = nodeFs.existsSync(stateFile) ? read(stateFile) : undefined;
  return written?.boot === boot ? written : { boot, mode: "in-service", loaded: {} };
}

function look(): RuntimeStatus | undefined {
  const current = join(directory, "slots", "current");
  try {
    const { boot, mode, loaded } = state();
    return {
      ...{ kiosk: "k-1", startedAt: 0, closed: [], devices: [], institutions: {}, gatewayReachable: true },
      ...{ incidentsWaiting: 0, memory: 1, boot, mode, serving: false },
      version: read(join(current, "release.json")).version,
      shells: nodeFs.existsSync(join(current, "broken")) ? 0 : 1,
      services: [{ id: "i/s", version: loaded["i/s"] ?? "built-in", available: true, obstacles: [] }],
    };
  } catch {
    return undefined;
  }
}

const status = new Subject(look(), sameData);
const every = () => {
  status.set(look());
  systemClock.setTimeout(every, 20);
};
every();

function change(next: Partial<State>) {
  disk.write(stateFile, JSON.stringify({ ...state(), ...next }));
  const now = look();
  status.set(now);
  return now === undefined ? err(coded("common.defect")) : ok(now);
}

const software = createSoftware({
  store: store(),
  runtime: {
    status,
    setMode: async (mode) => change({ mode }),
    loadServices: async (_directory, versions) => change({ loaded: versions }),
    testDevice: async () => err(coded("common.defect")),
    resetDevice: async () => err(coded("common.defect")),
    journeys: async () => err(coded("common.defect")),
  },
  guard: createGuardLink({
    requests: join(directory, "requests"),
    stateFile: join(directory, "slots", "state.json"),
    clock: systemClock,
  }),
  updates: {
    refresh: async () => ok({ expires: 1 }),
    find: async (path) => ok(read(join(directory, "repository.json"))[path].target),
    download: async ({ path, length }) =>
      ok({ file: read(join(directory, "repository.json"))[path].file, fetched: length }),
  },
  unpack: unpackRelease(nodeFs),
  data: join(directory, "data"),
  builtInServices: join(directory, "built-in"),
  platform: "test-box",
  limits: { trial: 1_500, stable: 100, absence: 5_000, boots: 20 },
  passing: mayPass,
  clock: systemClock,
  random: Math.random,
  log: createProcessLogger("agent"),
});
process.on("message", (message) => software.pursue(desiredSchema.parse(message)));
process.send?.("ready");
