import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../../base/node/tls.ts";
import { deviceEnvironment, kioskConfig } from "./kiosk-config.ts";
import { Part } from "./part.ts";

export type DemoPorts = { readonly kiosk: number; readonly gateway: number; readonly simulators: number };

export type DemoOptions = {
  /** Journal, certificates, configuration files and device links; made when missing, kept between runs. */
  readonly directory: string;
  /** 0 takes a free one. */
  readonly ports: DemoPorts;
  /** Overrides of the runtime's configuration file, e.g. shorter time-outs in tests. */
  readonly runtime?: Readonly<Record<string, unknown>>;
  /** The runtime's program and the options of its Node: from source unless given. */
  readonly runtimeProgram?: { readonly program: string; readonly nodeOptions: readonly string[] };
  /** Seconds that the payment terminal has for one sale, where a test cannot wait for the model's own. */
  readonly saleWithin?: number;
  /** Overrides of the gateway's configuration file. */
  readonly gateway?: Readonly<Record<string, unknown>>;
  readonly log: (part: string, line: string) => void;
  readonly onReady: (part: string, address: string) => void;
  readonly onCrash: (part: Part, code: string) => void;
};

export type Demo = {
  readonly kiosk: string;
  readonly gateway: string;
  readonly simulators: string;
  /** Path of the runtime's unix socket, for a shell that is not a browser. */
  readonly socket: string;
  readonly parts: { readonly simulators: Part; readonly gateway: Part; readonly runtime: Part };
  stop(): Promise<void>;
};

const KIOSK_ID = "demo-1";
const root = join(import.meta.dirname, "..", "..");

/** Brings up simulators, gateway and runtime on loopback, each in a process of its own, in that order. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { directory, ports } = options;
  mkdirSync(directory, { recursive: true });
  const pki = await ensureDevelopmentPki({ directory: join(directory, "pki"), kiosks: [KIOSK_ID], clock: systemClock });
  const started: Part[] = [];
  const stop = async () => {
    for (const part of started.reverse()) await part.stop();
  };
  const start = async (
    name: string,
    program: string,
    programArguments: readonly string[],
    environment: Record<string, string>,
    nodeOptions: readonly string[] = [],
  ) => {
    const part = new Part({
      name,
      program,
      arguments: programArguments,
      environment,
      nodeOptions,
      log: (line) => options.log(name, line),
      onCrash: options.onCrash,
    });
    started.push(part);
    const address = await part.start();
    options.onReady(name, address);
    return { part, address };
  };
  try {
    const devices = join(directory, "devices");
    const simulators = await start("simulators", "simulators/main.ts", [], {
      VENTANILLA_SIMULATORS_PORT: String(ports.simulators),
      VENTANILLA_SIMULATED_DEVICES: devices,
      VENTANILLA_INSTITUTIONS_FILE: join(directory, "institutions.json"),
      VENTANILLA_DOCK_LINKS: JSON.stringify(ports.kiosk === 0 ? {} : { kiosk: `http://127.0.0.1:${ports.kiosk}` }),
    });

    const gatewayConfig = join(directory, "gateway.json");
    writeFileSync(
      gatewayConfig,
      JSON.stringify({
        stateDirectory: join(directory, "gateway"),
        tls: { certificate: pki.server.certificatePath, key: pki.server.keyPath, kioskCa: pki.ca.certificatePath },
        institutions: JSON.parse(readFileSync(join(directory, "institutions.json"), "utf8")),
        ...options.gateway,
      }),
    );
    const gateway = await start("gateway", "gateway/main.ts", [], {
      VENTANILLA_GATEWAY_CONFIG: gatewayConfig,
      VENTANILLA_GATEWAY_PORT: String(ports.gateway),
    });

    const identity = pki.kiosks.get(KIOSK_ID);
    const socket = join(directory, "view.sock");
    const runtimeConfig = join(directory, "kiosk.yaml");
    writeFileSync(
      runtimeConfig,
      kioskConfig({
        ...{ id: KIOSK_ID, place: "ChileAtiende (demostración)", devices, directory, port: ports.kiosk },
        gateway: {
          url: gateway.address,
          ca: pki.ca.certificatePath,
          certificate: identity?.certificatePath ?? "",
          key: identity?.keyPath ?? "",
        },
        services: join(root, "flows", "services"),
        ui: join(root, "out", "ui"),
        saleWithin: options.saleWithin,
        others: options.runtime,
      }),
    );
    const { program, nodeOptions } = options.runtimeProgram ?? { program: "kiosk/runtime/main.ts", nodeOptions: [] };
    const environment = {
      ...deviceEnvironment(devices),
      // As the runtime's unit file has it: freed memory is written over.
      GLIBC_TUNABLES: "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0",
      VENTANILLA_KIOSK_PORT: String(ports.kiosk),
      // Papers carry the wall clock of where the kiosk stands, whatever zone this machine is in.
      TZ: "America/Santiago",
    };
    const runtime = await start("kiosk", program, ["--config", runtimeConfig], environment, nodeOptions);
    return {
      kiosk: runtime.address,
      gateway: gateway.address,
      simulators: simulators.address,
      socket,
      parts: { simulators: simulators.part, gateway: gateway.part, runtime: runtime.part },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
