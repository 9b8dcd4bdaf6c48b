import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/deadline.ts";
import type { Logger } from "../../../base/log.ts";
import { type Observable, Subject, sameData, sameSet } from "../../../base/observable.ts";
import type { GatewayClient, InstitutionState } from "./client.ts";

const EVERY = 15_000;
/** After a failure, so that one lost packet does not close services and the gateway's return is seen soon. */
const AFTER_FAILURE = 2_000;
/** While an institution is said to be away: a service that is back is offered soon, and one slow answer costs little. */
const WHILE_AWAY = 5_000;
const FAILURES_UNTIL_DOWN = 2;

/**
 * Follows which institutions the gateway reaches. One whose state the gateway does not know yet counts as reachable: a
 * service is closed for a reason, not for a lack of news.
 */
export class InstitutionWatch {
  readonly #gateway: GatewayClient;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #states = new Map<string, InstitutionState>();
  readonly #reachable = new Subject<ReadonlySet<string>>(new Set(), sameSet);
  readonly #institutions = new Subject<Readonly<Record<string, boolean>>>({}, sameData);
  readonly #gatewayReachable = new Subject(true);
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(gateway: GatewayClient, clock: Clock, log: Logger) {
    this.#gateway = gateway;
    this.#clock = clock;
    this.#log = log;
  }

  get reachable(): Observable<ReadonlySet<string>> {
    return this.#reachable;
  }

  /** By id: every institution that the gateway ever named. */
  get institutions(): Observable<Readonly<Record<string, boolean>>> {
    return this.#institutions;
  }

  /** Whether the gateway itself answers. */
  get gatewayReachable(): Observable<boolean> {
    return this.#gatewayReachable;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    do {
      const health = await this.#gateway.health(signal);
      if (signal.aborted) return;
      failures = health.ok ? 0 : failures + 1;
      this.#gatewayReachable.set(failures < FAILURES_UNTIL_DOWN);
      if (health.ok) this.#learn(health.value);
      else if (failures >= FAILURES_UNTIL_DOWN) this.#learn({});
    } while (await pause(this.#clock, this.#interval(failures), signal));
  }

  #interval(failures: number): number {
    if (failures > 0) return AFTER_FAILURE;
    return [...this.#states.values()].includes("down") ? WHILE_AWAY : EVERY;
  }

  #learn(told: Readonly<Record<string, InstitutionState>>): void {
    const names = new Set([...this.#states.keys(), ...Object.keys(told)]);
    for (const institution of names) {
      const state = told[institution] ?? "down";
      if (this.#states.get(institution) === state) continue;
      this.#states.set(institution, state);
      this.#log("gateway.institution", { institution, state });
    }
    this.#institutions.set(Object.fromEntries([...this.#states].map(([name, state]) => [name, state !== "down"])));
    this.#reachable.set(new Set([...this.#states].flatMap(([name, state]) => (state === "down" ? [] : [name]))));
  }
}
