import { pause } from "../../../base/deadline.ts";
import { delays, type Schedule } from "../../../base/schedule.ts";
import type { EffectContext } from "./context.ts";

/** For as long as the gateway is away: an incident is never given up. */
const RETRY: Schedule = { first: 2_000, factor: 2, cap: 300_000, attempts: Number.POSITIVE_INFINITY, jitter: 0.2 };

/** Brings incidents to the gateway, oldest first, each under its own key until the gateway has it. */
export class IncidentDelivery {
  readonly #context: EffectContext;
  readonly #random: () => number;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #unsubscribe: () => void = () => undefined;

  constructor(context: EffectContext, random: () => number) {
    this.#context = context;
    this.#random = random;
  }

  start(): void {
    this.#unsubscribe = this.#context.journal.incidents.waiting.subscribe(() => this.#begin());
    this.#begin();
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stop.abort();
    await this.#running;
  }

  #begin(): void {
    if (this.#stop.signal.aborted || this.#context.journal.incidents.waiting.value === 0) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      this.#begin();
    });
  }

  async #run(): Promise<void> {
    for (const delay of delays(RETRY, this.#random)) {
      if (await this.#deliverAll()) return;
      if (!(await pause(this.#context.clock, delay, this.#stop.signal))) return;
    }
  }

  async #deliverAll(): Promise<boolean> {
    const { journal, gateway, log } = this.#context;
    let complete = true;
    for (const { number, journey, kind, amount, effects } of journal.incidents.undelivered()) {
      const input = { number, kind, effects: [...effects], ...(amount === undefined ? {} : { amount }) };
      const outcome = await gateway.submit(`${journey}/${number}`, "incident.record", input, this.#stop.signal);
      if (this.#stop.signal.aborted) return false;
      if (outcome.outcome === "ok") {
        journal.incidents.delivered(number);
        continue;
      }
      log("incident.waiting", { number, code: outcome.error.code });
      complete = false;
    }
    return complete;
  }
}
