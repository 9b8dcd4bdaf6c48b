import { coded } from "../../base/registry/coded-error.ts";
import { err, ok } from "../../base/result.ts";
import type { FingerProblem } from "../../drivers/fingerprint-reader/interface.ts";
import type { FingerSensor, OpenSensor, SensorEvent } from "../../drivers/fingerprint-reader/sensor.ts";
import { SYNTHETIC_PEOPLE } from "../people.ts";
import { syntheticTemplate } from "./templates.ts";

/** A finger as the sensor sees it. Synthetic: its template says nothing about anybody. */
export type SimulatedFinger = {
  /** RUN of the synthetic person whose finger it is. */
  readonly owner?: string;
  /** 0 to 100. */
  readonly quality: number;
  readonly problem?: FingerProblem;
  readonly alive?: boolean;
};

const SOMEBODY = SYNTHETIC_PEOPLE[0].run;

/** A sensor and the finger on it, in memory. */
export class SimulatedSensor {
  #plugged = true;
  #dirty = false;
  #finger: SimulatedFinger | undefined;
  #session: Session | undefined;
  /** Every template that was handed out: tests look whether it was destroyed. */
  readonly handedOut: Uint8Array[] = [];

  get plugged(): boolean {
    return this.#plugged;
  }

  get looking(): boolean {
    return this.#session?.looking ?? false;
  }

  get finger(): SimulatedFinger | undefined {
    return this.#finger;
  }

  get soiled(): boolean {
    return this.#dirty;
  }

  lay(finger: SimulatedFinger): void {
    this.#finger = finger;
    if (this.looking) this.#read();
  }

  lift(): void {
    if (this.#finger === undefined) return;
    this.#finger = undefined;
    if (this.looking) this.#session?.tell({ event: "finger-off" });
  }

  soil(dirty: boolean): void {
    this.#dirty = dirty;
    this.#session?.tell({ event: "surface", dirty });
  }

  plug(): void {
    this.#plugged = true;
  }

  unplug(): void {
    this.#plugged = false;
    this.#session?.hangUp("unplugged");
    this.#session = undefined;
  }

  /** A template that nobody asked for, as a faulty library may send. */
  sendStray(): void {
    this.#session?.tell({ event: "template", quality: 90, bytes: this.#template(SOMEBODY) });
  }

  readonly open: OpenSensor = async () => {
    if (!this.#plugged) return err(coded("link.absent", "simulated"));
    const session: Session = new Session(() => {
      if (this.#dirty) session.tell({ event: "surface", dirty: true });
      if (this.#finger !== undefined) this.#read();
    });
    this.#session = session;
    return ok(session);
  };

  #read(): void {
    const finger = this.#finger;
    if (finger === undefined) return;
    this.#session?.tell({ event: "finger-on" });
    if (finger.problem !== undefined) this.#session?.tell({ event: "problem", problem: finger.problem });
    if (finger.alive === false) this.#session?.tell({ event: "not-alive" });
    else
      this.#session?.tell({
        event: "template",
        quality: finger.quality,
        bytes: this.#template(finger.owner ?? SOMEBODY),
      });
  }

  #template(owner: string): Uint8Array {
    const bytes = syntheticTemplate(owner);
    this.handedOut.push(bytes);
    return bytes;
  }
}

class Session implements FingerSensor {
  readonly liveness = true;
  readonly closed: Promise<string>;
  readonly hangUp: (cause: string) => void;
  readonly #onStart: () => void;
  looking = false;
  #ended = false;
  #listener: (event: SensorEvent) => void = () => {};

  constructor(onStart: () => void) {
    this.#onStart = onStart;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.closed = promise;
    this.hangUp = (cause) => {
      this.#ended = true;
      this.looking = false;
      resolve(cause);
    };
  }

  tell(event: SensorEvent): void {
    if (!this.#ended) this.#listener(event);
  }

  onEvent(listener: (event: SensorEvent) => void): void {
    this.#listener = listener;
  }

  async start() {
    if (this.#ended) return err(coded("link.lost", "simulated"));
    this.looking = true;
    this.#onStart();
    return ok();
  }

  async stop() {
    this.looking = false;
    return this.#ended ? err(coded("link.lost", "simulated")) : ok();
  }

  async close(): Promise<void> {
    this.hangUp("closed");
  }
}
