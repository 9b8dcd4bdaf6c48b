import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { pause } from "../../base/deadline.ts";
import { systemClock } from "../../base/node/system-clock.ts";

/**
 * The first process of the namespaces that a private pcscd lives in: everything in them ends with it, and it ends when its standard input
 * does, i.e. with whoever started it, however that went.
 *
 * Arguments: pcscd, its folder for configuration, the folder that stands where /run is, an empty folder, the path that leads to vpcd, vpcd's port,
 * and the drivers for USB readers that must not see this machine's.
 */
const [, , daemon = "", configuration = "", run = "", empty = "", path = "", port = "", ...usbDrivers] = process.argv;

/** Between two looks whether the daemon is ready, milliseconds. */
const EVERY = 20;
/** How the kernel's table of sockets names one that listens. */
const LISTENS = "0A";

function must(command: string, ...words: string[]): void {
  const { status, stderr, error } = spawnSync(command, words, { encoding: "utf8" });
  if (status === 0) return;
  process.stderr.write(`${command} ${words.join(" ")}: ${error?.message ?? stderr.trim()}\n`);
  process.exit(1);
}

process.stdin.on("end", () => process.exit()).resume();
must("ip", "link", "set", "lo", "up");
for (const driver of usbDrivers) must("mount", "--bind", empty, driver);
// The daemon's socket has a fixed place there.
must("mount", "--bind", run, "/run");

const pcscd = spawn(daemon, ["--foreground", "--config", configuration], { stdio: ["ignore", "ignore", "inherit"] });
pcscd.on("error", (error) => process.stderr.write(`${error.message}\n`));
pcscd.on("close", () => process.exit(1));

// What is outside reaches vpcd by path, and nothing else of the machine or its network reaches it at all.
createServer((outside) => {
  const inside = createConnection({ host: "127.0.0.1", port: Number(port), noDelay: true });
  outside.pipe(inside).pipe(outside);
  outside.on("error", () => inside.destroy()).on("close", () => inside.destroy());
  inside.on("error", () => outside.destroy()).on("close", () => outside.destroy());
}).listen(path);

// vpcd makes its slots one after the other, each with a port; when the second listens, the first is a reader that clients are told of.
const endpoints = [0, 1].map((slot) => `:${(Number(port) + slot).toString(16).toUpperCase().padStart(4, "0")} `);
const vpcdListens = () => {
  const listening = readFileSync("/proc/self/net/tcp", "utf8")
    .split("\n")
    .filter((line) => line.includes(` ${LISTENS} `));
  return endpoints.every((endpoint) => listening.some((line) => line.includes(endpoint)));
};
while (!(existsSync("/run/pcscd/pcscd.comm") && existsSync(path) && vpcdListens())) await pause(systemClock, EVERY);
process.stdout.write("ready\n");
