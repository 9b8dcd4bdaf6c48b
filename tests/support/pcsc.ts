import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../base/node/system-clock.ts";
import { PcscTerminal } from "../../drivers/chip-card-reader/pcsc/terminal.ts";
import { until } from "./until.ts";

const DAEMON = "/usr/sbin/pcscd";
const VIRTUAL_READER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
const NODE = join(import.meta.dirname, "../../node_modules/.bin/node");
const RELAY = join(import.meta.dirname, "vpcd-relay-child.ts");
/** Any port: the namespace has nothing else in it. */
const PORT = 35_963;

/** Why no private PC/SC service can be started here; undefined when one can. */
export function pcscMissing(): string | undefined {
  if (!existsSync(DAEMON)) return "Debian's pcscd is not installed";
  if (!existsSync(VIRTUAL_READER)) return "Debian's vsmartcard-vpcd is not installed";
  const namespaces = spawnSync("unshare", ["-mn", "true"]);
  return namespaces.status === 0 ? undefined : "namespaces for mounts and network cannot be made here (needs root)";
}

export type PrivatePcsc = {
  /** For clients: environment in which they find this service and no other. */
  readonly environment: { readonly PCSCLITE_CSOCK_NAME: string };
  /** Where a virtual card connects to. */
  readonly vpcd: { readonly path: string };
  /** Name of the reader. */
  readonly reader: string;
  /** Ends the service as a crash would. */
  kill(): Promise<void>;
  /** Starts it again in the same place: the PC/SC library of a process knows one place only. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts a pcscd with one virtual reader, apart from the machine's own. Its socket, fixed in the program, is mounted over; vpcd, which
 * listens on all addresses, gets a network namespace of its own.
 */
export async function startPcsc(): Promise<PrivatePcsc> {
  const folder = mkdtempSync(join(tmpdir(), "pcsc-"));
  const run = join(folder, "run");
  const conf = join(folder, "reader.conf.d");
  for (const each of [run, conf]) mkdirSync(each);
  writeFileSync(
    join(conf, "vpcd"),
    [
      'FRIENDLYNAME "Ventanilla Virtual Reader"',
      `DEVICENAME /dev/null:0x${PORT.toString(16).toUpperCase()}`,
      `LIBPATH ${VIRTUAL_READER}`,
      `CHANNELID 0x${PORT.toString(16).toUpperCase()}`,
      "",
    ].join("\n"),
  );
  const socket = join(run, "pcscd.comm");
  const vpcd = join(folder, "vpcd.sock");
  const script = [
    "ip link set lo up",
    "mkdir -p /run/pcscd",
    `mount --bind ${run} /run/pcscd`,
    `{ ${NODE} ${RELAY} ${vpcd} ${PORT} & }`,
    `exec ${DAEMON} --foreground --config ${conf}`,
  ].join(" && ");
  const launch = async () => {
    for (const each of [socket, vpcd]) rmSync(each, { force: true });
    // A process group of their own, so that daemon and relay end together.
    const child = spawn("unshare", ["-mn", "sh", "-c", script], {
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let complaint = "";
    child.stderr?.on("data", (bytes) => (complaint += bytes));
    try {
      await until("pcscd and its relay", () => existsSync(socket) && existsSync(vpcd));
    } catch (error) {
      await end(child);
      throw new Error(`pcscd did not start: ${complaint}`, { cause: error });
    }
    return child;
  };
  let running = await launch();
  return {
    environment: { PCSCLITE_CSOCK_NAME: socket },
    vpcd: { path: vpcd },
    reader: "Ventanilla Virtual Reader",
    kill: () => end(running),
    restart: async () => {
      await end(running);
      running = await launch();
    },
    stop: async () => {
      await end(running);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Looks at the slot through PC/SC, from this process. vpcd never sees a card that is put in before it has let go of the last one, which
 * takes it up to half a second: a hand waits for `empty` before each card.
 */
export function watchSlot({ environment, reader }: PrivatePcsc): {
  readonly empty: () => Promise<unknown>;
  readonly stop: () => Promise<void>;
} {
  // The PC/SC library reads it when it connects.
  Object.assign(process.env, environment);
  const terminal = new PcscTerminal({ reader, clock: systemClock });
  terminal.start();
  const isEmpty = () => terminal.state.value.reader === "present" && terminal.state.value.card === "absent";
  return { empty: () => until("an empty slot", isEmpty), stop: () => terminal.stop() };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  process.kill(-child.pid, "SIGKILL");
  await promise;
}
