import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { type Demo, startDemo } from "../../scripts/demo/demo.ts";
import { FONASA_BONO_TOKEN } from "../../simulators/institutions/fonasa-bono.ts";
import { freePort } from "./free-port.ts";
import { KioskClient } from "./kiosk-client.ts";
import { Operator } from "./operator.ts";
import { until } from "./until.ts";

export type ChargeSeen = {
  readonly ticket: string;
  readonly amount: number;
  readonly responseCode: string;
  readonly moneyMoved: boolean;
  readonly reversed: boolean;
};
export type TerminalSeen = {
  readonly phase: string;
  readonly plugged: boolean;
  readonly balance: number;
  readonly charges: readonly ChargeSeen[];
};
export type Paper = { readonly place: string; readonly text: string };
export type EffectSeen = {
  readonly journey: string;
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly detail: string | null;
};
export type IncidentSeen = {
  readonly journey: string;
  readonly number: string;
  readonly kind: string;
  readonly amount: number | null;
  readonly finding: string | null;
  readonly recorded_by: string;
};
export type JourneySeen = { readonly id: string; readonly result: string | null; readonly settled_at: number | null };
export type Bono = { readonly folio: string; readonly state: string };

type Overrides = Readonly<Record<string, unknown>>;

export type StackOptions = {
  /** Overrides of the runtime's configuration file; those that need to know where the devices are take the stack's directory. */
  readonly runtime?: Overrides | ((directory: string) => Overrides);
  /** The runtime's main program; from source when left out. */
  readonly runtimeProgram?: string;
  readonly gateway?: Readonly<Record<string, unknown>>;
  /** For what is waited for where nothing else is said, milliseconds. */
  readonly patience?: number;
};

/** The deadlines of a gateway in tests of faults: the same order of things, sooner. */
export const QUICK_GATEWAY = {
  deadlines: { bono: 1_500, srcei: 1_500, certificador: 1_500, lookUp: 800, probe: 800, hold: 4_000, settle: 3_000 },
};

/** A whole kiosk with everything around it, one process a part, and what each of them really did. */
export class KioskStack {
  readonly demo: Demo;
  readonly directory: string;
  readonly operator: Operator;
  /** Every line that any part logged. */
  readonly logs: readonly string[];
  readonly #patience: number | undefined;
  #kiosk: KioskClient;
  #url: string;

  private constructor(demo: Demo, directory: string, logs: readonly string[], patience: number | undefined) {
    this.demo = demo;
    this.directory = directory;
    this.logs = logs;
    this.#url = demo.kiosk;
    this.#kiosk = new KioskClient(join(directory, "view.sock"), patience);
    this.#patience = patience;
    this.operator = new Operator(demo.simulators);
  }

  /** The citizen who stands before it. */
  get kiosk(): KioskClient {
    return this.#kiosk;
  }

  /** The citizen leaves, whatever they wait for, and the next one comes. */
  nextCitizen(): void {
    this.#kiosk.close();
    this.#kiosk = new KioskClient(join(this.directory, "view.sock"), this.#patience);
  }

  /** Starts it and waits until it serves. */
  static async start({ runtime, runtimeProgram, gateway, patience }: StackOptions = {}): Promise<KioskStack> {
    const directory = mkdtempSync(join(tmpdir(), "vj-"));
    const logs: string[] = [];
    const demo = await startDemo({
      directory,
      // Who is killed must come back where the others look for it: the page for the runtime, the kiosk for the gateway.
      ports: { kiosk: await freePort(), gateway: await freePort(), simulators: 0 },
      runtime: {
        timeouts: { idle: 120, grace: 20, finish: 120 },
        ...(typeof runtime === "function" ? runtime(directory) : runtime),
      },
      ...(runtimeProgram === undefined ? {} : { runtimeProgram: { program: runtimeProgram, nodeOptions: [] } }),
      saleWithin: 12,
      ...(gateway === undefined ? {} : { gateway }),
      log: (_, line) => logs.push(line),
      onReady: () => {},
      onCrash: () => {},
    });
    const stack = new KioskStack(demo, directory, logs, patience);
    try {
      await stack.kiosk.sees("attract");
      await stack.serves("fonasa", "srcei");
    } catch (problem) {
      await stack.stop();
      throw new Error(`the kiosk does not serve:\n${logs.join("\n")}`, { cause: problem });
    }
    return stack;
  }

  async stop(): Promise<void> {
    this.kiosk.close();
    await this.demo.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Ends the runtime as a power cut would, and starts it again. */
  async powerCut(): Promise<void> {
    this.demo.parts.runtime.kill();
    await until("the runtime's end", () => this.kiosk.view === undefined && this.demo.parts.runtime.pid === undefined);
    this.#url = await this.demo.parts.runtime.start();
  }

  async killGateway(): Promise<void> {
    this.demo.parts.gateway.kill();
    await until("the gateway's end", () => this.demo.parts.gateway.pid === undefined);
  }

  async startGateway(): Promise<void> {
    await this.demo.parts.gateway.start();
  }

  get url(): string {
    return this.#url;
  }

  async health(): Promise<{
    institutions: string[];
    closed: boolean;
    terminalHeld: boolean;
    serving: boolean;
    incidentsWaiting: number;
    outbox: { waiting: number; refused: number; open: boolean };
    devices: { kind: string; link: string; readiness: string; conditions: { code: string; severity: string }[] }[];
  }> {
    return (await fetch(`${this.#url}/health`)).json();
  }

  /** Waits until the kiosk counts on these institutions, and on its devices. */
  async serves(...institutions: string[]): Promise<void> {
    await until(
      `${institutions} reached`,
      async () => {
        const health = await this.health();
        return institutions.every((name) => health.institutions.includes(name)) && !health.closed;
      },
      this.#patience,
    );
    await until(
      "devices ready",
      async () => {
        const { devices } = await this.health();
        return devices.every(({ link, readiness }) => link === "connected" && readiness === "ready");
      },
      this.#patience,
    );
  }

  async terminal(): Promise<TerminalSeen> {
    return (await this.operator.state("payment-terminal")) as unknown as TerminalSeen;
  }

  /** Every paper that came out, oldest first. */
  async papers(): Promise<Paper[]> {
    const texts = (await this.operator.texts("receipt-printer")).filter(({ name }) => name !== "printing");
    return texts
      .map(({ name, text }) => ({ place: /\((.*)\)/.exec(name)?.[1] ?? name, text }))
      .toReversed()
      .toSorted((a, b) => Number(a.place === "in the mouth") - Number(b.place === "in the mouth"));
  }

  /** Takes `count` papers as they come to the mouth, and returns what is on them. */
  async takesPapers(count: number, patience = 30_000): Promise<string[]> {
    const taken: string[] = [];
    while (taken.length < count) {
      const paper = await until(
        `paper ${taken.length + 1} of ${count} in the mouth`,
        async () => (await this.papers()).find(({ place }) => place === "in the mouth"),
        patience,
      );
      await this.operator.act("receipt-printer", "takeTicket");
      taken.push(paper.text);
    }
    return taken;
  }

  /** Numbers of bonos at FONASA. */
  async bonos(): Promise<{ issued: number; annulled: number }> {
    const { issued, annulled } = await this.operator.state("fonasa-bono");
    return { issued: Number(issued), annulled: Number(annulled) };
  }

  /** What FONASA says of a folio. */
  async bono(folio: string, code: string): Promise<Bono> {
    const { fonasa } = JSON.parse(readFileSync(join(this.directory, "institutions.json"), "utf8"));
    const answer = await fetch(`${fonasa.bono.url}/v1/bonos/${folio}?code=${code}`, {
      headers: { authorization: `Bearer ${FONASA_BONO_TOKEN}` },
    });
    return (await answer.json()) as Bono;
  }

  /** The journal as it is on disk now. */
  journal(): { journeys: JourneySeen[]; effects: EffectSeen[]; incidents: IncidentSeen[] } {
    const copy = mkdtempSync(join(tmpdir(), "vj-journal-"));
    for (const name of ["journal.db", "journal.db-wal"]) {
      const path = join(this.directory, "runtime", name);
      if (existsSync(path)) copyFileSync(path, join(copy, name));
    }
    const database = new Database(join(copy, "journal.db"));
    try {
      return {
        journeys: database.prepare("SELECT * FROM journeys ORDER BY opened_at").all() as JourneySeen[],
        effects: database.prepare("SELECT * FROM effects ORDER BY journey, sequence").all() as EffectSeen[],
        incidents: database.prepare("SELECT * FROM incidents ORDER BY rowid").all() as IncidentSeen[],
      };
    } finally {
      database.close();
      rmSync(copy, { recursive: true, force: true });
    }
  }

  /** The last journey, with what was done for it and what was recorded. */
  lastJourney(): { journey: JourneySeen; effects: EffectSeen[]; incidents: IncidentSeen[] } {
    const { journeys, effects, incidents } = this.journal();
    const journey = journeys.at(-1);
    if (journey === undefined) throw new Error("there was no journey");
    return {
      journey,
      effects: effects.filter((effect) => effect.journey === journey.id),
      incidents: incidents.filter((incident) => incident.journey === journey.id),
    };
  }

  /** Waits until every journey is settled; the last one then. */
  async settled(patience = 60_000) {
    await until(
      "all journeys settled",
      () => this.journal().journeys.every(({ settled_at }) => settled_at !== null),
      patience,
    );
    return this.lastJourney();
  }

  /** What the gateway was told of incidents. */
  gatewayIncidents(): { number: string; kind: string }[] {
    const database = new Database(join(this.directory, "gateway", "gateway.db"), { readonly: true });
    try {
      return database.prepare("SELECT number, kind FROM incidents ORDER BY id").all() as {
        number: string;
        kind: string;
      }[];
    } finally {
      database.close();
    }
  }

  /** Where any of these words stands in the runtime's files or in any log. */
  tracesOf(...words: readonly string[]): string[] {
    const found: string[] = [];
    const search = (place: string, content: string) => {
      for (const word of words) if (content.includes(word)) found.push(`${word} in ${place}`);
    };
    const folder = join(this.directory, "runtime");
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
      if (statSync(join(folder, name)).isFile()) {
        const bytes = readFileSync(join(folder, name));
        search(name, bytes.toString("latin1"));
        search(name, bytes.toString("utf8"));
      }
    search("the logs", this.logs.join("\n"));
    return found;
  }
}
