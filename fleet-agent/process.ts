import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { createNotifier } from "../base/node/sd-notify.ts";
import { onStop } from "../base/node/stop.ts";
import { systemClock } from "../base/node/system-clock.ts";
import { type CodedError, coded } from "../base/registry/coded-error.ts";
import { err, ok, type Result } from "../base/result.ts";
import { type Agent, startAgent } from "./agent.ts";
import type { KioskIdentity } from "./identity/interface.ts";
import { loadSettings } from "./load-settings.ts";
import type { RuntimeLink } from "./runtime-link/interface.ts";
import { createRuntimeLink } from "./runtime-link/link.ts";
import type { Settings } from "./settings.ts";
import type { GuardLink, Software } from "./software/interface.ts";
import { type OpenedStore, openStore } from "./store/store.ts";

/** What the process has before identity and updates are opened. */
export type Ground = {
  readonly settings: Settings;
  readonly version: string;
  readonly store: OpenedStore;
  readonly link: RuntimeLink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

/** What `main.ts` puts in. */
export type Parts = {
  readonly version: string;
  readonly log: Logger;
  readonly compose: (ground: Ground) => Promise<
    Result<
      {
        readonly identity: KioskIdentity;
        readonly software: Software;
        readonly guard: GuardLink;
        /** Lets go of what was opened beside these. */
        readonly close?: () => void;
      },
      CodedError
    >
  >;
};

/** Exit statuses of `sysexits.h`; a supervisor does not restart after these. */
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;

/**
 * Runs the agent as a process: `--config <file>`. Prints `agent <kiosk id>` when it runs. SIGTERM and SIGINT end it in good
 * order with status 0; an error that nothing expects ends it with 1, and nothing durable is lost by it.
 */
export async function runProcess(parts: Parts): Promise<void> {
  const { log, version } = parts;
  const crash = (where: string, error: unknown) => {
    log("process.crashed", { part: "agent", where });
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  };
  process.on("uncaughtException", (error) => crash("uncaught-exception", error));
  process.on("unhandledRejection", (error) => crash("unhandled-rejection", error));

  const file = configOption();
  if (file === undefined) return leave(EXIT_USAGE, ["usage: node fleet-agent/main.ts --config <file>"]);
  const settings = loadSettings(file);
  if (!settings.ok) return leave(EXIT_CONFIG, messages(settings.error));
  const serverCa = readCa(settings.value.serverCa);
  if (!serverCa.ok) return leave(EXIT_CONFIG, messages([serverCa.error]));
  const store = openStore({ directory: settings.value.data, clock: systemClock });
  if (!store.ok) return leave(EXIT_CONFIG, messages([store.error]));
  const shared = { clock: systemClock, random: Math.random, log };
  const link = createRuntimeLink({ socketPath: settings.value.runtimeSocket, ...shared });
  const ground = { settings: settings.value, version, store: store.value, link, ...shared };
  const composed = await parts.compose(ground);
  if (!composed.ok) {
    await link.stop();
    store.value.close();
    return leave(EXIT_CONFIG, messages([composed.error]));
  }
  const { software } = composed.value;
  const agent: Agent = startAgent({ ...ground, ...composed.value, serverCa: serverCa.value });
  const notifier = createNotifier({ clock: systemClock });
  onStop((reason) => {
    notifier.stopping();
    const stop = async () => {
      await agent.stop();
      await software.stop();
      await link.stop();
      composed.value.close?.();
      store.value.close();
      log("process.stopped", { part: "agent", reason });
      process.exit(0);
    };
    void stop();
  });
  log("process.started", { part: "agent", version });
  process.stdout.write(`agent ${agent.kiosk}\n`);
  notifier.ready();
  // Whatever waits for the server has a deadline of its own; what the watchdog finds is a loop that stands still.
  notifier.watch(() => true);
}

function configOption(): string | undefined {
  try {
    return parseArgs({ options: { config: { type: "string" } } }).values.config;
  } catch {
    return undefined;
  }
}

function readCa(path: string | undefined): Result<string | undefined, CodedError> {
  if (path === undefined) return ok(undefined);
  try {
    return ok(readFileSync(path, "utf8"));
  } catch (error) {
    return err(coded("agent.config-unreadable", `serverCa: ${error instanceof Error ? error.message : path}`));
  }
}

function messages(errors: readonly Pick<CodedError, "message">[]): string[] {
  return errors.map(({ message }) => message);
}

function leave(status: number, lines: readonly string[]): void {
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exitCode = status;
}
