import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SimulatedClock } from "../../../base/clock.ts";
import { silentLogger } from "../../../base/log.ts";
import { Subject } from "../../../base/observable.ts";
import { assertOk } from "../../../base/result.ts";
import type { JourneyPorts, Json } from "../../../flows/engine/ports.ts";
import { EffectRunner } from "../effects/runner.ts";
import { Settlement } from "../effects/settlement.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { createJourneyPorts } from "../journey-ports.ts";
import { Leases } from "../leases.ts";
import { Outbox } from "../outbox/outbox.ts";
import { LIMITS, type OutboxLimits } from "../outbox/room.ts";
import { Papers } from "../papers.ts";
import type { DeviceSet } from "../serving.ts";
import { FakePagePrinter } from "./fake-page-printer.ts";
import { fakeSeal } from "./fake-seal.ts";
import { FakeGateway, FakePrinter, FakeReader, FakeTerminal } from "./fakes.ts";

/** A file system in memory, where there is one: hundreds of power cuts, and none of them about the disk. */
const MEMORY = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Everything that stays when a runtime dies: devices, gateway, disk and time. */
export class World {
  readonly clock = new SimulatedClock();
  readonly directory = mkdtempSync(join(MEMORY, "kiosk-"));
  readonly terminal = new FakeTerminal();
  readonly printer = new FakePrinter();
  readonly pages = new FakePagePrinter();
  readonly reader = new FakeReader();
  readonly gateway = new FakeGateway();
  readonly onBattery = new Subject(false);
  readonly gatewayReachable = new Subject(true);
  readonly devices: DeviceSet;
  limits: OutboxLimits = LIMITS;

  /** @param others devices besides terminal, printer and reader. */
  constructor(others: Partial<DeviceSet> = {}) {
    this.devices = {
      "payment-terminal": [this.terminal],
      "receipt-printer": [this.printer],
      "code-reader": [this.reader],
      "chip-card-reader": [],
      "page-printer": [this.pages],
      "fingerprint-reader": [],
      "document-scanner": [],
      keypad: [],
      "io-board": [],
      ups: [],
      ...others,
    };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  /** Starts the part of a runtime that acts, on this world's disk. */
  boot(): Kiosk {
    return new Kiosk(this);
  }
}

export class Kiosk {
  readonly journal: Journal;
  readonly runner: EffectRunner;
  readonly settlement: Settlement;
  readonly leases: Leases;
  readonly outbox: Outbox;
  readonly papers = new Papers();
  readonly defects: unknown[] = [];
  readonly #world: World;
  readonly #raw: Journal;
  #journeys = 0;
  #writesLeft = Number.POSITIVE_INFINITY;

  constructor(world: World) {
    this.#world = world;
    const { clock, directory, devices, gateway } = world;
    this.#raw = assertOk(openJournal({ directory, kiosk: "demo-1", clock, log: silentLogger }), "journal");
    this.journal = dyingJournal(this.#raw, () => this.#write());
    this.leases = new Leases(clock);
    const { papers } = this;
    const context = { journal: this.journal, devices, leases: this.leases, papers, gateway, clock, log: silentLogger };
    const defect = (error: unknown) => void this.defects.push(error);
    this.runner = new EffectRunner(defect);
    this.settlement = new Settlement(context, this.runner, defect);
    this.outbox = new Outbox({
      defect,
      ...{ journal: this.journal, gateway, gatewayReachable: world.gatewayReachable, kiosk: "demo-1" },
      ...{ clock, random: () => 0.5, log: silentLogger, seal: fakeSeal, limits: world.limits },
    });
    const { runner, settlement, outbox } = this;
    this.openJourney = () => {
      const id = `journey-${world.clock.now()}-${++this.#journeys}`;
      this.journal.openJourney(id, "fonasa/bono-atencion");
      return { id, ports: createJourneyPorts(id, { context, runner, settlement, outbox, onBattery: world.onBattery }) };
    };
  }

  readonly openJourney: () => { readonly id: string; readonly ports: JourneyPorts };

  /** The runtime dies at the journal's `count`th edge from now: before a write is made, or after it and before it is known. */
  dieAtEdge(count: number): void {
    this.#writesLeft = count;
  }

  get dead(): boolean {
    return this.#writesLeft <= 0;
  }

  /** What a power cut leaves: a closed file and nothing in memory. */
  kill(): void {
    this.#writesLeft = 0;
    this.#raw.close();
  }

  /** Lets time pass until everything that was begun is settled, an hour at most. */
  async settle(): Promise<void> {
    let settled = false;
    void this.settlement.settled().then(() => {
      settled = true;
    });
    for (let minute = 0; minute < 60 && !settled; minute++) await this.#world.clock.advance(60_000);
    if (!settled) throw new Error("not settled after an hour");
  }

  #write(): void {
    if (this.#writesLeft <= 0 || --this.#writesLeft <= 0) throw new Died();
  }
}

export class Died extends Error {}

const WRITES = new Set([
  ...["openJourney", "intend", "advance", "endJourney", "settleJourney"],
  ...["queue", "delivered", "refuse"],
]);

/** A journal whose process may die right before or right after each write. */
function dyingJournal(journal: Journal, edge: () => void): Journal {
  const dying =
    (name: string, target: object, method: (...parameters: unknown[]) => unknown) =>
    (...parameters: unknown[]): unknown => {
      if (!WRITES.has(name)) return method.apply(target, parameters);
      edge();
      const result = method.apply(target, parameters);
      edge();
      return result;
    };
  return new Proxy(journal, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" && typeof name === "string"
        ? dying(name, target, value as (...parameters: unknown[]) => unknown)
        : value;
    },
  });
}

export const BONO_INPUT: Json = {
  run: "12345678-5",
  quote: "Q-1",
  payment: { amount: 1500, ticket: "T1", authorizationCode: "012345" },
};

/** The money side of `fonasa/bono-atencion` as a journey runs it, without its screens. */
export async function buyBono(ports: JourneyPorts): Promise<void> {
  const { signal } = new AbortController();
  const paid = await ports.charge({ effect: "charge-1", amount: 1500 }, { signal, onPrompt: () => undefined });
  if (paid.outcome === "unknown") {
    await ports.incident({ kind: "payment-unknown", amount: 1500, effects: ["charge-1"] });
    return ports.settle("incident");
  }
  if (paid.outcome === "error" || paid.value.status === "declined") return ports.settle("nothing-done");
  const issued = await ports.submit({ effect: "issue", operation: "fonasa.bono.issue", input: BONO_INPUT }, { signal });
  if (issued.outcome === "unknown") {
    await ports.incident({ kind: "delivery-unknown", amount: 1500, effects: ["charge-1", "issue"] });
    return ports.settle("incident");
  }
  if (issued.outcome === "error") {
    const refunded = await ports.refund({ effect: "refund-1", sale: paid.value }, { signal });
    if (refunded.outcome === "ok") return ports.settle("refunded");
    const kind = refunded.outcome === "error" ? "paid-not-delivered" : "refund-unknown";
    await ports.incident({ kind, amount: 1500, effects: ["charge-1"] });
    return ports.settle("incident");
  }
  const printed = await ports.print(
    { effect: "print-bono", document: { blocks: [] } },
    { signal, onProgress: () => undefined },
  );
  if (printed.outcome === "ok") return ports.settle("delivered");
  await ports.incident({ kind: "delivery-unknown", amount: 1500, effects: ["print-bono"] });
  return ports.settle("incident");
}
