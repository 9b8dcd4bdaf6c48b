import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { parseJson } from "../../../base/json.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../../../base/node/tls.ts";
import { until } from "../../support/until.ts";
import { bundle } from "./support/bundle.ts";
import { createWorld } from "./support/world.ts";

const NODE_OPTIONS = ["--optimize-for-size", "--max-semi-space-size=1"];
/** Resident, MiB; two thirds of it are the pages of Node's own program, which all parts share. */
const MEMORY = 85;

let program: string;
beforeAll(async () => {
  program = await bundle("agent-child");
});

let world: Awaited<ReturnType<typeof createWorld>>;
let child: ChildProcess | undefined;
beforeEach(async () => {
  world = await createWorld();
});
afterEach(async () => {
  child?.kill("SIGKILL");
  await world.stop();
});

function start(config: string, papers = world.papers, more: Readonly<Record<string, string>> = {}) {
  const file = join(world.directory, "agent.yaml");
  writeFileSync(file, config);
  const enrolment = join(world.directory, "papers.json");
  writeFileSync(enrolment, JSON.stringify(papers));
  const env = { ...process.env, ...more, VENTANILLA_TEST_PAPERS: enrolment };
  const started = spawn(process.execPath, [...NODE_OPTIONS, program, "--config", file], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { out: "", err: "" };
  started.stdout.setEncoding("utf8").on("data", (text: string) => (said.out += text));
  started.stderr.setEncoding("utf8").on("data", (text: string) => (said.err += text));
  const exit = new Promise<number | null>((resolve) => started.on("close", resolve));
  child = started;
  return { process: started, said, exit };
}

const config = () => JSON.stringify(world.settings);

/** Ticks of 10 ms that the process has used, and its resident pages of 4 KiB. */
function usage(pid: number | undefined): { ticks: number; mebibytes: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]);
  return { ticks: Number(stat[11]) + Number(stat[12]), mebibytes: pages / 256 };
}

test("it says who it is, logs JSON lines, stays within its budget and ends in order", async () => {
  const { process: running, said, exit } = start(config());
  await until("started", () => said.out === "agent demo-1\n");
  await until("reported", () => world.server.state.service?.state === "in-service" && world.server.sockets === 1);
  const settled = world.server.requests.length;
  const idleFrom = performance.now();
  const before = usage(running.pid);
  await until("idle for five seconds", () => performance.now() - idleFrom > 5_000);
  const after = usage(running.pid);
  process.stdout.write(
    `agent: ${after.mebibytes.toFixed(1)} MiB, ${(after.ticks - before.ticks) * 10} ms CPU in 5 s\n`,
  );
  expect(after.mebibytes).toBeLessThan(MEMORY);
  expect(after.ticks - before.ticks).toBeLessThan(10);
  expect(world.server.requests.length - settled).toBeLessThanOrEqual(1);
  running.kill("SIGTERM");
  expect(await exit).toBe(0);
  const events = said.err
    .split("\n")
    .filter(Boolean)
    .map((line) => (parseJson(line) as { event: string }).event);
  expect(events).toEqual(expect.arrayContaining(["process.started", "agent.server", "process.stopped"]));
});

test("a mistake in the configuration is named by its field, and a supervisor does not try again", async () => {
  const { said, exit } = start(`${config().slice(0, -1)}, "trail": 3}`);
  expect(await exit).toBe(78);
  expect(said.err).toContain("trail: is not a known key");
});

test("a second agent on the same data does not start", async () => {
  world.start();
  const { said, exit } = start(config());
  expect(await exit).toBe(78);
  expect(said.err).toContain("Another process holds the agent's database");
});

test("a server whose certificate is from an authority of the machine is trusted, and no other one", async () => {
  const directory = join(world.directory, "other-pki");
  const other = await ensureDevelopmentPki({ directory, kiosks: [], clock: systemClock });
  const papers = { ...world.papers, credentials: { ...world.papers.credentials, ca: other.ca.certificate } };
  const stranger = start(config(), papers);
  await until("turned away", () => stranger.said.err.includes('"began":false'));
  expect(world.server.requests).toEqual([]);
  stranger.process.kill("SIGTERM");
  expect(await stranger.exit).toBe(0);
  const file = join(world.directory, "authority.pem");
  writeFileSync(file, world.papers.credentials.ca);
  start(config(), papers, { NODE_EXTRA_CA_CERTS: file });
  await until("reported", () => world.server.state.security?.mutualTls === null);
});
