import { type ChildProcess, spawn } from "node:child_process";
import type { Clock, Timer } from "../clock.ts";

/** What a process tells systemd (sd_notify(3)). Without `NOTIFY_SOCKET` every call does nothing. */
export type Notifier = {
  /** It serves. */
  ready(): void;
  /** One line for `systemctl status`; never personal data. */
  status(text: string): void;
  /** It is ending in good order. */
  stopping(): void;
  /**
   * Answers the watchdog for as long as `healthy` says so, from now on. A `false`, a throw, or no answer within the
   * interval lets the watchdog starve, and systemd ends the process and starts it again.
   */
  watch(healthy: () => boolean | Promise<boolean>): void;
  /** Ends the watch and the helper process. */
  close(): void;
};

/**
 * Node has no datagram socket of the unix kind, which systemd listens on. Perl, which every Debian has (`perl-base`), passes on
 * what it reads: one process for the life of this one, no package to compile, nothing started for each message. A unit
 * needs `NotifyAccess=all`, because the datagrams come from a child.
 */
const RELAY = `use strict; use Socket;
my $path = $ENV{NOTIFY_SOCKET}; $path =~ s/^@/\\0/;
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or exit 1;
my $to = pack_sockaddr_un($path);
while (my $line = <STDIN>) { chomp $line; defined send($socket, $line, 0, $to) or exit 1; }`;

/** Pings for each interval of the watchdog: one may be late or lost. */
const PINGS_PER_INTERVAL = 3;

export function createNotifier({
  clock,
  environment = process.env,
}: {
  readonly clock: Clock;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}): Notifier {
  if (environment.NOTIFY_SOCKET === undefined || environment.NOTIFY_SOCKET === "") return SILENT;
  let relay: ChildProcess | undefined;
  let timer: Timer | undefined;
  let closed = false;

  const send = (line: string) => {
    if (closed) return;
    relay ??= startRelay(environment, () => {
      relay = undefined;
    });
    relay.stdin?.write(`${line.replaceAll("\n", " ")}\n`);
  };
  const interval = watchdogInterval(environment);

  return {
    ready: () => send("READY=1"),
    status: (text) => send(`STATUS=${text}`),
    stopping: () => send("STOPPING=1"),
    watch(healthy) {
      timer?.cancel();
      if (interval === undefined) return;
      const check = async () => {
        const alive = await settled(healthy);
        if (closed) return;
        if (alive) send("WATCHDOG=1");
        timer = clock.setTimeout(() => void check(), interval / PINGS_PER_INTERVAL);
      };
      void check();
    },
    close() {
      closed = true;
      timer?.cancel();
      relay?.stdin?.end();
    },
  };
}

const SILENT: Notifier = { ready() {}, status() {}, stopping() {}, watch() {}, close() {} };

/** Milliseconds within which systemd wants to hear of this process; undefined when it does not. */
function watchdogInterval(environment: Readonly<Record<string, string | undefined>>): number | undefined {
  const { WATCHDOG_USEC, WATCHDOG_PID } = environment;
  if (WATCHDOG_PID !== undefined && Number(WATCHDOG_PID) !== process.pid) return undefined;
  const microseconds = Number(WATCHDOG_USEC ?? Number.NaN);
  return Number.isFinite(microseconds) && microseconds > 0 ? microseconds / 1_000 : undefined;
}

async function settled(healthy: () => boolean | Promise<boolean>): Promise<boolean> {
  try {
    return await healthy();
  } catch {
    return false;
  }
}

function startRelay(environment: Readonly<Record<string, string | undefined>>, onEnd: () => void): ChildProcess {
  const child = spawn("/usr/bin/perl", ["-e", RELAY], {
    stdio: ["pipe", "ignore", "ignore"],
    env: { NOTIFY_SOCKET: environment.NOTIFY_SOCKET },
  });
  // A relay that cannot live leaves the watchdog without food: systemd then says so. The next message tries again.
  child.once("error", onEnd);
  child.once("exit", onEnd);
  child.stdin?.on("error", () => undefined);
  // It never keeps a process alive that has nothing else to do.
  child.unref();
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return child;
}
