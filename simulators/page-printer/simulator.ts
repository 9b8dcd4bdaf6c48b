import type { Clock, Timer } from "../../base/clock.ts";
import { Subject } from "../../base/observable.ts";
import type { Json, SimulatedDevice } from "../operator.ts";
import { LoopbackHttpServer } from "../wire/loopback-http.ts";
import { operatorActions } from "./actions.ts";
import { OFFICE_PRINTER, type PrinterNature } from "./attributes.ts";
import { type EngineCondition, PrintEngine, type SimulatedJob } from "./engine.ts";
import { NO_FAULTS, PrinterFront } from "./front.ts";
import { servedBy } from "./http-server.ts";
import { IppService } from "./service.ts";

export type PagePrinterSimulatorOptions = {
  readonly id: string;
  readonly clock: Clock;
  /** Loopback port; 0 or absent: a free one. */
  readonly port?: number;
  /** Milliseconds for one page. */
  readonly pageTime?: number;
  /** Without it there is no HTTP server: tests reach `front` through `bench.ts`. */
  readonly wire?: "http" | "memory";
};

/** From power to the first answer, milliseconds. */
const BOOT = 3_000;
const JOBS_SHOWN = 8;

export function createPagePrinterSimulator(options: PagePrinterSimulatorOptions): PagePrinterSimulator {
  return new PagePrinterSimulator(options);
}

/** An office printer on the network, and the room around it. It keeps the PDFs that it "printed"; pages are not drawn. */
export class PagePrinterSimulator implements SimulatedDevice {
  readonly id: string;
  readonly kind = "page-printer";
  readonly model = "ipp";
  readonly actions: SimulatedDevice["actions"];
  readonly state: Subject<Json>;
  readonly engine: PrintEngine;
  readonly service: IppService;
  readonly front: PrinterFront;
  /** What kind of printer it is; may be changed at any time. */
  nature: PrinterNature = OFFICE_PRINTER;
  readonly #clock: Clock;
  readonly #http: LoopbackHttpServer | undefined;
  readonly #cuts = new Set<() => void>();
  #power: "on" | "booting" | "off" = "on";
  #plugged = true;
  #running = false;
  #boot: Timer | undefined;

  constructor(options: PagePrinterSimulatorOptions) {
    const { clock } = options;
    this.id = options.id;
    this.#clock = clock;
    this.engine = new PrintEngine({
      clock,
      pageTime: options.pageTime,
      onChange: () => this.#publish(),
      onDeath: () => this.powerOff(),
    });
    this.service = new IppService({
      engine: this.engine,
      clock,
      nature: () => this.nature,
      uri: () => this.port,
    });
    this.front = new PrinterFront(this.service, clock);
    this.#http =
      options.wire === "memory" ? undefined : new LoopbackHttpServer(servedBy(this.front), options.port ?? 0);
    this.actions = operatorActions(this);
    this.state = new Subject<Json>(this.#readState());
  }

  /** Its address; the port is known once it has started. */
  get port(): string {
    return `ipp://127.0.0.1:${this.#http?.port ?? 631}/ipp/print`;
  }

  /** Whether anything answers at its address. */
  get reachable(): boolean {
    return this.#running && this.#power === "on" && this.#plugged;
  }

  /** Jobs that came out whole, oldest first. */
  get printed(): readonly SimulatedJob[] {
    return this.engine.jobs.filter(({ state }) => state === "completed");
  }

  async start(): Promise<void> {
    this.#running = true;
    await this.#connect();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#boot?.cancel();
    this.engine.powerLost();
    this.#cut();
  }

  /** Changes what a hand can change. */
  set(condition: Partial<EngineCondition>): void {
    Object.assign(this.engine.condition, condition);
    this.engine.changed();
  }

  powerOff(): void {
    this.#boot?.cancel();
    this.#power = "off";
    this.#cut();
    this.engine.powerLost();
  }

  powerOn(): void {
    if (this.#power !== "off") return;
    this.#power = "booting";
    this.#boot = this.#clock.setTimeout(() => {
      this.#power = "on";
      void this.#connect();
    }, BOOT);
    this.#publish();
  }

  unplug(): void {
    this.#plugged = false;
    this.#cut();
    this.#publish();
  }

  async plug(): Promise<void> {
    this.#plugged = true;
    await this.#connect();
  }

  /** Nothing is wrong any more; jobs stay. */
  repair(): void {
    Object.assign(this.front.faults, NO_FAULTS);
    this.engine.fault = undefined;
    this.nature = OFFICE_PRINTER;
    this.set({ paper: 250, coverOpen: false, jam: false, toner: "full", outputFull: false, paused: false });
  }

  /** For wires in memory: calls `listener` when every connection is cut. @returns how to leave. */
  onCut(listener: () => void): () => void {
    this.#cuts.add(listener);
    return () => void this.#cuts.delete(listener);
  }

  changed(): void {
    this.#publish();
  }

  async #connect(): Promise<void> {
    if (this.reachable) await this.#http?.listen();
    this.#publish();
  }

  #cut(): void {
    this.#http?.close();
    for (const listener of [...this.#cuts]) listener();
  }

  #publish(): void {
    this.state.set(this.#readState());
  }

  #readState(): Json {
    const { condition, jobs, state, reasons, fault } = this.engine;
    const { slow, ...faults } = this.front.faults;
    return {
      power: this.#power,
      plugged: this.#plugged,
      printer: state,
      reasons: [...reasons],
      paper: condition.paper,
      toner: condition.toner,
      jobs: jobs.slice(-JOBS_SHOWN).map((job) => ({
        job: job.id,
        title: job.title,
        phase: job.state,
        pages: `${job.impressions}/${job.pages * job.copies}`,
      })),
      fault: fault ?? "",
      faults,
      slow,
    };
  }
}
