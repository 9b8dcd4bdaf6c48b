import { createPrivateKey, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Logger } from "../../base/log.ts";
import { FileTexts } from "../../base/node/file-texts.ts";
import { createNotifier, type Notifier } from "../../base/node/sd-notify.ts";
import { onStop } from "../../base/node/stop.ts";
import { systemClock } from "../../base/node/system-clock.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { CompiledService } from "../../flows/compiler/compiled.ts";
import { PackageStore } from "../../flows/node/package-store.ts";
import type { Session, SessionOptions } from "../../flows/session/interface.ts";
import { loadConfig } from "./config/load.ts";
import type { Config } from "./config/schema.ts";
import type { DeviceFactories } from "./devices.ts";
import { createForgetting } from "./forgetting.ts";
import { createGatewayClient } from "./gateway/client.ts";
import { proveApart } from "./packages/prove-apart.ts";
import { type Runtime, startRuntime } from "./runtime.ts";

/** What `main.ts` puts in: the drivers, the journeys and the log of this kiosk. */
export type Parts = {
  readonly version: string;
  readonly factories: DeviceFactories;
  readonly loadServices: (
    directory: string,
  ) => Promise<Result<readonly CompiledService[], readonly Pick<CodedError, "message">[]>>;
  readonly createSession: (options: SessionOptions) => Session;
  readonly log: Logger;
};

/** Exit statuses of `sysexits.h`; a supervisor does not restart after these. */
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;
/** `EX_TEMPFAIL`: a supervisor starts it again. */
const EXIT_AGAIN = 75;
/** How long the runtime's own health report may take before the watchdog counts it as hung, milliseconds. */
const HEALTH_WITHIN = 8_000;

/**
 * Runs the runtime as a process: `--config <file>`; `VENTANILLA_KIOSK_PORT` moves the view's port. Prints its address when it
 * serves. SIGTERM, SIGINT and the end of the UPS's battery end it in good order with status 0; an error that nothing expects ends it with 1.
 */
export async function runProcess(parts: Parts): Promise<void> {
  const { log } = parts;
  const began = performance.now();
  const crash = (where: string, error: unknown) => {
    log("process.crashed", { part: "runtime", where });
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  };
  process.on("uncaughtException", (error) => crash("uncaught-exception", error));
  process.on("unhandledRejection", (error) => crash("unhandled-rejection", error));

  const file = configOption();
  if (file === undefined) return leave(EXIT_USAGE, ["usage: node kiosk/runtime/main.ts --config <file>"]);
  const config = loadConfig(file);
  if (!config.ok) return leave(EXIT_CONFIG, messages(config.error));
  const port = portOverride(config.value.view.port);
  if (port === undefined) return leave(EXIT_USAGE, ["VENTANILLA_KIOSK_PORT must be a port number"]);
  const tls = readTls(config.value.gateway);
  if (!tls.ok) return leave(EXIT_CONFIG, messages(tls.error));
  const services = await parts.loadServices(config.value.services);
  if (!services.ok) return leave(EXIT_CONFIG, messages(services.error));

  const stopping = new AbortController();
  const packages = new PackageStore({
    directory: join(config.value.data, "services"),
    authors: config.value.authors,
    release: parts.version,
    prove: (opened) => proveApart(process.argv[1] ?? "", opened, stopping.signal),
  });

  // Ctrl-C reaches the runtime twice, from the terminal and from whoever started it; the first reason counts.
  const { promise: ending, resolve: toEnd } = Promise.withResolvers<{ reason: string; status: number }>();
  const end = (reason: string, status = 0) => toEnd({ reason, status });
  const started = await startRuntime({
    ...parts,
    config: { ...config.value, view: { ...config.value.view, port } },
    gateway: createGatewayClient({
      url: config.value.gateway.url,
      ...(tls.value === undefined ? {} : { tls: tls.value }),
      clock: systemClock,
      random: Math.random,
    }),
    services: services.value,
    packages,
    loadServices: async (directory) => {
      const loaded = await parts.loadServices(directory);
      return loaded.ok ? loaded : err(coded("runtime.services-refused", messages(loaded.error).join("; ")));
    },
    clock: systemClock,
    random: Math.random,
    onDefect: crash,
    forget: createForgetting(),
    onPowerEnds: () => end("power"),
    onStorageBack: () => end("storage-back", EXIT_AGAIN),
  });
  if (!started.ok) return leave(EXIT_CONFIG, messages(started.error));
  const notifier = createNotifier({ clock: systemClock });
  onStop(end);
  void ending.then(({ reason, status }) => {
    stopping.abort();
    return endWell(started.value, notifier, log, reason, status);
  });
  log("process.started", { part: "runtime", version: parts.version });
  log("runtime.ready", { port: started.value.port, milliseconds: Math.round(performance.now() - began) });
  process.stdout.write(`kiosk http://127.0.0.1:${started.value.port}\n`);
  const { port: served } = started.value;
  notifier.ready();
  notifier.watch(() => servesHealth(served));
}

/** Whether the view still answers, through the same loop and socket that a citizen's touch takes. */
async function servesHealth(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(HEALTH_WITHIN) });
  await answer.body?.cancel();
  return answer.ok;
}

/** Ends in good order. The stop is bounded by itself, and whatever is open after it the next start settles. */
async function endWell(
  runtime: Runtime,
  notifier: Notifier,
  log: Logger,
  reason: string,
  status: number,
): Promise<void> {
  notifier.stopping();
  await runtime.stop();
  log("process.stopped", { part: "runtime", reason });
  process.exit(status);
}

function configOption(): string | undefined {
  try {
    return parseArgs({ options: { config: { type: "string" } } }).values.config;
  } catch {
    return undefined;
  }
}

function portOverride(configured: number): number | undefined {
  const override = process.env.VENTANILLA_KIOSK_PORT;
  if (override === undefined || override === "") return configured;
  const port = Number(override);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : undefined;
}

type Tls = { readonly ca: string; readonly certificate: string; readonly key: string };

/** The kiosk's identity from its files, read again when the fleet agent renews it. */
function readTls({ ca, certificate, key }: Config["gateway"]): Result<(() => Tls) | undefined, readonly CodedError[]> {
  if (ca === undefined || certificate === undefined || key === undefined) return ok(undefined);
  try {
    const files = new FileTexts({ ca, certificate, key }, belongTogether);
    return ok(() => files.current());
  } catch (error) {
    return err([coded("runtime.config-unreadable", error instanceof Error ? error.message : certificate)]);
  }
}

function belongTogether({ certificate, key }: Tls): boolean {
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
}

function messages(errors: readonly Pick<CodedError, "message">[]): string[] {
  return errors.map(({ message }) => message);
}

function leave(status: number, lines: readonly string[]): void {
  process.stderr.write(`${lines.join("\n")}\n`);
  process.exitCode = status;
}
