import { z } from "zod";
import { type ReadinessReport, readinessReportSchema } from "../../base/contracts/fleet/readiness.ts";
import { parseJson } from "../../base/json.ts";
import type { CheckResult } from "../check/check.ts";
import type { Runner } from "../check/services.ts";
import { listPlugged, type PluggedDevice } from "../devices/plugged.ts";
import type { Root } from "../devices/root.ts";
import type { ConfiguredDevice, KioskFile } from "../kiosk-files.ts";
import type { Language } from "../text.ts";

export type ReportOptions = {
  /** UUID; of the check that the report tells of. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly takenAt: number;
  readonly results: readonly CheckResult[];
  readonly kiosk: KioskFile;
  readonly technician: string;
  readonly root: Root;
  readonly run: Runner;
  readonly language: Language;
};

const LONGEST_DETAIL = 1_000;

/** The readiness report of one check. The same check makes the same report. */
export async function makeReport(options: ReportOptions): Promise<ReadinessReport> {
  const { id, takenAt, results, kiosk, technician, root, run, language } = options;
  const plugged = listPlugged(root);
  return readinessReportSchema.parse({
    ...{ id, kiosk: kiosk.kiosk.id, place: kiosk.kiosk.place, takenAt, technician: technician.slice(0, 100) },
    machine: machineOf(root),
    versions: await versionsOf(root, run),
    devices: kiosk.devices.map((device) => ({
      ...{ device: device.id, kind: device.kind, model: device.model, port: device.port },
      identity: identityOf(device, plugged, root),
    })),
    checks: results.map(({ check, verdict, code, detail, seconds }) => ({
      ...{ check, verdict, ...(code === undefined ? {} : { code }) },
      ...{ detail: detail[language].slice(0, LONGEST_DETAIL), seconds },
    })),
  } satisfies ReadinessReport);
}

function machineOf(root: Root): ReadinessReport["machine"] {
  const [, os] = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(root.text("/etc/os-release") ?? "") ?? [];
  return {
    hostname: root.text("/etc/hostname") ?? root.text("/proc/sys/kernel/hostname") ?? "?",
    product: root.text("/sys/class/dmi/id/product_name") || null,
    serial: root.text("/sys/class/dmi/id/product_serial") || null,
    os: os ?? "?",
  };
}

const releaseSchema = z.object({ version: z.string() });
const PACKAGES = ["ventanilla-runtime", "ventanilla-shell", "ventanilla-agent", "chromium", "weston"];

async function versionsOf(root: Root, run: Runner): Promise<Record<string, string>> {
  const release = releaseSchema.safeParse(parseJson(root.text("/opt/ventanilla/current/release.json") ?? ""));
  const kernel = root.text("/proc/sys/kernel/osrelease");
  const format = "-f=$" + "{Package} $" + "{Version}\\n";
  const listed = await run(["dpkg-query", "-W", format, ...PACKAGES]);
  const packages = (listed.ok ? listed.value : "")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([name, version]) => name && version) as [string, string][];
  return {
    ...(release.success ? { release: release.data.version } : {}),
    ...(kernel === undefined ? {} : { linux: kernel }),
    node: process.versions.node,
    ...Object.fromEntries(packages),
  };
}

/** The configured port leads to a device file; what is plugged in there says who it is. */
function identityOf({ port }: ConfiguredDevice, plugged: readonly PluggedDevice[], root: Root): string | null {
  const real = root.real(port);
  const found = plugged.find(({ path }) => real !== undefined && root.real(path) === real);
  return found?.usb == null ? null : found.identity;
}
