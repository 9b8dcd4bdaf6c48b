import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { SimulatedClock } from "../../../base/clock.ts";
import type { Intent, SessionView } from "../../../base/contracts/view.ts";
import { createLogger, type LogRecord, silentLogger } from "../../../base/log.ts";
import { done, failed, type Outcome } from "../../../base/outcome.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { assertOk, ok } from "../../../base/result.ts";
import { SerialScanner } from "../../../drivers/code-reader/serial-scanner/driver.ts";
import { TransbankTerminal } from "../../../drivers/payment-terminal/transbank/driver.ts";
import { createReceiptPrinter } from "../../../drivers/receipt-printer/driver.ts";
import { PROFILES } from "../../../drivers/receipt-printer/profile.ts";
import type { CompiledService } from "../../../flows/compiler/compiled.ts";
import type { Json } from "../../../flows/engine/ports.ts";
import type { Session } from "../../../flows/session/interface.ts";
import { createSession } from "../../../flows/session/session.ts";
import { ANSWERS } from "../../../flows/testing/people.ts";
import type { ServerMessage, ViewState } from "../../../kiosk/contract/messages.ts";
import { parseConfig } from "../../../kiosk/runtime/config/load.ts";
import { type Runtime, startRuntime } from "../../../kiosk/runtime/runtime.ts";
import { FakeUps } from "../../../kiosk/runtime/testing/fake-housing.ts";
import { FakeGateway } from "../../../kiosk/runtime/testing/fakes.ts";
import { packagesIn } from "../../../kiosk/runtime/testing/packages.ts";
import { ViewHub } from "../../../kiosk/runtime/view/hub.ts";
import { createCodeReaderSimulator } from "../../../simulators/code-reader/simulator.ts";
import { SimulatedTerminal } from "../../../simulators/payment-terminal/terminal.ts";
import { createReceiptPrinterSimulator } from "../../../simulators/receipt-printer/simulator.ts";
import { MemoryWire } from "../../../simulators/wire/memory.ts";

/** A clock whose wall time can be set, as a machine's is; durations are not touched by that. */
export class SettableClock extends SimulatedClock {
  #jumped = 0;

  override now(): number {
    return super.now() + this.#jumped;
  }

  jump(milliseconds: number): void {
    this.#jumped += milliseconds;
  }
}

export const QUERY_FAULTS = ["none", "error", "silent"] as const;

/** A gateway that answers as the institutions' contracts say, with all that can go wrong between. */
export class WilfulGateway extends FakeGateway {
  queries: (typeof QUERY_FAULTS)[number] = "none";
  /** Milliseconds before anything is answered. */
  delay = 50;
  readonly #clock: SimulatedClock;

  constructor(clock: SimulatedClock) {
    super();
    this.#clock = clock;
    this.institutions = { fonasa: "up", srcei: "up" };
  }

  override async query(operation: string, _input?: Json, signal?: AbortSignal): Promise<Outcome<Json>> {
    await this.#pause(this.queries === "silent" ? 600_000 : this.delay, signal);
    if (signal?.aborted || !this.reachable || this.queries !== "none")
      return failed(coded("runtime.gateway-unreachable"));
    return done(ANSWERS[operation] ?? null);
  }

  override async submit(key: string, operation: string, input: Json): Promise<Outcome<Json>> {
    await this.#pause(this.delay);
    const outcome = await super.submit(key, operation, input);
    return outcome.outcome === "ok" ? done(ANSWERS[operation] ?? { recorded: true }) : outcome;
  }

  #pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(resolve, milliseconds);
      signal?.addEventListener("abort", () => {
        timer.cancel();
        resolve();
      });
    });
  }
}

export type JourneyOnDisk = {
  readonly id: string;
  readonly service: string;
  readonly result: string | null;
  readonly settled_at: number | null;
  /** Pesos that the terminal took for it and did not give back, and how many charges that were. */
  readonly taken: number;
  readonly charges: number;
  /** The last ticket that was charged for it. */
  readonly ticket: string | undefined;
  readonly incidents: number;
  readonly issued: number;
};

const CONFIG = `
kiosk: { id: demo-1, place: Valdivia, screenWidth: 337 }
timeouts: { idle: 60, away: 5, grace: 20, finish: 15 }
devices:
  - { id: terminal, kind: payment-terminal, model: simulated, port: terminal }
  - { id: printer, kind: receipt-printer, model: simulated, port: printer }
  - { id: reader, kind: code-reader, model: simulated, port: reader }
  - { id: ups, kind: ups, model: simulated, port: ups }
gateway: { url: "http://127.0.0.1:4300" }
data: data
view: { port: 0, bundle: ui }
services: services
`;

/**
 * The real runtime in this process: real drivers on cables in memory, simulated devices at their ends, a gateway made by hand, two shells
 * at the real hub, and time that moves only when told to.
 */
export class KioskInMemory {
  readonly clock = new SettableClock();
  readonly directory = mkdtempSync(join(tmpdir(), "reality-"));
  readonly #wires = { terminal: new MemoryWire(), printer: new MemoryWire(), reader: new MemoryWire() };
  readonly terminal = new SimulatedTerminal({
    model: "transbank-autoservicio",
    wire: this.#wires.terminal,
    clock: this.clock,
  });
  readonly printer = createReceiptPrinterSimulator({
    ...{ id: "printer", model: "custom-vkp80", path: "memory", clock: this.clock, wire: this.#wires.printer },
  });
  readonly reader = createCodeReaderSimulator({ id: "reader", path: "memory", wire: this.#wires.reader });
  readonly ups = new FakeUps();
  readonly gateway = new WilfulGateway(this.clock);
  readonly defects: unknown[] = [];
  readonly records: LogRecord[] = [];
  #session: Session | undefined;
  #hub: ViewHub | undefined;
  #runtime: Runtime | undefined;

  static async start(services: readonly CompiledService[]): Promise<KioskInMemory> {
    const kiosk = new KioskInMemory();
    const { clock } = kiosk;
    await Promise.all([kiosk.printer.start(), kiosk.reader.start()]);
    kiosk.terminal.powerOn();
    const log = createLogger("runtime", (record) => void kiosk.records.push(record));
    const surroundings = { clock, log, random: () => 0.5 };
    const profile = PROFILES["custom-vkp80"];
    if (profile === undefined) throw new Error("there is no profile of the printer");
    const starting = startRuntime({
      ...surroundings,
      config: assertOk(parseConfig(CONFIG, join(kiosk.directory, "kiosk.yaml")), "the configuration"),
      version: "0.0.0",
      factories: {
        "payment-terminal": {
          simulated: (options) =>
            new TransbankTerminal({
              ...{ ...options, ...surroundings, model: "transbank-autoservicio", open: kiosk.#wires.terminal.open },
              settings: { heartbeat: 30_000 },
            }),
        },
        "receipt-printer": {
          simulated: (options) =>
            createReceiptPrinter({
              ...{ ...options, ...surroundings, profile, open: kiosk.#wires.printer.open },
              timings: { operatorWithin: 20_000 },
            }),
        },
        "code-reader": {
          simulated: (options) =>
            new SerialScanner({ ...options, ...surroundings, model: "serial-scanner", open: kiosk.#wires.reader.open }),
        },
        ups: { simulated: () => kiosk.ups },
      },
      gateway: kiosk.gateway,
      services,
      loadServices: async () => ok([]),
      createSession: (options) => {
        kiosk.#session = createSession(options);
        return kiosk.#session;
      },
      onDefect: (_, error) => void kiosk.defects.push(error),
      packages: packagesIn(kiosk.directory),
      onPowerEnds: () => undefined,
      onStorageBack: () => undefined,
      forget: () => undefined,
    });
    kiosk.#runtime = assertOk(await kiosk.#through(starting), "the runtime");
    const session = kiosk.session;
    kiosk.#hub = new ViewHub({
      view: session.view,
      send: (intent) => session.send(intent),
      kiosk: { id: "demo-1", place: "Valdivia" },
      screenWidth: 337,
      clock,
      log: silentLogger,
    });
    for (let second = 0; second < 60 && kiosk.view.screen.kind !== "attract"; second++) await kiosk.passes(1_000);
    return kiosk;
  }

  get session(): Session {
    if (this.#session === undefined) throw new Error("the runtime made no session");
    return this.#session;
  }

  get view(): SessionView {
    return this.session.view.value;
  }

  /** What the shells are shown. */
  get published(): ViewState {
    if (this.#hub === undefined) throw new Error("the runtime has not started");
    return this.#hub.current;
  }

  /** One shell sends what a citizen did, as the answer to the view of `version`; the runtime's refusal, if it refuses. */
  sends(intent: Intent, version: number, id: string = crypto.randomUUID()): ServerMessage | undefined {
    return this.#hub?.receive({ text: JSON.stringify({ type: "intent", id, view: version, intent }) });
  }

  async passes(milliseconds: number): Promise<void> {
    await this.clock.advance(milliseconds);
  }

  /** Everything is whole again, and nobody is there: what a technician leaves, and twenty minutes. */
  async recovers(): Promise<void> {
    const { terminal, printer, reader, ups, gateway } = this;
    gateway.reachable = true;
    gateway.queries = "none";
    gateway.submissions = "ok";
    gateway.delay = 50;
    ups.says({ source: "mains" });
    terminal.faults.clear();
    terminal.powerOff();
    terminal.removeCard();
    terminal.plug();
    terminal.powerOn();
    for (const action of ["clearFaults", "loadPaper", "releaseLine", "plug", "powerOn"])
      await printer.actions[action]?.run({});
    await reader.start();
    for (let minute = 0; minute < 20; minute++) {
      await this.passes(60_000);
      while (printer.tickets.some(({ place }) => place === "in-mouth")) await printer.actions.takeTicket?.run({});
    }
  }

  async stop(): Promise<void> {
    if (this.#runtime !== undefined) await this.#through(this.#runtime.stop());
    this.#hub?.close();
  }

  /** What the journal says of each journey, held against the terminal's and the gateway's own ledgers. After `stop`. */
  ledger(): JourneyOnDisk[] {
    const database = new Database(join(this.directory, "data", "journal.db"), { readonly: true });
    try {
      const journeys = database.prepare("SELECT * FROM journeys").all() as JourneyOnDisk[];
      const tickets = database.prepare("SELECT journey, ticket FROM effects WHERE kind = 'charge'").all() as {
        journey: string;
        ticket: string | null;
      }[];
      const incidents = database.prepare("SELECT journey FROM incidents").all() as { journey: string }[];
      return journeys.map((journey) => {
        const own = new Set(tickets.filter((one) => one.journey === journey.id).map(({ ticket }) => ticket));
        const charges = this.terminal.ledger.approved.filter(({ ticket, reversed }) => own.has(ticket) && !reversed);
        return {
          ...journey,
          taken: charges.reduce((sum, { amount }) => sum + amount, 0),
          charges: charges.length,
          ticket: charges.at(-1)?.ticket,
          incidents: incidents.filter((one) => one.journey === journey.id).length,
          issued: this.gateway.ofOperation("fonasa.bono.issue").filter((key) => key.startsWith(`${journey.id}/`))
            .length,
        };
      });
    } finally {
      database.close();
    }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Waits for work that needs both simulated time and the real event loop. */
  async #through<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const watched = work.finally(() => {
      ended = true;
    });
    while (!ended) {
      await this.clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return await watched;
  }
}
