import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pause } from "../../base/deadline.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { assertOk } from "../../base/result.ts";
import { enrol } from "../../fleet-agent/identity/enrol.ts";
import { kioskDetailSchema } from "../../fleet-server/api/contract/kiosks.ts";
import { AGENT_NODE_OPTIONS, buildAgent } from "../../scripts/build-agent.ts";
import { ROOT } from "../../scripts/bundle.ts";
import { RuntimeStandIn } from "../fleet/agent/support/runtime.ts";
import { until } from "../support/until.ts";
import { type Figures, median, round } from "./figures.ts";
import { startCentre } from "./support/centre.ts";
import { type CountedPath, countedPath } from "./support/counted-path.ts";
import { memoryOf, processorSeconds } from "./support/process-usage.ts";

const KIOSK = "bench-1";
const MEMORY_LIMIT = 70;
const DAY_LIMIT = 1_000_000;
/** Share of one processor that counts as idle. */
const IDLE_LIMIT = 0.002;
/** Milliseconds. */
const SETTLE = 60_000;
const WINDOW = 600_000;
const SAMPLE_EVERY = 10_000;
/** The runtime says something at least this often. */
const STATUS_EVERY = 15_000;
/** After this long what a change caused has gone out. */
const QUIET = 3_000;
const DAY = 86_400_000;
/** A busy kiosk's day, beside what goes over the line anyway. */
const A_DAY_HAS = { journeys: 150, deviceChanges: 30 };
const ROUNDS = 5;

/**
 * The bundled agent as a kiosk runs it, enrolled at a real fleet server, with its WebSocket open and a runtime that speaks, at the default
 * rates: resident memory, processor time and bytes on the line. Bytes are counted above TCP, on a way between agent and server;
 * what a day has is the idle window's bytes carried on, and a busy day's journeys and device changes, measured one by one.
 */
export async function run(): Promise<Figures> {
  const directory = join(ROOT, "out", "bench-agent");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const program = join(await buildAgent(join(directory, "agent")), "main.js");
  const centre = await startCentre({ directory: join(directory, "centre") });
  const path = await countedPath(Number(new URL(centre.devices).port));
  const runtime = new RuntimeStandIn(join(directory, "control.sock"), KIOSK);
  await runtime.start();
  const speaking = setInterval(() => runtime.change({}), STATUS_EVERY);
  const config = await prepare(directory, `https://127.0.0.1:${path.port}`, centre);
  const agent = start(program, config, join(directory, "agent.log"));
  try {
    await agent.ready;
    await until("the kiosk is in service", () => inService(centre));
    await pause(systemClock, SETTLE);
    const began = path.bytes;
    const idle = await watchIdle(agent.pid, path);
    const journey = await costOf(path, () => runtime.serve("done", systemClock.now(), 90));
    const device = await costOf(path, (turn) => turnPrinter(runtime, turn));
    const day = Math.round(
      (idle.bytes / WINDOW) * DAY + A_DAY_HAS.journeys * journey + A_DAY_HAS.deviceChanges * device,
    );
    return {
      figure: round(idle.resident, 1),
      unit: "MB resident, bundled agent, median of the idle window",
      limit: MEMORY_LIMIT,
      ratio: round(idle.resident / MEMORY_LIMIT, 3),
      memory: { private: round(idle.private, 1), peak: round(idle.peak, 1), nodeOptions: AGENT_NODE_OPTIONS },
      idle: {
        processorShare: round(idle.processorShare, 5),
        limit: IDLE_LIMIT,
        seconds: WINDOW / 1000,
        connections: path.connections,
      },
      day: {
        bytes: day,
        limit: DAY_LIMIT,
        idleBytes: Math.round((idle.bytes / WINDOW) * DAY),
        bytesToStart: began,
        bytesAJourney: journey,
        bytesADeviceChange: device,
        counted: A_DAY_HAS,
      },
      deployable: { programKilobytes: Math.round(statSync(program).size / 1e3) },
      pass: idle.resident <= MEMORY_LIMIT && idle.processorShare <= IDLE_LIMIT && day <= DAY_LIMIT,
      samples: idle.samples,
    };
  } finally {
    clearInterval(speaking);
    await agent.stop();
    await runtime.stop();
    await path.close();
    await centre.stop();
    rmSync(directory, { recursive: true });
  }
}

async function prepare(
  directory: string,
  server: string,
  { ca, staff }: Awaited<ReturnType<typeof startCentre>>,
): Promise<string> {
  const identity = join(directory, "identity");
  const enrolled = await enrol({
    ...{ directory: identity, server, trust: { kind: "authority", pem: ca }, clock: systemClock },
    code: await staff.newCode({ kiosk: KIOSK, place: "Bench", site: "Bench", ring: "general" }),
    machine: { hostname: KIOSK, platform: `${process.platform}-${process.arch}` },
  });
  assertOk(enrolled, "enrolment");
  for (const name of ["requests", "services"]) mkdirSync(join(directory, name));
  const state = {
    active: "a",
    slots: { a: { version: "0.1.0", sha256: null }, b: null },
    trial: null,
    rolledBack: null,
  };
  writeFileSync(join(directory, "guard.json"), JSON.stringify(state));
  const config = join(directory, "agent.json");
  const settings = {
    ...{ server, identity, credentials: join(directory, "credentials"), data: join(directory, "data") },
    ...{ runtimeSocket: join(directory, "control.sock"), builtInServices: join(directory, "services") },
    guard: { requests: join(directory, "requests"), state: join(directory, "guard.json") },
  };
  writeFileSync(config, JSON.stringify(settings));
  return config;
}

function start(program: string, config: string, log: string) {
  const child: ChildProcess = spawn(process.execPath, [...AGENT_NODE_OPTIONS, program, "--config", config], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const ready = new Promise<void>((resolve, reject) => {
    if (child.stdout) createInterface({ input: child.stdout }).once("line", () => resolve());
    void exited.then(() => reject(new Error(`the agent ended; see ${log}`)));
  });
  child.stderr?.pipe(createWriteStream(log));
  return {
    ready,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function inService({ staff }: Awaited<ReturnType<typeof startCentre>>): Promise<boolean> {
  const kiosk = kioskDetailSchema.parse(await staff.call("GET", `/kiosks/${KIOSK}`));
  return kiosk.state.service?.state === "in-service" && kiosk.connected;
}

async function watchIdle(pid: number, path: CountedPath) {
  const before = { bytes: path.bytes, processor: processorSeconds(pid), at: performance.now() };
  const samples = [memoryOf(pid)];
  while (performance.now() - before.at < WINDOW) {
    await pause(systemClock, SAMPLE_EVERY);
    samples.push(memoryOf(pid));
  }
  const elapsed = performance.now() - before.at;
  return {
    resident: median(samples.map(({ resident }) => resident)),
    private: median(samples.map((sample) => sample.private)),
    peak: samples.at(-1)?.peak ?? Number.NaN,
    processorShare: ((processorSeconds(pid) - before.processor) * 1000) / elapsed,
    bytes: ((path.bytes - before.bytes) * WINDOW) / elapsed,
    samples: samples.length,
  };
}

/** Bytes on the line that one change causes. */
async function costOf(path: CountedPath, change: (turn: number) => void): Promise<number> {
  const costs: number[] = [];
  for (let turn = 0; turn < ROUNDS; turn++) {
    const before = path.bytes;
    change(turn);
    await until("it is reported", () => path.bytes > before + 500);
    await pause(systemClock, QUIET);
    costs.push(path.bytes - before);
  }
  return median(costs);
}

function turnPrinter(runtime: RuntimeStandIn, turn: number): void {
  const readiness = turn % 2 === 0 ? "unavailable" : "ready";
  runtime.change({ devices: runtime.status.devices.map((device) => ({ ...device, readiness })) });
}
