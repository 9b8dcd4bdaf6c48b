import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Logger } from "../../../base/log.ts";
import { systemClock } from "../../../base/node/system-clock.ts";
import type { DevelopmentPki } from "../../../base/node/tls.ts";
import { gatewayConfigSchema } from "../../../gateway/config.ts";
import { startGateway } from "../../../gateway/main.ts";
import { createCodeReaderSimulator } from "../../../simulators/code-reader/simulator.ts";
import { type InstitutionPorts, type Institutions, startInstitutions } from "../../../simulators/institutions/start.ts";
import {
  createPaymentTerminalSimulator,
  type PaymentTerminalSimulator,
} from "../../../simulators/payment-terminal/device.ts";
import {
  createZvtTerminalSimulator,
  type ZvtTerminalSimulator,
} from "../../../simulators/payment-terminal/zvt/device.ts";
import {
  createReceiptPrinterSimulator,
  type ReceiptPrinterSimulator,
} from "../../../simulators/receipt-printer/simulator.ts";
import { freePort } from "../../support/free-port.ts";
import { QUICK_GATEWAY } from "../../support/kiosk-stack.ts";
import { until } from "../../support/until.ts";
import { type JournalSeen, readJournal } from "./journal-copy.ts";
import { RuntimeProcess } from "./runtime-process.ts";

/** The devices of a kiosk; each stands in half of the cases. */
export type Model = "transbank and presenter" | "zvt and cutter";
export const MODELS: readonly Model[] = ["transbank and presenter", "zvt and cutter"];

export type LaneOptions = {
  readonly directory: string;
  readonly model: Model;
  readonly pki: DevelopmentPki;
  readonly kiosk: string;
  /** Folder of the bundled `runtime-child.ts`, with the services in it. */
  readonly program: string;
  /** Folder of the services that it offers, instead of all. */
  readonly services?: string;
  /** The runtime's data, where it is not to lie in `directory`. */
  readonly data?: string;
  readonly nodeOptions?: readonly string[];
  /** See `RuntimeProcessOptions`. */
  readonly inTurn?: (start: () => Promise<boolean>) => Promise<boolean>;
  /** Paper and bank take no time: for who counts journeys, and kills nothing. */
  readonly instant?: boolean;
};

export type Health = {
  readonly institutions: readonly string[];
  readonly closed: boolean;
  readonly terminalHeld: boolean;
  readonly incidentsWaiting: number;
  readonly outbox: { readonly waiting: number };
  readonly storage: string;
  readonly journalQuarantined: boolean;
  readonly devices: readonly { readonly kind: string; readonly link: string; readonly readiness: string }[];
};

/** Bits per second of the printer's line, and dots per second of its mechanism: fast, because nobody waits for the paper. */
const LINE_RATE = 115_200;
const PAPER_SPEED = 6_000;
/** Seconds that a sale may take: the least that the configuration allows. */
const SALE_WITHIN = 10;
const QUICK_TERMINAL = { thinking: 5, pin: 60, bank: 80, boot: 300, cardTimeout: 4_000, ackTimeout: 1_500 };
const LINES_KEPT = 400;
/** Between two questions to the runtime, milliseconds. */
export const ASK_EVERY = 100;

/**
 * A kiosk of which only the runtime is a process of its own, so that killing it is cheap: devices at the ends of their wires, gateway and
 * institutions live here and remember what really happened.
 */
export class Lane {
  readonly terminal: PaymentTerminalSimulator | ZvtTerminalSimulator;
  readonly printer: ReceiptPrinterSimulator;
  readonly institutions: Institutions;
  readonly reader: ReturnType<typeof createCodeReaderSimulator>;
  readonly options: LaneOptions;
  /** What happened, oldest first: `<milliseconds> <words>`. */
  readonly timeline: string[] = [];
  /** Told of everything that can be seen from outside, by its name. */
  onEvent: (name: string) => void = () => undefined;
  #gateway: { readonly url: string; stop(): Promise<void> } | undefined;
  #gatewayChange: Promise<void> = Promise.resolve();
  /** Institutions and gateway go away and come back to the same place. */
  readonly #gatewayPort: number;
  #began = performance.now();
  readonly runtime: RuntimeProcess;

  private constructor(
    options: LaneOptions,
    terminal: Lane["terminal"],
    institutions: Institutions,
    gatewayPort: number,
  ) {
    this.options = options;
    this.#gatewayPort = gatewayPort;
    this.terminal = terminal;
    this.institutions = institutions;
    this.runtime = new RuntimeProcess({
      program: options.program,
      config: join(options.directory, "kiosk.yaml"),
      nodeOptions: options.nodeOptions ?? [],
      ...(options.inTurn === undefined ? {} : { inTurn: options.inTurn }),
      note: (words) => this.note(words),
    });
    const path = (name: string) => join(options.directory, name);
    this.reader = createCodeReaderSimulator({ id: "code-reader", path: path("code-reader") });
    this.printer = createReceiptPrinterSimulator({
      ...{ id: "receipt-printer", path: path("receipt-printer"), clock: systemClock },
      model: this.#isTransbank ? "custom-vkp80" : "epson-tm",
      ...(options.instant === true ? {} : { paced: LINE_RATE, speed: PAPER_SPEED }),
    });
  }

  /** Starts everything but the runtime. */
  static async start(options: LaneOptions): Promise<Lane> {
    const { directory, model } = options;
    mkdirSync(join(directory, "ui"), { recursive: true });
    const settings = options.instant === true ? { ...QUICK_TERMINAL, pin: 0, bank: 0 } : QUICK_TERMINAL;
    const common = { id: "payment-terminal", clock: systemClock, settings };
    const terminal =
      model === "transbank and presenter"
        ? createPaymentTerminalSimulator({
            ...common,
            model: "transbank-autoservicio",
            path: join(directory, "terminal"),
          })
        : await createZvtTerminalSimulator({ ...common, model: "zvt-tcp" });
    const institutions = await startInstitutions({ clock: systemClock, ports: await institutionPorts() });
    const lane = new Lane(options, terminal, institutions, await freePort());
    for (const device of [lane.terminal, lane.printer, lane.reader]) await device.start();
    lane.#watch();
    await lane.startGateway();
    lane.#configure();
    return lane;
  }

  get data(): string {
    return this.options.data ?? join(this.options.directory, "runtime");
  }

  get viewSocket(): string {
    return join(this.options.directory, "view.sock");
  }

  get #isTransbank(): boolean {
    return this.options.model === "transbank and presenter";
  }

  note(words: string): void {
    this.timeline.push(`${Math.round(performance.now() - this.#began)} ${words}`);
    if (this.timeline.length > LINES_KEPT) this.timeline.shift();
  }

  forget(): void {
    this.timeline.length = 0;
    this.#began = performance.now();
  }

  /** The journal as it is on the disk now. */
  journal(): JournalSeen {
    return readJournal(this.data);
  }

  /** What the runtime says of itself; `undefined` while it cannot be asked. */
  async health(): Promise<Health | undefined> {
    try {
      return (await (await fetch(`${this.runtime.url}/health`)).json()) as Health;
    } catch {
      return undefined;
    }
  }

  /** Waits until the kiosk counts on every device and institution. */
  async serves(patience?: number): Promise<void> {
    await until(
      "a kiosk that serves",
      async () => {
        const health = await this.health();
        if (health === undefined || health.closed) return false;
        return health.institutions.length >= 2 && health.devices.every(({ readiness }) => readiness === "ready");
      },
      patience,
      ASK_EVERY,
    );
  }

  /** After whatever else is done to it: it is stopped and started by hands that do not wait for each other. */
  startGateway(): Promise<void> {
    return this.#afterwards(() => this.#startGateway());
  }

  stopGateway(): Promise<void> {
    return this.#afterwards(async () => {
      const running = this.#gateway;
      this.#gateway = undefined;
      await running?.stop();
    });
  }

  #afterwards(work: () => Promise<void>): Promise<void> {
    this.#gatewayChange = this.#gatewayChange.then(work);
    return this.#gatewayChange;
  }

  async #startGateway(): Promise<void> {
    if (this.#gateway !== undefined) return;
    const { directory, pki } = this.options;
    const config = gatewayConfigSchema.parse({
      ...{ stateDirectory: join(directory, "gateway"), port: this.#gatewayPort, ...QUICK_GATEWAY },
      tls: { certificate: pki.server.certificatePath, key: pki.server.keyPath, kioskCa: pki.ca.certificatePath },
      institutions: this.institutions.gatewayConfig,
    });
    const log: Logger = (event) => this.onEvent(`gateway: ${event}`);
    this.#gateway = await startGateway(config, log);
  }

  async stop(): Promise<void> {
    this.runtime.kill();
    await this.runtime.exited;
    await this.stopGateway();
    for (const device of [this.terminal, this.printer, this.reader]) await device.stop();
    await this.institutions.stop();
  }

  #watch(): void {
    let phase = "";
    let charges = 0;
    this.terminal.terminal.state.subscribe((state) => {
      if (state.phase !== phase) this.#see(`terminal: ${state.phase}`);
      if (state.charges.length !== charges) this.#see("terminal: charge decided");
      phase = state.phase;
      charges = state.charges.length;
    });
    let paper = 0;
    let tickets = 0;
    this.printer.state.subscribe((value) => {
      const state = value as { readonly paperMillimetres: number; readonly tickets: number };
      if (state.paperMillimetres < paper) this.onEvent("printer: paper moves");
      if (state.tickets !== tickets) this.#see("printer: paper out");
      paper = state.paperMillimetres;
      tickets = state.tickets;
    });
    const { bono, srcei, reclamos, contactDesk, atencion } = this.institutions;
    for (const institution of [bono, srcei, reclamos, contactDesk, atencion]) {
      let requests = 0;
      institution.state.subscribe(() => {
        if (institution.exchanges.length !== requests) this.#see(`${institution.id}: request`);
        requests = institution.exchanges.length;
      });
    }
  }

  #see(name: string): void {
    this.note(name);
    this.onEvent(name);
  }

  #configure(): void {
    const { directory, kiosk, pki, program } = this.options;
    const identity = pki.kiosks.get(kiosk);
    const file = stringify({
      kiosk: { id: kiosk, place: "Prueba de confiabilidad", screenWidth: 301, demo: true },
      timeouts: { idle: 60, grace: 20, finish: 5 },
      devices: [
        {
          ...{ id: "terminal", kind: "payment-terminal", port: this.terminal.port, model: this.terminal.model },
          saleWithin: SALE_WITHIN,
        },
        { id: "printer", kind: "receipt-printer", port: this.printer.port, model: this.printer.model, baud: LINE_RATE },
        { id: "scanner", kind: "code-reader", port: this.reader.port, model: "serial-scanner" },
      ],
      gateway: {
        ...{ url: this.#gateway?.url, ca: pki.ca.certificatePath },
        ...{ certificate: identity?.certificatePath, key: identity?.keyPath },
      },
      data: this.data,
      view: { port: 0, openPage: true, socket: this.viewSocket, bundle: join(directory, "ui") },
      control: { socket: join(directory, "control.sock") },
      services: this.options.services ?? join(program, "services"),
    });
    writeFileSync(join(directory, "kiosk.yaml"), file);
  }
}

async function institutionPorts(): Promise<InstitutionPorts> {
  const names = [
    "certificador",
    "bono",
    "srcei",
    "contactDesk",
    "reclamos",
    "notify",
    "claveUnica",
    "atencion",
  ] as const;
  const ports = new Set<number>();
  while (ports.size < names.length) ports.add(await freePort());
  const each = [...ports];
  return Object.fromEntries(names.map((name, index) => [name, each[index]]));
}
