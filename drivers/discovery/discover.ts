import type { DeviceKind } from "../../base/contracts/device-status.ts";
import { FINGERPRINTS } from "../../base/devices/fingerprints.ts";
import { type Fingerprint, fingerprintsOf, idSerialOf, type Sighting, SURE } from "../../base/devices/sighting.ts";

/** A serial port as the operating system describes it. Nothing here needs the port to be opened. */
export type PortDescription = {
  /** Device file, e.g. `/dev/ttyACM0`. */
  readonly path: string;
  /** Further names of the same file, e.g. `/dev/serial/by-id/…`. */
  readonly links: readonly string[];
  /** Hexadecimal, in any case. */
  readonly vendorId?: string;
  readonly productId?: string;
  readonly manufacturer?: string;
};

/** A device that this kiosk should have. */
export type ConfiguredDevice = {
  readonly device: string;
  readonly kind: DeviceKind;
  /** Device file or one of its links; when left out the port is found by fingerprint. */
  readonly port?: string;
};

export type Assignment = {
  readonly device: string;
  readonly port: string;
  readonly by: "configuration" | "fingerprint";
  readonly reasons: readonly string[];
};

export type Unassigned = { readonly device: string; readonly reasons: readonly string[] };

export type Discovery = { readonly assigned: readonly Assignment[]; readonly unassigned: readonly Unassigned[] };

type Match = { readonly port: PortDescription; readonly fingerprint: Fingerprint };

/**
 * Which configured device is on which port. Pure: it looks at descriptions and never at a port. Configuration wins, whether the port
 * is there or not. By fingerprint a device gets a port only when the match is sure, is the only one, and nothing else claims
 * the port; otherwise it gets none, with the reasons. A driver opens what is assigned here and nothing else.
 */
export function discover(
  ports: readonly PortDescription[],
  configuration: readonly ConfiguredDevice[],
  fingerprints: readonly Fingerprint[] = FINGERPRINTS,
): Discovery {
  const assigned: Assignment[] = [];
  const unassigned: Unassigned[] = [];
  const claimed = new Set<string>();
  for (const { device, port } of configuration) {
    if (port === undefined) continue;
    const present = ports.find((candidate) => namesOf(candidate).includes(port));
    claimed.add(present?.path ?? port);
    const presence = present === undefined ? "it is not there now" : `it is ${present.path} now`;
    assigned.push({ device, port, by: "configuration", reasons: [`configuration names ${port}; ${presence}`] });
  }
  const free = ports.filter(({ path }) => !claimed.has(path));
  const searching = configuration.filter(({ port }) => port === undefined);
  for (const { device, kind } of searching) {
    const matches = free.flatMap((port) => bestMatch(port, kind, fingerprints) ?? []);
    const sure = matches.filter(({ fingerprint }) => fingerprint.score >= SURE);
    const rivals = searching.filter((other) => other.device !== device && other.kind === kind);
    const [only] = sure;
    if (only !== undefined && sure.length === 1 && rivals.length === 0) {
      assigned.push({ device, port: stableName(only.port), by: "fingerprint", reasons: [describe(only)] });
    } else unassigned.push({ device, reasons: whyNot(kind, matches, sure, rivals) });
  }
  return { assigned, unassigned };
}

function whyNot(
  kind: DeviceKind,
  matches: readonly Match[],
  sure: readonly Match[],
  rivals: readonly ConfiguredDevice[],
): string[] {
  if (matches.length === 0) return [`no free port looks like a ${kind}`];
  const seen = matches.map(describe);
  if (sure.length === 0) return [...seen, "not sure enough to open a port: name the port in the configuration"];
  if (sure.length > 1) return [...seen, "several ports match: name the port in the configuration"];
  const names = rivals.map(({ device }) => device).join(", ");
  return [...seen, `${names} could be on that port too: name the ports in the configuration`];
}

function bestMatch(port: PortDescription, kind: DeviceKind, fingerprints: readonly Fingerprint[]): Match | undefined {
  const best = fingerprintsOf(sightingOf(port), fingerprints).find((fingerprint) => fingerprint.kind === kind);
  return best === undefined ? undefined : { port, fingerprint: best };
}

/** What the table of fingerprints is asked about. */
function sightingOf({ vendorId, productId, links }: PortDescription): Sighting {
  const idSerial = links.map(idSerialOf).find((found) => found !== undefined);
  return {
    bus: "serial",
    ...(vendorId === undefined ? {} : { vendor: vendorId.toLowerCase() }),
    ...(productId === undefined ? {} : { product: productId.toLowerCase() }),
    ...(idSerial === undefined ? {} : { idSerial }),
  };
}

function namesOf(port: PortDescription): readonly string[] {
  return [port.path, ...port.links];
}

/** The by-id link survives a replug into another socket; the device file may not. */
function stableName(port: PortDescription): string {
  return port.links.find((link) => link.startsWith("/dev/serial/by-id/")) ?? port.path;
}

function describe({ port, fingerprint }: Match): string {
  return `${port.path} looks like: ${fingerprint.name} (score ${fingerprint.score})`;
}
