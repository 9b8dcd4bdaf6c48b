import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../base/node/system-clock.ts";
import type { Sentence } from "../operator.ts";

const DAEMON = "/usr/sbin/pcscd";
const DRIVERS = "/usr/lib/pcsc/drivers";
/** Within the package `vsmartcard-vpcd`. */
const VIRTUAL_READER = "usr/lib/pcsc/drivers/serial/libifdvpcd.so";
/** Where the demonstration unpacks packages that it does not install. */
export const UNPACKED_PACKAGES = join(import.meta.dirname, "..", "..", "out", "packages");
const CHILD = join(import.meta.dirname, "private-pcsc-child.ts");
/** Any port: the namespace has nothing else in it. */
const PORT = 35_963;
const READER = "Ventanilla Virtual Reader";
/** Longest path of a Unix socket. */
const SOCKET_PATH = 107;
/** From its start to its first reader, on a machine that does much else, milliseconds. */
const READY_WITHIN = 30_000;

/** Namespaces for mounts, network and processes; where that is not this user's right, with one for users around them. */
const NAMESPACES = [
  ["--mount", "--net", "--pid"],
  ["--mount", "--net", "--pid", "--user", "--map-root-user"],
] as const;
const IN_THEM = ["--fork", "--kill-child=SIGKILL", "--"] as const;

export type PrivatePcsc = {
  /** For clients: environment in which they find this service and no other. */
  readonly environment: { readonly PCSCLITE_CSOCK_NAME: string };
  /** Where a virtual card connects to. */
  readonly vpcd: { readonly path: string };
  /** How the name of the reader begins. */
  readonly reader: string;
  /** Ends the service as a crash would. */
  kill(): Promise<void>;
  /** Starts it again in the same place: the PC/SC library of a process knows one place only. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

type Means = { readonly namespaces: readonly string[]; readonly library: string };

/** The driver of the virtual reader: installed, or unpacked only. */
export function virtualReaderLibrary(): string | undefined {
  return [join("/", VIRTUAL_READER), join(UNPACKED_PACKAGES, VIRTUAL_READER)].find(existsSync);
}

/** What a private PC/SC service needs here, or why there can be none and what to do about it. */
function means(): { readonly ok: true; readonly value: Means } | { readonly ok: false; readonly problem: Sentence } {
  const library = virtualReaderLibrary();
  const missing = [
    ...(existsSync(DAEMON) ? [] : ["pcscd"]),
    ...(library === undefined ? ["vsmartcard-vpcd"] : []),
    ...(existsSync("/sbin/ip") ? [] : ["iproute2"]),
  ];
  if (library === undefined || missing.length > 0) {
    const names = missing.join(", ");
    return {
      ok: false,
      problem: {
        es: `No hay lector virtual: falta ${names}. «npm start», como root y con red, lo instala.`,
        en: `There is no virtual reader: ${names} is missing. npm start, as root and with a network, installs it.`,
      },
    };
  }
  const tried = ["sh", "-c", "ip link set lo up && mount --bind /tmp /run"];
  const namespaces = NAMESPACES.find((flags) => spawnSync("unshare", [...flags, ...IN_THEM, ...tried]).status === 0);
  if (namespaces !== undefined) return { ok: true, value: { namespaces, library } };
  return {
    ok: false,
    problem: {
      es: "No hay lector virtual: este usuario no puede crear espacios de nombres (unshare); inicie la demostración como root.",
      en: "There is no virtual reader: this user may not make namespaces (unshare); start the demonstration as root.",
    },
  };
}

/** Why no private PC/SC service can be started here; undefined when one can. */
export function privatePcscProblem(): Sentence | undefined {
  const found = means();
  return found.ok ? undefined : found.problem;
}

/**
 * Starts a pcscd with one virtual reader, apart from the machine's own and from its readers. Its socket, whose place is fixed in the program, is mounted over;
 * vpcd, which listens on all addresses, gets a network namespace of its own. It ends with this process, however that ends.
 *
 * @param folder for its socket and files; emptied.
 * @throws Error in words when it does not come up.
 */
export async function startPrivatePcsc(folder: string): Promise<PrivatePcsc> {
  const found = means();
  if (!found.ok) throw new Error(found.problem.en);
  const { namespaces, library } = found.value;
  rmSync(folder, { recursive: true, force: true });
  const [run, configuration, empty] = ["run", "conf", "empty"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const socket = join(run, "pcscd", "pcscd.comm");
  const vpcd = join(folder, "vpcd.sock");
  if (Buffer.byteLength(socket) > SOCKET_PATH) throw new Error(`${socket} is too long for a socket's path`);
  for (const each of [join(run, "pcscd"), configuration, empty]) mkdirSync(each, { recursive: true });
  const port = `0x${PORT.toString(16).toUpperCase()}`;
  writeFileSync(
    join(configuration, "vpcd"),
    `FRIENDLYNAME "${READER}"\nDEVICENAME /dev/null:${port}\nLIBPATH ${library}\nCHANNELID ${port}\n`,
  );
  const usbDrivers = existsSync(DRIVERS) ? readdirSync(DRIVERS).filter((name) => name.endsWith(".bundle")) : [];
  const launch = async () => {
    for (const each of [socket, vpcd]) rmSync(each, { force: true });
    const child = spawn(
      "unshare",
      [
        ...[...namespaces, ...IN_THEM, process.execPath, "--disable-warning=ExperimentalWarning", CHILD],
        ...[DAEMON, configuration, run, empty, vpcd, String(PORT), ...usbDrivers.map((name) => join(DRIVERS, name))],
      ],
      // A process group of its own: Ctrl-C is for who started it.
      { detached: true, stdio: ["pipe", "pipe", "pipe"] },
    );
    await ready(child);
    return child;
  };
  let running = await launch();
  return {
    environment: { PCSCLITE_CSOCK_NAME: socket },
    vpcd: { path: vpcd },
    reader: READER,
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

/** @throws Error with the child's words when it ends first, or takes too long. */
async function ready(child: ChildProcess): Promise<void> {
  let complaint = "";
  child.stderr?.on("data", (bytes) => (complaint += bytes));
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.stdout?.once("data", () => resolve(true));
  child.once("error", (error) => {
    complaint += error.message;
    resolve(false);
  });
  child.once("close", () => resolve(false));
  const timer = systemClock.setTimeout(() => resolve(false), READY_WITHIN);
  const up = await promise;
  timer.cancel();
  if (up) return;
  await end(child);
  throw new Error(`pcscd did not start: ${complaint.trim() || `no sign of it within ${READY_WITHIN / 1000} s`}`);
}

/** The kernel ends everything in the namespaces with their first process. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}
