import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { WebSocket } from "ws";
import { serverMessageSchema, VIEW_PROTOCOL } from "../../kiosk/contract/messages.ts";

const ROUNDS = 5;
const START_LIMIT = 1_500;
const MEMORY_LIMIT = 120;
const ROOT = join(import.meta.dirname, "../..");
const MEGABYTE = 1024 * 1024;

type Round = { readonly start: number; readonly memory: number };

/** A small young generation costs the runtime no time that anybody sees, and saves 12 MB. */
const NODE_OPTIONS = ["--max-semi-space-size=2"];
const MAIN = join(ROOT, "kiosk/runtime/main.ts");
const NATIVE = ["better-sqlite3", "serialport", "pino"];

/**
 * From the start of the runtime's process to the first view that a citizen can use, over the WebSocket, and its resident memory
 * then (peak, MB): bundled, as it is deployed, and from source, as developers run it. Device ports exist in no round: a kiosk
 * whose devices are away must show its screen as soon. The limits hold for the bundle.
 */
export async function run(): Promise<object> {
  const directory = join(ROOT, "out", "bench-start");
  mkdirSync(directory, { recursive: true });
  const bundle = join(directory, "kiosk/runtime/main.js");
  await build({
    entryPoints: [MAIN],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    external: NATIVE,
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  copyFileSync(join(ROOT, "package.json"), join(directory, "package.json"));
  const rounds: Round[] = [];
  const source: Round[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(await startOnce(directory, bundle));
    source.push(await startOnce(directory, MAIN));
  }
  rmSync(directory, { recursive: true });
  const start = median(rounds.map((round) => round.start));
  const memory = median(rounds.map((round) => round.memory));
  return {
    bench: "start",
    startMilliseconds: Math.round(start),
    startLimit: START_LIMIT,
    memoryMegabytes: Math.round(memory),
    memoryLimit: MEMORY_LIMIT,
    ratio: Number((start / START_LIMIT).toFixed(3)),
    memoryRatio: Number((memory / MEMORY_LIMIT).toFixed(3)),
    sourceStartMilliseconds: Math.round(median(source.map((round) => round.start))),
    sourceMemoryMegabytes: Math.round(median(source.map((round) => round.memory))),
    rounds: ROUNDS,
    ok: start <= START_LIMIT && memory <= MEMORY_LIMIT,
  };
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
  const child = spawn(process.execPath, [...NODE_OPTIONS, main, "--config", config], {
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
    lines.once("close", () => reject(new Error("the runtime ended before it served")));
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
  return (Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / MEGABYTE;
}

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}
