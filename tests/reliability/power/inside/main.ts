import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { replaceFile } from "../../../../base/node/replace-file.ts";
import {
  DATA,
  DATA_DISK,
  type Go,
  GUEST_ADDRESS,
  GUEST_PORT,
  type GuestFiles,
  type GuestLine,
  type GuestRequest,
} from "../guest-protocol.ts";

/**
 * The guest's program. Starts the bundled runtime, unchanged, with a configuration file that is a named pipe: it loads itself and then
 * waits for its configuration, and so the machine is frozen. Told to go it mounts the disk and gives the runtime the configuration that lies there.
 */
const [node = "", runtime = ""] = process.argv.slice(2);
const PIPE = "/run/kiosk.yaml";
/** What V8 compiles while it runs, the emulated processor has to translate anew each time: interpreted it is faster. */
const NO_COMPILERS = ["--no-opt", "--no-maglev", "--no-sparkplug"];
const CONFIGURATION = join(DATA, "kiosk.yaml");

execFileSync("mkfifo", [PIPE]);
const kiosk = spawn(
  node,
  [...NO_COMPILERS, "--disable-warning=ExperimentalWarning", "--max-semi-space-size=2", runtime, "--config", PIPE],
  {
    env: { ...process.env, TZ: "America/Santiago" },
    stdio: ["ignore", "pipe", "pipe"],
  },
);

createServer((socket) => {
  socket.on("error", () => socket.destroy());
  socket.once("data", (first) => {
    const end = first.indexOf("\n");
    serve(socket, JSON.parse(first.subarray(0, end).toString()), first.subarray(end + 1));
  });
}).listen(GUEST_PORT, GUEST_ADDRESS);

function serve(socket: Socket, request: GuestRequest, rest: Buffer): void {
  if (request.do === "tell") socket.end(line({ type: "warm", runtime: waitsForItsConfiguration() }));
  else if (request.do === "copy") socket.end(`${JSON.stringify(filesOf(request.folder))}\n`);
  else if (request.do === "connect") joined(socket, connect(request.socket), rest);
  else go(socket, request);
}

function go(socket: Socket, { now, files, view }: Go): void {
  const tell = (said: GuestLine) => socket.write(line(said));
  run("date", "-u", "-s", `@${Math.floor(now / 1000)}`);
  run("insmod", "/modules/virtio_blk.ko");
  const mounted = spawnSync("mount", ["-t", "ext4", DATA_DISK, DATA], { encoding: "utf8" });
  if (mounted.status !== 0) {
    tell({
      type: "unmountable",
      kernel: `${mounted.stderr}${execFileSync("dmesg", { encoding: "utf8" }).slice(-2_000)}`,
    });
    return;
  }
  tell({ type: "mounted" });
  if (!existsSync(CONFIGURATION)) layDown(files);
  hear(kiosk, tell);
  createServer((outside) => {
    outside.on("error", () => outside.destroy());
    joined(outside, connect(view, "127.0.0.1"), Buffer.alloc(0));
  }).listen(view, GUEST_ADDRESS);
  writeFileSync(PIPE, readFileSync(CONFIGURATION));
}

function hear({ stdout, stderr }: ChildProcess, tell: (line: GuestLine) => void): void {
  if (stdout) createInterface({ input: stdout }).on("line", (said) => tell({ type: "said", line: said }));
  if (stderr) createInterface({ input: stderr }).on("line", (logged) => tell({ type: "logged", line: logged }));
  kiosk.on("exit", (status) => tell({ type: "ended", status: status ?? -1 }));
}

/** As a technician's tool does: what is there after it stays there. */
function layDown(files: Go["files"]): void {
  for (const { path, text } of files) {
    run("mkdir", "-p", dirname(join(DATA, path)));
    replaceFile(join(DATA, path), text, 0o600);
  }
  run("sync");
}

/** The kernel says that it waits for somebody who writes into the pipe. */
function waitsForItsConfiguration(): boolean {
  return readFileSync(`/proc/${kiosk.pid}/wchan`, "utf8") === "wait_for_partner";
}

/** Through the page cache, because the runtime holds its database alone. */
function filesOf(folder: string): GuestFiles {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name)).toString("base64")]));
}

function joined(outside: Socket, inside: Socket, rest: Buffer): void {
  inside.on("error", () => outside.destroy());
  outside.on("close", () => inside.destroy());
  inside.write(rest);
  outside.pipe(inside).pipe(outside);
}

function run(program: string, ...parameters: string[]): void {
  execFileSync(program, parameters, { stdio: "ignore" });
}

function line(said: GuestLine): string {
  return `${JSON.stringify(said)}\n`;
}
