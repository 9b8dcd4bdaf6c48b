import type { Clock, Timer } from "../../base/clock.ts";
import { Subject } from "../../base/observable.ts";
import type { Json, SimulatedDevice } from "../operator.ts";
import { LoopbackHttpServer } from "../wire/loopback-http.ts";
import { operatorActions } from "./actions.ts";
import { NO_FAULTS, ScannerFront } from "./front.ts";
import { servedBy } from "./http-server.ts";
import { ScanEngine, type Scanned, type ScannerCondition } from "./scanner.ts";
import { OFFICE_SCANNER, type ScannerNature } from "./settings.ts";

export type DocumentScannerSimulatorOptions = {
  readonly id: string;
  readonly clock: Clock;
  /** Loopback port; 0 or absent: a free one. */
  readonly port?: number;
  /** Milliseconds from a job to its picture. */
  readonly scanTime?: number;
  /** Without it there is no HTTP server: tests reach `front` through `bench.ts`. */
  readonly wire?: "http" | "memory";
};

const SCAN_TIME = 2_000;
/** From power to the first answer, milliseconds. */
const BOOT = 3_000;

export function createDocumentScannerSimulator(options: DocumentScannerSimulatorOptions): DocumentScannerSimulator {
  return new DocumentScannerSimulator(options);
}

/** A scanner on the network, and the hand that lays papers into it. */
export class DocumentScannerSimulator implements SimulatedDevice {
  readonly id: string;
  readonly kind = "document-scanner";
  readonly model = "escl";
  readonly actions: SimulatedDevice["actions"];
  readonly state: Subject<Json>;
  readonly engine: ScanEngine;
  readonly front: ScannerFront;
  /** What kind of scanner it is; may be changed at any time. */
  nature: ScannerNature = OFFICE_SCANNER;
  readonly #clock: Clock;
  readonly #http: LoopbackHttpServer | undefined;
  readonly #cuts = new Set<() => void>();
  #power: "on" | "booting" | "off" = "on";
  #plugged = true;
  #running = false;
  #boot: Timer | undefined;

  constructor({ id, clock, port = 0, scanTime = SCAN_TIME, wire = "http" }: DocumentScannerSimulatorOptions) {
    this.id = id;
    this.#clock = clock;
    this.engine = new ScanEngine({ clock, scanTime, onChange: () => this.#publish() });
    this.front = new ScannerFront(this.engine, clock, () => this.nature);
    this.#http = wire === "memory" ? undefined : new LoopbackHttpServer(servedBy(this.front), port);
    this.actions = operatorActions(this);
    this.state = new Subject<Json>(this.#readState());
  }

  /** Its address; the port is known once it has started. */
  get port(): string {
    return `http://127.0.0.1:${this.#http?.port ?? 80}/eSCL`;
  }

  /** Whether anything answers at its address. */
  get reachable(): boolean {
    return this.#running && this.#power === "on" && this.#plugged;
  }

  /** Pictures that left it, oldest first. */
  get scanned(): readonly Scanned[] {
    return this.engine.scanned;
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

  /** Lays a new paper on the glass. @returns its number. */
  layOnGlass(): number {
    const glass = this.engine.newPaper();
    this.set({ glass });
    return glass;
  }

  /** Puts new papers into the feeder, behind those that are there. @returns their numbers. */
  load(sheets = 1): readonly number[] {
    const papers = Array.from({ length: sheets }, () => this.engine.newPaper());
    this.set({ feeder: [...this.engine.condition.feeder, ...papers] });
    return papers;
  }

  /** Changes what a hand can change. */
  set(condition: Partial<ScannerCondition>): void {
    Object.assign(this.engine.condition, condition);
    this.#publish();
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

  /** Nothing is wrong any more; papers stay where they are. */
  repair(): void {
    Object.assign(this.front.faults, NO_FAULTS);
    this.nature = OFFICE_SCANNER;
    this.set({ coverOpen: false, jam: false, jamNext: false, broken: false });
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
    const { glass, feeder, coverOpen, jam, jamNext, broken } = this.engine.condition;
    const { slow, ...faults } = this.front.faults;
    return {
      ...{ power: this.#power, plugged: this.#plugged },
      scanner: broken ? "broken" : this.engine.current === undefined ? "idle" : "scanning",
      ...{ glass, feeder: feeder.length, coverOpen, jam, jamNext, scans: this.scanned.length, faults, slow },
    };
  }
}
