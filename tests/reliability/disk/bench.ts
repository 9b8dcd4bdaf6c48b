import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import Database from "better-sqlite3";
import { type RuntimeStatus, runtimeStatusSchema } from "../../../base/contracts/runtime-control.ts";
import type { Screen } from "../../../base/contracts/view.ts";
import { until } from "../../support/until.ts";
import { seeded } from "../../usb-lab/inside/random.ts";
import { Citizen } from "../kiosk/citizen.ts";
import { insertCard, presentCedula, takePapers } from "../kiosk/hands.ts";
import type { Lane } from "../kiosk/lane.ts";

const PATIENCE = 240_000;

/** A kiosk on a disk that will fail, with its supervisor, and what can be said and asked about it. */
export class DiskBench {
  readonly lane: Lane;
  readonly faults: string[] = [];
  #supervised = false;

  constructor(lane: Lane) {
    this.lane = lane;
  }

  /** Starts the runtime again whenever it ends by itself, as the unit file does. */
  async supervise(): Promise<void> {
    this.#supervised = true;
    await this.lane.runtime.boot();
    void (async () => {
      for (;;) {
        await this.lane.runtime.exited;
        if (!this.#supervised) return;
        await this.lane.runtime.boot();
      }
    })();
  }

  async cut(): Promise<void> {
    this.#supervised = false;
    this.lane.runtime.kill();
    await this.lane.runtime.exited;
  }

  expect(holds: boolean, fault: string): void {
    if (!holds) this.faults.push(fault);
  }

  /** A citizen goes through the service; `moment` is told each screen. */
  async citizen(service: string, moment: (screen: Screen) => void = () => undefined): Promise<"home" | "gone"> {
    const { lane } = this;
    const citizen = new Citizen(
      lane.viewSocket,
      { service, random: seeded(1) },
      {
        presentCedula: () => presentCedula(lane),
        payWithCard: () => insertCard(lane),
        takePapers: () => takePapers(lane),
      },
      (screen) => {
        lane.note(`screen ${screen.kind} ${screen.title.id}`);
        moment(screen);
      },
    );
    const late = setTimeout(() => citizen.leave(), PATIENCE);
    const end = await citizen.end;
    clearTimeout(late);
    if (lane.terminal.terminal.state.value.card !== undefined) lane.terminal.terminal.removeCard();
    return end;
  }

  async says(storage: string): Promise<void> {
    await until(
      `the kiosk says that its disk is ${storage}`,
      async () => (await this.lane.health())?.storage === storage,
      PATIENCE,
    );
  }

  async serves(): Promise<void> {
    await this.lane.serves(PATIENCE);
  }

  /** What a citizen sees now. */
  async screen(): Promise<Screen["kind"]> {
    const seen = Promise.withResolvers<Screen["kind"]>();
    const citizen = new Citizen(
      this.lane.viewSocket,
      { service: "", random: seeded(1) },
      { presentCedula: () => undefined, payWithCard: () => undefined, takePapers: () => undefined },
      ({ kind }) => seen.resolve(kind),
    );
    const kind = await seen.promise;
    citizen.leave();
    return kind;
  }

  /** What the fleet agent is told. */
  async status(): Promise<RuntimeStatus> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const socketPath = join(this.lane.options.directory, "control.sock");
    const asked = request({ socketPath, path: "/v1/status" }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () => resolve(text));
    });
    asked.on("error", reject).end();
    return runtimeStatusSchema.parse(JSON.parse(await promise));
  }

  async settled(): Promise<void> {
    await until(
      "everything settled",
      async () => {
        const health = await this.lane.health();
        takePapers(this.lane);
        return health !== undefined && !health.closed && health.incidentsWaiting === 0;
      },
      PATIENCE,
    );
  }

  /** Kinds of incidents that the gateway has. */
  incidents(): string[] {
    const database = new Database(join(this.lane.options.directory, "gateway", "gateway.db"), { readonly: true });
    try {
      return database.prepare("SELECT kind FROM incidents ORDER BY id").pluck().all() as string[];
    } finally {
      database.close();
    }
  }

  /** Pesos that citizens paid and did not get back, and valid bonos. */
  books(): { readonly held: number; readonly valid: number } {
    const { terminal, institutions } = this.lane;
    const { issued, annulled } = institutions.bono.ledger;
    return { held: terminal.terminal.ledger.balance, valid: issued.length - annulled.length };
  }

  quarantine(): string[] {
    return existsSync(this.lane.data)
      ? readdirSync(this.lane.data).filter((name) => name.startsWith("journal-damaged-"))
      : [];
  }

  /** What the operator's document asks of the technician: the folder is taken away. */
  takeQuarantineAway(): void {
    for (const name of this.quarantine()) {
      cpSync(join(this.lane.data, name), join(this.lane.options.directory, `taken-${name}`), { recursive: true });
      rmSync(join(this.lane.data, name), { recursive: true });
    }
  }
}
