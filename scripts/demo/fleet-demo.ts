import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../../base/node/tls.ts";
import { KioskBox } from "./kiosk-box.ts";
import { Part } from "./part.ts";
import { type DemoRepository, ensureRepository } from "./releases.ts";
import { StaffClient } from "./staff-client.ts";

export type FleetDemoPorts = {
  readonly kiosk: number;
  readonly console: number;
  readonly fleetDevices: number;
  readonly gateway: number;
  readonly simulators: number;
};

export type FleetDemoOptions = {
  /** Everything of the demonstration; made when missing, kept between runs. */
  readonly directory: string;
  /** 0 takes a free one. */
  readonly ports: FleetDemoPorts;
  /** How many of the three; all unless given. */
  readonly kiosks?: number;
  /** Whether a window will show the first kiosk. */
  readonly window: boolean;
  /** Seconds that a release has to prove itself; 60 unless given. */
  readonly trial?: number;
  /** Overrides of the fleet server's and the runtimes' configuration files, for tests. */
  readonly fleet?: Readonly<Record<string, unknown>>;
  readonly runtime?: Readonly<Record<string, unknown>>;
  readonly log: (part: string, line: string) => void;
  readonly onReady: (part: string, address: string) => void;
  /** Something that whoever started it should know, in a sentence. */
  readonly onNews?: (words: string) => void;
  readonly onCrash: (part: Part, code: string) => void;
};

export type FleetDemo = {
  readonly console: string;
  readonly gateway: string;
  readonly simulators: string;
  /** The one on screen first. */
  readonly kiosks: readonly KioskBox[];
  readonly parts: { readonly fleet: Part; readonly gateway: Part; readonly simulators: Part };
  stop(): Promise<void>;
};

type Plan = { readonly id: string; readonly place: string; readonly site: string; readonly ring: string };

/** The first is on screen and gets every version first, so that whoever looks at it sees the change. */
const KIOSKS: readonly [Plan, ...Plan[]] = [
  { id: "demo-1", place: "ChileAtiende (demostración)", site: "Santiago", ring: "pilot" },
  { id: "demo-2", place: "ChileAtiende Valdivia (simulado)", site: "Valdivia", ring: "general" },
  { id: "demo-3", place: "ChileAtiende Arica (simulado)", site: "Arica", ring: "general" },
];
const TRIAL = 60;
/** Seconds: fast enough to be watched. */
const INTERVALS = { desired: 15, heartbeat: 10, machine: 60, silent: 40 };
const root = join(import.meta.dirname, "..", "..");

/** Brings up the centre (fleet server, gateway, simulated institutions) and three whole kiosks, each process by itself. */
export async function startFleetDemo(options: FleetDemoOptions): Promise<FleetDemo> {
  const { directory, ports } = options;
  const plans = KIOSKS.slice(0, options.kiosks);
  const centre: Part[] = [];
  const boxes: KioskBox[] = [];
  const stop = async () => {
    for (const parts of [boxes, centre]) await Promise.all(parts.splice(0).map((part) => part.stop()));
  };
  const start = async (
    name: string,
    program: string,
    words: readonly string[],
    environment: Record<string, string>,
  ) => {
    const part = new Part({
      ...{ name, program, arguments: words, environment },
      log: (line) => options.log(name, line),
      onCrash: options.onCrash,
    });
    centre.push(part);
    const address = await part.start();
    options.onReady(name, address);
    return { part, address };
  };
  try {
    const repository = await freshRepository(options);
    const fleetConfig = writeFleetConfig(options, repository);
    const [fleet, simulators] = await Promise.all([
      start("fleet", "fleet-server/main.ts", ["--config", fleetConfig], {
        VENTANILLA_FLEET_PORT: String(ports.console),
        VENTANILLA_FLEET_DEVICE_PORT: String(ports.fleetDevices),
      }),
      start("simulators", "simulators/main.ts", [], simulatorsEnvironment(options, plans)),
    ]);
    const caFile = join(repository.onlineKeys, "ca.crt");
    const gateway = await startGateway(directory, repository, (config) =>
      start("gateway", "gateway/main.ts", [], {
        VENTANILLA_GATEWAY_CONFIG: config,
        VENTANILLA_GATEWAY_PORT: String(ports.gateway),
      }),
    );
    const staff = await StaffClient.signIn(fleet.address);
    const kiosks = plans.map(
      ({ id, place, site, ring }, index) =>
        new KioskBox({
          ...{ id, place, directory: join(directory, "kiosks", id), devices: devicesOf(directory, id) },
          release: repository.delivered,
          port: index === 0 ? ports.kiosk : 0,
          gateway: { url: gateway.address, ca: gateway.ca },
          fleet: {
            url: deviceAddress(directory),
            ca: readFileSync(caFile, "utf8"),
            newCode: () => staff.newCode({ kiosk: id, place, site, ring }),
          },
          screen: index === 0 && options.window ? "window" : "stand-in",
          trial: options.trial ?? TRIAL,
          runtime: options.runtime,
          log: options.log,
          onReady: options.onReady,
        }),
    );
    for (const kiosk of kiosks) {
      boxes.push(kiosk);
      await kiosk.start();
    }
    return {
      ...{ console: fleet.address, gateway: gateway.address, simulators: simulators.address, kiosks, stop },
      parts: { fleet: fleet.part, gateway: gateway.part, simulators: simulators.part },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The repository; when the sources changed since the last run, the fleet and its kiosks begin anew. */
async function freshRepository({ directory, onNews }: FleetDemoOptions): Promise<DemoRepository> {
  const fleet = join(directory, "fleet");
  mkdirSync(fleet, { recursive: true });
  const kept = await ensureRepository(fleet);
  if (kept !== undefined) return kept;
  onNews?.(
    "The sources changed since the last start: the demonstration's fleet begins anew, with new kiosks and releases.",
  );
  for (const name of ["fleet", "kiosks"]) rmSync(join(directory, name), { recursive: true, force: true });
  const made = await ensureRepository(fleet);
  if (made === undefined) throw new Error(`${fleet} cannot be made anew; remove it by hand.`);
  return made;
}

function devicesOf(directory: string, kiosk: string): string {
  return join(directory, "devices", kiosk);
}

function writeFleetConfig({ directory, fleet }: FleetDemoOptions, repository: DemoRepository): string {
  const file = join(directory, "fleet.json");
  const settings = {
    stateDirectory: join(directory, "fleet", "state"),
    console: { bundle: join(root, "out", "console") },
    devices: {},
    repository: repository.directory,
    keys: repository.onlineKeys,
    demo: true,
    intervals: INTERVALS,
    addressFile: addressFile(directory),
    ...fleet,
  };
  writeFileSync(file, JSON.stringify(settings, null, 2));
  return file;
}

function addressFile(directory: string): string {
  return join(directory, "fleet", "devices.url");
}

function deviceAddress(directory: string): string {
  return readFileSync(addressFile(directory), "utf8").trim();
}

function simulatorsEnvironment(
  { directory, ports }: FleetDemoOptions,
  [first = KIOSKS[0], ...others]: readonly Plan[],
): Record<string, string> {
  const kiosk = ports.kiosk === 0 ? {} : { kiosk: `http://127.0.0.1:${ports.kiosk}` };
  const console = ports.console === 0 ? {} : { console: `http://127.0.0.1:${ports.console}` };
  return {
    VENTANILLA_SIMULATORS_PORT: String(ports.simulators),
    VENTANILLA_SIMULATED_DEVICES: devicesOf(directory, first.id),
    VENTANILLA_SIMULATED_KIOSKS: JSON.stringify(
      Object.fromEntries(others.map(({ id }) => [id, devicesOf(directory, id)])),
    ),
    VENTANILLA_INSTITUTIONS_FILE: join(directory, "institutions.json"),
    VENTANILLA_DOCK_LINKS: JSON.stringify({ ...kiosk, ...console }),
  };
}

async function startGateway(
  directory: string,
  { onlineKeys }: DemoRepository,
  start: (config: string) => Promise<{ part: Part; address: string }>,
): Promise<{ part: Part; address: string; ca: string }> {
  const pki = await ensureDevelopmentPki({ directory: join(directory, "pki"), kiosks: [], clock: systemClock });
  const file = join(directory, "gateway.json");
  const institutions = join(directory, "institutions.json");
  if (!existsSync(institutions)) throw new Error(`the simulators left no ${institutions}`);
  writeFileSync(
    file,
    JSON.stringify({
      stateDirectory: join(directory, "gateway"),
      tls: {
        certificate: pki.server.certificatePath,
        key: pki.server.keyPath,
        kioskCa: join(onlineKeys, "ca.crt"),
        kioskCrl: join(onlineKeys, "kiosks.crl"),
      },
      institutions: JSON.parse(readFileSync(institutions, "utf8")),
    }),
  );
  return { ...(await start(file)), ca: pki.ca.certificatePath };
}
