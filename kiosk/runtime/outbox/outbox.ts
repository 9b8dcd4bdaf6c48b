import type { Clock } from "../../../base/clock.ts";
import type { SealingKey, WaitingName } from "../../../base/contracts/outbox.ts";
import { pause } from "../../../base/deadline.ts";
import type { Logger } from "../../../base/log.ts";
import { sealSubmission } from "../../../base/node/sealed-submission.ts";
import { type Observable, Subject, sameData, sameSet } from "../../../base/observable.ts";
import type { CodedError } from "../../../base/registry/coded-error.ts";
import { delays, type Schedule } from "../../../base/schedule.ts";
import type { Json } from "../../../flows/engine/ports.ts";
import type { GatewayClient } from "../gateway/client.ts";
import type { Journal } from "../journal/journal.ts";
import type { OutboxRow, OutboxSize } from "../journal/outbox-rows.ts";
import { Alarm } from "./alarm.ts";
import { LIMITS, type OutboxLimits, shutBecause, usableKey } from "./room.ts";

/** For as long as the gateway or an institution is away: nothing is ever given up. */
const RETRY: Schedule = { first: 2_000, factor: 2, cap: 300_000, attempts: Number.POSITIVE_INFINITY, jitter: 0.3 };
/** The network is back for a whole town at once: kiosks begin at different moments within this. */
const SPREAD = 5_000;
/** How long a citizen waits for the institution's own answer before being told that it comes later. */
const ANSWER_WITHIN = 10_000;
const OFFER_EVERY = 3_600_000;
const OFFER_AFTER_FAILURE = 60_000;
/** A proxy that asks for more than this has lost its mind, or its clock. */
const LONGEST_RETRY_AFTER = 3_600_000;

type OutboxOptions = {
  readonly journal: Journal;
  readonly gateway: GatewayClient;
  readonly gatewayReachable: Observable<boolean>;
  readonly kiosk: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Told of an error that nothing expects; the process must not go on after it. */
  readonly defect: (error: unknown) => void;
  readonly seal?: typeof sealSubmission;
  readonly limits?: OutboxLimits;
};

export type OutboxStatus = Omit<OutboxSize, "bytes"> & {
  /** Whether something more may wait. */
  readonly open: boolean;
};

/** How the first attempt ended, as far as the citizen can be told while they stand there. */
type FirstAnswer =
  | { readonly kind: "done"; readonly result: unknown }
  | { readonly kind: "refused"; readonly error: CodedError }
  | { readonly kind: "waiting"; readonly reference: string };

type Waiter = { readonly reference: string; readonly tell: (answer: FirstAnswer) => void };
type Pass = { readonly progress: boolean; readonly notBefore: number };

/**
 * Store and forward. What is accepted is sealed to the gateway's public key and on disk before anybody is told so; it goes to the
 * gateway in the order of acceptance, under a key by which it is carried out once, until the gateway has it or refuses it for ever.
 *
 * One that does not go on holds up what came later for the same institution or from the same journey, and nothing else.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #waitable = new Subject<ReadonlySet<string>>(new Set(), sameSet);
  readonly #status: Subject<OutboxStatus>;
  readonly #waiters = new Map<string, Waiter>();
  readonly #stop = new AbortController();
  readonly #delivering: Alarm;
  readonly #asking: Alarm;
  #running: readonly Promise<void>[] = [];
  #unsubscribe: () => void = () => undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#delivering = new Alarm(options.clock, this.#stop.signal);
    this.#asking = new Alarm(options.clock, this.#stop.signal);
    this.#status = new Subject(this.#currentStatus(), sameData);
    this.#publish();
  }

  /** Submissions that may wait now: the gateway takes them sealed, its key is known, and there is room. */
  get waitable(): Observable<ReadonlySet<string>> {
    return this.#waitable;
  }

  get status(): Observable<OutboxStatus> {
    return this.#status;
  }

  start(): void {
    const { gatewayReachable, random, clock } = this.#options;
    let away = !gatewayReachable.value;
    this.#unsubscribe = gatewayReachable.subscribe((reachable) => {
      const back = away && reachable;
      away = !reachable;
      if (!back) return;
      this.#asking.ring();
      void pause(clock, SPREAD * random(), this.#stop.signal).then(() => this.#delivering.ring());
    });
    this.#running = [this.#deliverAlways(), this.#keepOffer()].map((loop) => loop.catch(this.#options.defect));
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /**
   * Takes over what the effect `key`, which is intended, is about. When this returns it is on disk, and nobody but the gateway can
   * read it; the first answer tells whether the institution has it already.
   */
  async accept(key: string, operation: WaitingName, input: Json): Promise<FirstAnswer> {
    const { journal, kiosk, clock, gatewayReachable, seal = sealSubmission } = this.#options;
    const sealingKey = this.#keyNow();
    if (sealingKey === undefined) throw new Error(`${operation} cannot wait: nothing to seal to`);
    const reference = journal.outbox.newReference();
    const acceptedAt = new Date(clock.now()).toISOString();
    const sealed = await seal(sealingKey, { kiosk, key }, { operation, input, reference, acceptedAt });
    const opensUntil = Date.parse(sealingKey.opensUntil);
    const { promise, resolve } = Promise.withResolvers<FirstAnswer>();
    this.#waiters.set(key, { reference, tell: resolve });
    journal.queue(key, { operation, reference, sealed, opensUntil });
    this.#publish();
    if (gatewayReachable.value) this.#delivering.ring();
    else this.#tellWaiting(key);
    const timer = clock.setTimeout(() => this.#tellWaiting(key), ANSWER_WITHIN);
    const answer = await promise;
    timer.cancel();
    return answer;
  }

  async #deliverAlways(): Promise<void> {
    const { clock, random, journal } = this.#options;
    let waits = delays(RETRY, random);
    while (!this.#stop.signal.aborted) {
      const pass = await this.#deliverAll();
      if (pass.progress) waits = delays(RETRY, random);
      if (journal.outbox.next(0) === undefined) await this.#delivering.sleep();
      else {
        await this.#delivering.sleep(waits.next().value ?? RETRY.cap);
        // Whoever asked to be left alone is, whatever else happens meanwhile.
        await pause(clock, Math.max(0, pass.notBefore - clock.monotonic()), this.#stop.signal);
      }
    }
  }

  /** Offers everything that waits to the gateway once, in order. */
  async #deliverAll(): Promise<Pass> {
    const { journal, gateway, clock, log } = this.#options;
    const { signal } = this.#stop;
    const held = new Set<string>();
    let [progress, notBefore] = [false, 0];
    let row: OutboxRow | undefined;
    for (let after = 0; !signal.aborted; after = row.sequence) {
      row = journal.outbox.next(after);
      if (row === undefined) break;
      if (held.has(laneOf(row)) || held.has(row.journey)) {
        this.#tellWaiting(row.key);
        continue;
      }
      const delivery = await gateway.deliver(row.key, row.sealed, signal);
      if (signal.aborted) break;
      if (delivery.kind === "later") {
        held.add(laneOf(row)).add(row.journey);
        this.#tellWaiting(row.key);
        log("outbox.waiting", { waiting: this.#status.value.waiting, code: delivery.error.code });
        const wait = Math.min(delivery.retryAfter ?? 0, LONGEST_RETRY_AFTER);
        notBefore = Math.max(notBefore, clock.monotonic() + wait);
        if (!delivery.away && wait === 0) continue;
        for (const key of [...this.#waiters.keys()]) this.#tellWaiting(key);
        break;
      }
      progress = true;
      if (delivery.kind === "done") this.#delivered(row, delivery.result);
      else this.#refused(row, delivery.error);
    }
    return { progress, notBefore };
  }

  #delivered(row: OutboxRow, result: unknown): void {
    this.#options.journal.delivered(row.key);
    this.#options.log("outbox.delivered", { effect: row.key, number: row.reference });
    this.#publish();
    this.#answer(row.key, { kind: "done", result });
  }

  #refused(row: OutboxRow, error: CodedError): void {
    this.#options.journal.refuse(row, error.code);
    this.#options.log("outbox.refused", { effect: row.key, number: row.reference, code: error.code });
    this.#publish();
    this.#answer(row.key, { kind: "refused", error });
  }

  #answer(key: string, answer: FirstAnswer): void {
    this.#waiters.get(key)?.tell(answer);
    this.#waiters.delete(key);
  }

  #tellWaiting(key: string): void {
    const waiter = this.#waiters.get(key);
    if (waiter !== undefined) this.#answer(key, { kind: "waiting", reference: waiter.reference });
  }

  /** Keeps the gateway's keys at hand for the time without it. */
  async #keepOffer(): Promise<void> {
    const { gateway, journal } = this.#options;
    while (!this.#stop.signal.aborted) {
      const offer = await gateway.sealingOffer(this.#stop.signal);
      if (this.#stop.signal.aborted) return;
      if (offer.ok) journal.outbox.keepOffer(offer.value);
      this.#publish();
      await this.#asking.sleep(offer.ok ? OFFER_EVERY : OFFER_AFTER_FAILURE);
    }
  }

  #keyNow(): SealingKey | undefined {
    return usableKey(this.#options.journal.outbox.offer(), this.#options.clock.now());
  }

  #currentStatus(): OutboxStatus {
    const { bytes: _, ...size } = this.#options.journal.outbox.size();
    return { ...size, open: this.#waitable.value.size > 0 };
  }

  #publish(): void {
    const { journal, limits = LIMITS, clock, log } = this.#options;
    const offer = journal.outbox.offer();
    const shut = shutBecause(journal.outbox.size(), offer, limits, clock.now());
    const open = shut === undefined && offer !== undefined;
    if (open !== this.#waitable.value.size > 0) log("outbox.open", { open, reason: shut ?? "none" });
    this.#waitable.set(new Set(open ? offer.operations : []));
    this.#status.set(this.#currentStatus());
  }
}

/** Submissions of one institution are delivered in order: `chileatiende.contact-request` goes to `chileatiende`. */
function laneOf({ operation }: OutboxRow): string {
  return `lane ${operation.split(".")[0]}`;
}
