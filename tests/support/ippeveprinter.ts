import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

const PRINTER = "/usr/sbin/ippeveprinter";
const BUS = "/usr/bin/dbus-daemon";

/** Why CUPS' reference printer cannot be started here; undefined when it can. */
export function ippeveprinterMissing(): string | undefined {
  if (!existsSync(PRINTER)) return "Debian's cups-ipp-utils is not installed";
  return existsSync(BUS) ? undefined : "Debian's dbus-daemon is not installed";
}

export type Ippeveprinter = {
  readonly uri: string;
  /** The same over TLS; its certificate names localhost only. */
  readonly secureUri: string;
  /** PEM of its own certificate, which it makes when it is first spoken to over TLS. */
  readonly certificate: string;
  /** Where it keeps the documents that it got. */
  readonly spool: string;
  stop(): Promise<void>;
};

/**
 * Starts CUPS' `ippeveprinter` on loopback. It insists on DNS-SD, for which a message bus of its own, without anybody on it, is
 * enough; `-r off` keeps it from registering anything.
 *
 * @param directory empty, with a short path: a socket stands in it.
 * @param engine shell script that "prints" a document (its first argument): what it says on standard error changes the printer and the job,
 *   its exit status decides whether the job completed.
 * @throws Error with its own words when it does not start.
 */
export async function startIppeveprinter(
  directory: string,
  engine: string,
  formats = "application/pdf",
): Promise<Ippeveprinter> {
  const spool = join(directory, "spool");
  mkdirSync(spool, { recursive: true });
  const socket = join(directory, "bus");
  const configuration = join(directory, "bus.conf");
  writeFileSync(configuration, busConfiguration(socket));
  const bus = spawn(BUS, [`--config-file=${configuration}`, "--nofork", "--nopidfile"], { stdio: "ignore" });
  try {
    await until("the message bus listens", () => existsSync(socket));
  } catch (problem) {
    await end(bus);
    throw problem;
  }

  const script = join(directory, "engine");
  writeFileSync(script, `#!/bin/sh\n${engine}\n`, { mode: 0o755 });
  const port = await freePort();
  const keys = join(directory, "keys");
  mkdirSync(keys);
  const folders = ["-d", spool, "-K", keys];
  const options = ["-r", "off", "-k", ...folders, "-n", "localhost", "-p", String(port), "-f", formats];
  const printer = spawn(PRINTER, [...options, "-c", script, "Test"], {
    env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${socket}` },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  printer.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  try {
    await until("ippeveprinter listens", async () => {
      if (printer.exitCode !== null) throw new Error(`ippeveprinter ended with ${printer.exitCode}: ${said}`);
      return await answers(port);
    });
  } catch (problem) {
    await end(printer, bus);
    throw problem;
  }
  return {
    uri: `ipp://127.0.0.1:${port}/ipp/print`,
    secureUri: `ipps://localhost:${port}/ipp/print`,
    certificate: join(keys, "localhost.crt"),
    spool,
    stop: () => end(printer, bus),
  };
}

async function end(...children: readonly ChildProcess[]): Promise<void> {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

function busConfiguration(socket: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
`;
}

function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}
