import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

/** Debian's PostgreSQL 15: the oldest version that the fleet server promises to run on. */
const PROGRAMS = "/usr/lib/postgresql/15/bin";

/** Why no PostgreSQL server can be started here; undefined when one can. */
export function postgresMissing(): string | undefined {
  if (!existsSync(join(PROGRAMS, "postgres"))) return "Debian's postgresql-15 is not installed";
  if (process.getuid?.() === 0 && spawnSync("id", ["postgres"]).status !== 0)
    return "there is no user postgres, and PostgreSQL refuses to run as root";
  return undefined;
}

export type PostgresServer = {
  /** Makes an empty database. @returns its `postgres://` address. */
  newDatabase(): string;
  /** Ends the server as a crash would, and starts it again on what it left. */
  pause(): void;
  resume(): void;
  stop(): void;
};

/**
 * Starts a private PostgreSQL server in a temporary directory on a free loopback port, with `fsync` off: it is for tests.
 *
 * @throws Error with the program's own words when it does not start.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), "postgres-"));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) {
    const [uid, gid] = ["-u", "-g"].map((option) => Number(spawnSync("id", [option, "postgres"]).stdout.toString()));
    chownSync(directory, uid ?? 0, gid ?? 0);
    chmodSync(directory, 0o700);
  }
  const run = (program: string, ...options: string[]) => {
    const command = [join(PROGRAMS, program), ...options];
    const [name = "", ...rest] = asRoot ? ["runuser", "-u", "postgres", "--", ...command] : command;
    const { status, stderr } = spawnSync(name, rest, { cwd: directory, stdio: ["ignore", "ignore", "pipe"] });
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
  };
  const data = join(directory, "data");
  const port = await freePort();
  run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8");
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${directory} -c fsync=off`;
  let running = false;
  const start = () => {
    run("pg_ctl", "-D", data, "-l", join(directory, "log"), "-w", "-o", settings, "start");
    running = true;
  };
  const crash = () => {
    running = false;
    run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop");
  };
  start();
  let databases = 0;
  return {
    newDatabase() {
      const name = `fleet${++databases}`;
      run("createdb", "-h", "127.0.0.1", "-p", String(port), "-U", "postgres", name);
      return `postgres://postgres@127.0.0.1:${port}/${name}`;
    },
    pause: crash,
    resume: start,
    stop() {
      if (running) crash();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
