import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../tests/support/until.ts";
import { SimulatedClock } from "../clock.ts";
import { createNotifier, type Notifier } from "./sd-notify.ts";

/** systemd's end of the socket: a datagram a line. */
const MANAGER = `use Socket; $| = 1; socket(my $s, AF_UNIX, SOCK_DGRAM, 0); bind($s, pack_sockaddr_un($ARGV[0])) or die;
print "bound\\n"; while (defined recv($s, my $m, 4096, 0)) { print "$m\\n" }`;

let directory: string;
let manager: ChildProcess;
let heard: string[];
let environment: Record<string, string>;
let clock: SimulatedClock;
let notifier: Notifier | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "sd-notify-"));
  const NOTIFY_SOCKET = join(directory, "notify");
  environment = { NOTIFY_SOCKET, WATCHDOG_USEC: "30000000", WATCHDOG_PID: String(process.pid) };
  heard = [];
  clock = new SimulatedClock();
  manager = spawn("/usr/bin/perl", ["-e", MANAGER, NOTIFY_SOCKET], { stdio: ["ignore", "pipe", "inherit"] });
  if (manager.stdout) createInterface({ input: manager.stdout }).on("line", (line) => heard.push(line));
  await until("the socket", () => heard.shift() === "bound");
});

afterEach(() => {
  notifier?.close();
  manager.kill();
  rmSync(directory, { recursive: true, force: true });
});

test("systemd hears what a process says, in order, one datagram for each", async () => {
  notifier = createNotifier({ clock, environment });
  notifier.ready();
  notifier.status("serves\non port 4100");
  notifier.stopping();
  await until("three datagrams", () => heard.length === 3);
  expect(heard).toEqual(["READY=1", "STATUS=serves on port 4100", "STOPPING=1"]);
});

test("the watchdog is answered three times an interval while the process is healthy, and not when it is not", async () => {
  notifier = createNotifier({ clock, environment });
  let healthy = true;
  notifier.watch(() => healthy);
  await clock.advance(30_000);
  await until("four pings", () => heard.length === 4);
  expect(new Set(heard)).toEqual(new Set(["WATCHDOG=1"]));
  healthy = false;
  await clock.advance(60_000);
  notifier.status("marker");
  await until("the marker", () => heard.includes("STATUS=marker"));
  expect(heard.length).toBe(5);
});

test("a health check that throws or never answers starves the watchdog", async () => {
  for (const healthy of [() => Promise.reject(new Error("no")), () => new Promise<boolean>(() => {})]) {
    const mine = createNotifier({ clock, environment });
    mine.watch(healthy);
    await clock.advance(60_000);
    mine.status("marker");
    await until("the marker", () => heard.includes("STATUS=marker"));
    mine.close();
    expect(heard.splice(0)).toEqual(["STATUS=marker"]);
  }
});

test("a watchdog that is meant for another process is left to it", async () => {
  notifier = createNotifier({ clock, environment: { ...environment, WATCHDOG_PID: "1" } });
  notifier.watch(() => true);
  await clock.advance(60_000);
  expect(clock.pending).toBe(0);
});

test("without systemd nothing is started and nothing is said", () => {
  const silent = createNotifier({ clock, environment: {} });
  silent.ready();
  silent.watch(() => true);
  silent.stopping();
  expect(clock.pending).toBe(0);
});
