import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import { systemClock } from "../../base/node/system-clock.ts";
import { serverMessageSchema, VIEW_PROTOCOL } from "../../kiosk/contract/messages.ts";
import { buildRuntime, RUNTIME_NODE_OPTIONS } from "../../scripts/build-runtime.ts";
import { startInstitutions } from "../../simulators/institutions/start.ts";
import { type Figures, median, round } from "./figures.ts";

const ROUNDS = 5;
const START_LIMIT = 1_500;
const MEMORY_LIMIT = 120;
const ROOT = join(import.meta.dirname, "../..");
const SOURCE = join(ROOT, "kiosk/runtime/main.ts");

/** Milliseconds, and megabytes (2^20 bytes) of resident memory at its highest. */
type Round = { readonly start: number; readonly memory: number };

/**
 * From the start of the runtime's process to the first view that a citizen can use, over the WebSocket, and its resident memory
 * then: bundled, as it is deployed (`scripts/build-runtime.ts`), and from source, as developers run it. Device ports exist in
 * no round: a kiosk whose devices are away must show its screen as soon. The limits hold for the bundle. The gateway,
 * from source, is told beside it: from process start to the line that says that it serves.
 */
export async function run(): Promise<Figures> {
  const directory = join(ROOT, "out", "bench-start");
  mkdirSync(directory, { recursive: true });
  const { folder, bytes } = await buildRuntime(join(directory, "runtime"));
  const bundle = join(folder, "main.js");
  const rounds: Round[] = [];
  const source: Round[] = [];
  const gateway: Round[] = [];
  const institutions = await startInstitutions({ clock: systemClock });
  // The first start makes the development certificates.
  await startGateway(directory, institutions.gatewayConfig);
  for (let turn = 0; turn < ROUNDS; turn++) {
    rounds.push(await startOnce(directory, bundle));
    source.push(await startOnce(directory, SOURCE));
    gateway.push(await startGateway(directory, institutions.gatewayConfig));
  }
  await institutions.stop();
  rmSync(directory, { recursive: true });
  const start = median(rounds.map(({ start }) => start));
  const memory = median(rounds.map(({ memory }) => memory));
  return {
    figure: Math.round(start),
    unit: "ms from process start to the first view, bundled runtime",
    limit: START_LIMIT,
    ratio: round(start / START_LIMIT, 3),
    memory: Math.round(memory),
    memoryUnit: "MB peak resident, bundled runtime",
    memoryLimit: MEMORY_LIMIT,
    pass: start <= START_LIMIT && memory <= MEMORY_LIMIT,
    samples: ROUNDS,
    deployable: { megabytes: round(bytes / 1e6, 1), nodeOptions: RUNTIME_NODE_OPTIONS },
    source: inWholeNumbers(source),
    gateway: inWholeNumbers(gateway),
  };
}

function inWholeNumbers(rounds: readonly Round[]): Round {
  return {
    start: Math.round(median(rounds.map(({ start }) => start))),
    memory: Math.round(median(rounds.map(({ memory }) => memory))),
  };
}

async function startGateway(directory: string, institutions: unknown): Promise<Round> {
  const config = join(directory, "gateway.json");
  writeFileSync(config, JSON.stringify({ stateDirectory: join(directory, "gateway"), institutions }));
  const began = performance.now();
  const child = spawn(process.execPath, [join(ROOT, "gateway/main.ts")], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, VENTANILLA_GATEWAY_CONFIG: config, VENTANILLA_GATEWAY_PORT: "0" },
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    await firstLine(child.stdout);
    return { start: performance.now() - began, memory: peakMemory(child.pid) };
  } finally {
    child.kill("SIGTERM");
    await exited;
  }
}

async function startOnce(parent: string, main: string): Promise<Round> {
  const directory = mkdtempSync(join(parent, "kiosk-"));
  const config = join(directory, "kiosk.yaml");
  writeFileSync(
    config,
    JSON.stringify({
      kiosk: { id: "bench", place: "Bench", screenWidth: 337 },
      devices: [
        {
          id: "terminal",
          kind: "payment-terminal",
          model: "transbank-autoservicio",
          port: join(directory, "terminal"),
        },
        { id: "printer", kind: "receipt-printer", model: "epson-tm", port: join(directory, "printer") },
      ],
      gateway: { url: "http://127.0.0.1:9" },
      data: "data",
      view: { port: 0, bundle: join(ROOT, "out/ui"), tokenFile: "token" },
      services: join(ROOT, "flows/services"),
    }),
  );
  const began = performance.now();
  const child = spawn(process.execPath, [...RUNTIME_NODE_OPTIONS, main, "--config", config], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, VENTANILLA_KIOSK_PORT: "" },
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  try {
    const address = await firstLine(child.stdout);
    const token = readFileSync(join(directory, "token"), "utf8").trim();
    await firstView(address.replace(/^kiosk http/, "ws"), token);
    const start = performance.now() - began;
    return { start, memory: peakMemory(child.pid) };
  } finally {
    child.kill("SIGTERM");
    await exited;
    rmSync(directory, { recursive: true });
  }
}

function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: stream });
  return new Promise((resolve, reject) => {
    lines.once("line", resolve);
    lines.once("close", () => reject(new Error("the process ended before it served")));
  });
}

/** Resolves when the first view has arrived and is one that the contract allows. */
function firstView(address: string, token: string): Promise<void> {
  const socket = new WebSocket(`${address}/view`, [VIEW_PROTOCOL, `token.${token}`]);
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.on("message", (data) => {
      const message = serverMessageSchema.parse(JSON.parse(String(data)));
      if (message.type !== "view") return;
      socket.terminate();
      resolve();
    });
  });
}

/** Highest resident memory of the process so far, MB. */
function peakMemory(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
