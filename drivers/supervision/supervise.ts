import type { Clock, Timer } from "../../base/clock.ts";
import type { DeviceStatus } from "../../base/contracts/device-status.ts";
import type { Logger } from "../../base/log.ts";
import type { Outcome } from "../../base/outcome.ts";
import { delays, type Schedule } from "../../base/schedule.ts";
import type { Device } from "../device.ts";

export type SupervisionPolicy = {
  /** How long a device is sick before it is reset, milliseconds. */
  readonly sickFor: number;
  /** Between two resets of one device; when they are used up it is left to people. */
  readonly resets: Schedule;
  /** How long a device has to be well until its resets are forgotten, milliseconds. */
  readonly wellFor: number;
  /** When somebody else works with the device, milliseconds until it is looked at again. */
  readonly busyFor: number;
};

/** A reset costs a citizen seconds and a device nothing; one that did not help six times in two hours will not help. */
export const SUPERVISION: SupervisionPolicy = {
  sickFor: 30_000,
  resets: { first: 60_000, factor: 2, cap: 1_800_000, attempts: 5, jitter: 0.1 },
  wellFor: 600_000,
  busyFor: 5_000,
};

export type SupervisionOptions = {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
  /** Resets one device, when nobody else works with it: `error` with `runtime.device-in-use` or `payment.busy` otherwise. */
  readonly reset: (device: Device) => Promise<Outcome<void>>;
  readonly policy?: SupervisionPolicy;
};

/** A device that is connected and does not answer, or has not confirmed its status: what a reset may help against. */
export function isSick({ link, provisional, conditions }: DeviceStatus): boolean {
  return link === "connected" && (provisional || conditions.some(({ code }) => code === "not-answering"));
}

/** Looks after devices: what is sick for a while is reset, with growing pauses and an end. @returns ends it; a reset under way goes on. */
export function supervise(devices: readonly Device[], options: SupervisionOptions): () => void {
  const watches = devices.map((device) => new Watch(device, options));
  return () => {
    for (const watch of watches) watch.stop();
  };
}

class Watch {
  readonly #device: Device;
  readonly #options: SupervisionOptions;
  readonly #policy: SupervisionPolicy;
  readonly #unsubscribe: () => void;
  #pauses: Generator<number, void>;
  #attempts = 0;
  /** Not before this, monotonic milliseconds. */
  #notBefore = 0;
  #timer: Timer | undefined;
  #state: "well" | "sick" | "resetting" = "well";
  #exhausted = false;
  /** People were told. */
  #given = false;
  #stopped = false;

  constructor(device: Device, options: SupervisionOptions) {
    this.#device = device;
    this.#options = options;
    this.#policy = options.policy ?? SUPERVISION;
    this.#pauses = delays(this.#policy.resets, options.random);
    this.#unsubscribe = device.status.subscribe(() => this.#look());
    this.#look();
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe();
    this.#timer?.cancel();
  }

  #look(): void {
    if (this.#state === "resetting" || this.#stopped) return;
    const sick = isSick(this.#device.status.value);
    if (sick && this.#state === "well") this.#fallIll();
    else if (!sick && this.#state !== "well") {
      this.#state = "well";
      this.#after(this.#policy.wellFor, () => this.#forget());
    }
  }

  #fallIll(): void {
    const { clock, log } = this.#options;
    this.#timer?.cancel();
    this.#state = "sick";
    if (!this.#exhausted) {
      this.#after(Math.max(this.#policy.sickFor, this.#notBefore - clock.monotonic()), () => void this.#reset());
      return;
    }
    if (!this.#given) log("device.reset-given-up", { device: this.#device.id, attempts: this.#attempts });
    this.#given = true;
  }

  async #reset(): Promise<void> {
    const { clock, log, reset } = this.#options;
    const device = this.#device.id;
    this.#state = "resetting";
    const outcome = await reset(this.#device);
    if (this.#stopped) return;
    if (outcome.outcome === "error" && BUSY.has(outcome.error.code)) {
      this.#state = "sick";
      this.#after(this.#policy.busyFor, () => void this.#reset());
      return this.#look();
    }
    this.#attempts++;
    const code = outcome.outcome === "ok" ? {} : { code: outcome.error.code };
    log("device.reset", { device, by: "supervision", outcome: outcome.outcome, attempt: this.#attempts, ...code });
    const pause = this.#pauses.next().value;
    this.#exhausted = pause === undefined;
    this.#notBefore = clock.monotonic() + (pause ?? 0);
    if (isSick(this.#device.status.value)) return this.#fallIll();
    this.#state = "sick";
    this.#look();
  }

  #forget(): void {
    this.#attempts = 0;
    this.#pauses = delays(this.#policy.resets, this.#options.random);
    this.#notBefore = 0;
    this.#exhausted = false;
    this.#given = false;
  }

  #after(milliseconds: number, then: () => void): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimeout(then, milliseconds);
  }
}

const BUSY: ReadonlySet<string> = new Set(["runtime.device-in-use", "payment.busy"]);
