import { SimulatedClock } from "../../base/clock.ts";
import type { Intent, SessionView } from "../../base/contracts/view.ts";
import { createLogger, type LogRecord } from "../../base/log.ts";
import { Subject } from "../../base/observable.ts";
import type { CompiledService } from "../compiler/compiled.ts";
import { everythingThere } from "../session/everything-there.ts";
import type { Availability } from "../session/interface.ts";
import { createSession } from "../session/session.ts";
import { ScriptedPorts } from "./scripted-ports.ts";

export const SETTINGS = { idle: 60_000, grace: 20_000, finish: 15_000 } as const;
export const SITE = { kiosk: "K-001", place: "ChileAtiende Valdivia", demo: true } as const;

/** A whole front on a simulated clock, with scripted ports: what tests of services and of the session walk through. */
export class TestKiosk {
  readonly clock = new SimulatedClock();
  readonly availability: Subject<Availability>;
  readonly logged: LogRecord[] = [];
  readonly opened: string[] = [];
  ports = new ScriptedPorts();
  readonly session;

  constructor(services: readonly CompiledService[]) {
    this.availability = new Subject<Availability>(everythingThere(services));
    this.session = createSession({
      services,
      openJourney: (service) => {
        this.opened.push(service);
        return this.ports;
      },
      availability: this.availability,
      clock: this.clock,
      site: SITE,
      locales: ["es", "en"],
      settings: SETTINGS,
      log: createLogger("test", (record) => this.logged.push(record)),
    });
  }

  get view(): SessionView {
    return this.session.view.value;
  }

  /** The screen's kind, and for problems and last pages the title's id: what a test asserts on. */
  get screen(): string {
    const { screen } = this.view;
    if (screen.kind === "finish") return `finish ${screen.result} ${screen.title.id}`;
    return screen.kind === "problem" ? `problem ${screen.title.id}` : screen.kind;
  }

  /** What the citizen does, one thing after the other; each must be possible. */
  async act(...intents: (Intent | Intent["type"])[]): Promise<void> {
    for (const one of intents) {
      const intent = (typeof one === "string" ? { type: one } : one) as Intent;
      if (!this.session.send(intent))
        throw new Error(`${intent.type} is not possible on ${this.screen}: ${this.view.intents.join(" ")}`);
      await this.settle();
    }
  }

  async settle(): Promise<void> {
    await this.clock.advance(0);
  }

  async open(service: string): Promise<void> {
    await this.act("START", { type: "OPEN_SERVICE", service });
  }
}

export function select(option: string): Intent {
  return { type: "SELECT", option };
}
