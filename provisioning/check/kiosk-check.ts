import type { Clock } from "../../base/clock.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { KIND_NAMES } from "../devices/kind-names.ts";
import type { Root } from "../devices/root.ts";
import type { AgentFile, ConfiguredDevice, KioskFile } from "../kiosk-files.ts";
import type { Programs } from "../programs.ts";
import type { Text } from "../text.ts";
import { type Ask, type Bench, driverBench } from "./bench.ts";
import { type Check, type CheckProgress, type CheckResult, runChecks } from "./check.ts";
import { machineChecks } from "./machine.ts";
import { networkChecks } from "./network.ts";
import { openPortsCheck } from "./open-ports.ts";
import { runtimeBench } from "./runtime-bench.ts";
import { type Runner, serviceChecks } from "./services.ts";

export type KioskCheckOptions = {
  readonly kiosk: KioskFile;
  readonly agent: AgentFile | undefined;
  readonly root: Root;
  readonly programs: Programs;
  readonly run: Runner;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Nobody is there to scan something. */
  readonly skipScan: boolean;
  /** Seconds that somebody has to scan something. */
  readonly scanWithin?: number;
  /** Ports that may be open besides what a kiosk opens, e.g. for maintenance. */
  readonly allowedPorts?: readonly number[];
  /** Called when the devices are proved and their ports free: to start what is to be looked at next. */
  readonly beforeServices?: () => Promise<void>;
  readonly onProgress?: (progress: CheckProgress) => void;
  readonly onAsk?: (ask: Ask) => void;
};

const SCAN_WITHIN = 60;

/** What a device is called for people, with its name in the configuration. */
export function deviceTitle({ kind, id }: Pick<ConfiguredDevice, "kind" | "id">): Text {
  return { es: `${KIND_NAMES[kind].es} «${id}»`, en: `${KIND_NAMES[kind].en} “${id}”` };
}

/**
 * Proves that a kiosk is ready: its devices on the bench, its connections, its machine, its services. While the runtime runs, the
 * devices are its own and it is asked to test them.
 *
 * @returns the error when the devices could not be had at all; else one result a check.
 */
export async function checkKiosk(options: KioskCheckOptions): Promise<Result<readonly CheckResult[], CodedError>> {
  const bench = await openBench(options);
  if (!bench.ok) return err(bench.error);
  try {
    const proved = await runChecks(benchChecks(options, bench.value), options);
    await options.beforeServices?.();
    return ok([...proved, ...(await runChecks(serviceChecks(options.run), options))]);
  } finally {
    await bench.value.close();
  }
}

async function openBench(options: KioskCheckOptions): Promise<Result<Bench, CodedError>> {
  const { kiosk, clock, signal, root, programs, skipScan, scanWithin = SCAN_WITHIN, onAsk } = options;
  if (kiosk.control !== undefined && root.exists(kiosk.control.socket)) {
    const running = await runtimeBench({ socketPath: root.path(kiosk.control.socket), clock, signal });
    if (!running.ok) return running;
    if (running.value !== undefined) return ok(running.value);
  }
  const { id, place } = kiosk.kiosk;
  const paper = `PRUEBA DE IMPRESIÓN\nSin valor para trámites\n\nTótem ${id}\n${place}\n\náéíóúñü ÁÉÍÓÚÑÜ ¿? ¡! $ 1234567890\n`;
  return ok(
    driverBench({ clock, root, programs, paper, skipScan, scanWithin, ...(onAsk === undefined ? {} : { onAsk }) }),
  );
}

function benchChecks({ kiosk, agent, root, programs, clock, allowedPorts }: KioskCheckOptions, bench: Bench): Check[] {
  const devices = kiosk.devices.map(
    (device): Check => ({
      check: `device.${device.id}`,
      title: deviceTitle(device),
      run: async (signal) => await bench.test(device, signal),
    }),
  );
  return [
    ...devices,
    ...networkChecks({ kiosk, agent, programs, clock }),
    ...machineChecks({ root, data: kiosk.data, screenWidth: kiosk.kiosk.screenWidth }),
    openPortsCheck(root, allowedPorts ?? []),
  ];
}
