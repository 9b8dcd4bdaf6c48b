import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { until } from "./until.ts";

const DRIVER = "/lib/nut/dummy-ups";
/** Debian's /sbin/upsd looks whether the machine's own configuration wants it; this is the daemon itself. */
const DAEMON = "/lib/nut/upsd";
/** Two settings of ours that make the daemon's own deadlines short enough for a test, seconds. */
const POLL_INTERVAL = 1;
const MAX_AGE = 3;

/** Why no UPS daemon can be started here; undefined when one can. */
export function nutMissing(): string | undefined {
  return existsSync(DRIVER) && existsSync(DAEMON) ? undefined : "Debian's nut-server is not installed";
}

/** The name of the UPS that `startNut` makes. */
export const NUT_UPS = "kiosk";

export type Nut = {
  /** Replaces what the dummy UPS says: NUT variables and values. */
  say(variables: Readonly<Record<string, string>>): void;
  /** The driver stops answering without ending, as with a UPS that hangs: its data grow stale. */
  freezeDriver(): void;
  thawDriver(): void;
  killDriver(): Promise<void>;
  startDriver(): Promise<void>;
  killDaemon(): Promise<void>;
  startDaemon(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts NUT's upsd and its dummy driver on loopback, in `directory`, as the user who runs the tests. */
export async function startNut(directory: string, port: number): Promise<Nut> {
  const configuration = join(directory, "etc");
  const state = join(directory, "run");
  for (const folder of [configuration, state]) mkdirSync(folder, { recursive: true, mode: 0o750 });
  const device = join(configuration, "kiosk.dev");
  const file = (name: string, text: string) => writeFileSync(join(configuration, name), text, { mode: 0o640 });
  file("ups.conf", `pollinterval = ${POLL_INTERVAL}\n[${NUT_UPS}]\n  driver = dummy-ups\n  port = ${device}\n`);
  file("upsd.conf", `LISTEN 127.0.0.1 ${port}\nMAXAGE ${MAX_AGE}\n`);
  file("upsd.users", "");
  let saidAt = 0;
  const say: Nut["say"] = (variables) => {
    const lines = Object.entries(variables).map(([name, value]) => `${name}: ${value}\n`);
    const draft = `${device}.draft`;
    writeFileSync(draft, lines.join(""));
    // The dummy driver reads its file again only when the file's time, in whole seconds, is another one.
    saidAt = Math.max(Math.floor(Date.now() / 1_000), saidAt + 1);
    utimesSync(draft, saidAt, saidAt);
    renameSync(draft, device);
  };
  say({ "ups.status": "OL" });

  const environment = { ...process.env, NUT_CONFPATH: configuration, NUT_STATEPATH: state };
  const user = userInfo().username;
  const run = (program: string, ...args: string[]) => {
    const child = spawn(program, [...args, "-u", user, "-D"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes) => (said = (said + bytes).slice(-4_000)));
    return { child, said: () => said };
  };
  const end = async (child: ChildProcess | undefined) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  let driver: ReturnType<typeof run> | undefined;
  let daemon: ReturnType<typeof run> | undefined;
  const startDriver = async () => {
    driver = run(DRIVER, "-a", NUT_UPS);
    const { child, said } = driver;
    await until("the dummy driver listens", () => {
      if (child.exitCode !== null) throw new Error(`dummy-ups ended with ${child.exitCode}: ${said()}`);
      return existsSync(join(state, `dummy-ups-${NUT_UPS}`));
    });
  };
  const startDaemon = async () => {
    daemon = run(DAEMON);
    const { child, said } = daemon;
    await until("upsd listens", () => {
      if (child.exitCode !== null) throw new Error(`upsd ended with ${child.exitCode}: ${said()}`);
      return said().includes(`listening on 127.0.0.1 port ${port}`);
    });
  };
  await startDriver();
  await startDaemon();
  return {
    say,
    freezeDriver: () => void driver?.child.kill("SIGSTOP"),
    thawDriver: () => void driver?.child.kill("SIGCONT"),
    killDriver: () => end(driver?.child),
    startDriver,
    killDaemon: () => end(daemon?.child),
    startDaemon,
    async stop() {
      await end(daemon?.child);
      await end(driver?.child);
    },
  };
}
