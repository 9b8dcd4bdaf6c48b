import { mkdirSync, watch } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Clock, Timer } from "../../base/clock.ts";
import { KIOSK_PARTS, type KioskPart } from "../../base/contracts/fleet/names.ts";
import type { Logger } from "../../base/log.ts";
import { onStop } from "../../base/node/stop.ts";
import { createDisk } from "./disk.ts";
import { createGuard, type Guard, type GuardOptions } from "./guard.ts";
import { fileLock } from "./lock.ts";
import { commandParts, systemdParts } from "./parts.ts";
import { type GuardSettings, readGuardSettings } from "./settings.ts";

/** What `main.ts` puts in. */
export type GuardParts = Pick<GuardOptions, "unpack"> & {
  readonly verify: (settings: GuardSettings) => GuardOptions["verify"];
  readonly clock: Clock;
  readonly log: Logger;
};

/** Exit statuses of `sysexits.h`; a supervisor does not restart after these. */
const EXIT_USAGE = 64;
const EXIT_SOFTWARE = 70;
const EXIT_CONFIG = 78;
/** Longest that another guard may hold the slots, milliseconds: it unpacks a whole release. */
const LOCK_WITHIN = 20 * 60_000;
/** Between two looks without a request: a trial may end by time, milliseconds. */
const LOOK_EVERY = 2_000;
const USAGE = "usage: guard --config <file> (--once | --watch | --note-start <runtime|shell|agent>)";

/**
 * Runs the guard as a process. `--once` does what is to be done and ends: a path unit and a timer start it so, and the machine
 * before its parts; `--watch` stays; `--note-start` counts a part's start, before it starts.
 */
export async function runGuard(parts: GuardParts): Promise<void> {
  const options = arguments_();
  if (options === undefined) return leave(EXIT_USAGE, USAGE);
  const settings = readGuardSettings(options.config);
  if (!settings.ok) return leave(EXIT_CONFIG, settings.error.message);
  const guard = openGuard(settings.value, parts);
  if (options.part !== undefined) return report(await guard.noteStart(options.part));
  report(await guard.once());
  if (options.watch) keepWatch(guard, settings.value.requests, parts.clock);
}

/** The guard of a machine, with real files, lock and parts. */
export function openGuard(settings: GuardSettings, { verify, unpack, clock, log }: GuardParts): Guard {
  mkdirSync(settings.root, { recursive: true });
  mkdirSync(settings.requests, { recursive: true });
  return createGuard({
    ...{ root: settings.root, stateFile: settings.state, requests: settings.requests, platform: settings.platform },
    ...{ trial: settings.trial * 1000, starts: settings.starts },
    parts: settings.parts.by === "systemd" ? systemdParts() : commandParts(settings.parts.command),
    verify: verify(settings),
    lock: fileLock(join(settings.root, "lock"), LOCK_WITHIN, clock),
    disk: createDisk(),
    ...{ unpack, clock, log },
  });
}

function arguments_(): { config: string; watch: boolean; part: KioskPart | undefined } | undefined {
  try {
    const { values } = parseArgs({
      options: {
        config: { type: "string" },
        once: { type: "boolean" },
        watch: { type: "boolean" },
        "note-start": { type: "string" },
      },
    });
    const part = KIOSK_PARTS.find((each) => each === values["note-start"]);
    const chosen = [values.once, values.watch, part].filter((each) => each !== undefined);
    if (values.config === undefined || chosen.length !== 1) return undefined;
    return { config: values.config, watch: values.watch === true, part };
  } catch {
    return undefined;
  }
}

function keepWatch(guard: Guard, requests: string, clock: Clock): void {
  let timer: Timer | undefined;
  let working: Promise<void> | undefined;
  let again = false;
  const look = () => {
    timer?.cancel();
    again = working !== undefined;
    working ??= guard.once().then((done) => {
      report(done);
      working = undefined;
      timer = clock.setTimeout(look, again ? 0 : LOOK_EVERY);
    });
  };
  const watcher = watch(requests, look);
  look();
  onStop(() => {
    watcher.close();
    void (working ?? Promise.resolve()).then(() => process.exit(0));
  });
}

function report(done: Awaited<ReturnType<Guard["once"]>>): void {
  if (!done.ok) leave(EXIT_SOFTWARE, done.error.message);
  else process.exitCode = 0;
}

function leave(status: number, message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = status;
}
