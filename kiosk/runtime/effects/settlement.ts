import { pause, untilAborted } from "../../../base/deadline.ts";
import { type Observable, Subject } from "../../../base/observable.ts";
import type { PaymentTerminal } from "../../../drivers/payment-terminal/interface.ts";
import type { IncidentRecord } from "../../../flows/engine/ports.ts";
import type { Effect } from "../journal/effect.ts";
import { assess, needsTerminal, type Step } from "./assess.ts";
import { recover, refund, saleOf } from "./charge.ts";
import type { EffectContext } from "./context.ts";
import { recallPages } from "./pages.ts";
import type { EffectRunner } from "./runner.ts";

/** How long the kiosk is closed for everybody while an earlier citizen's effects are settled, milliseconds. */
const CLOSED_AT_MOST = 30_000;
/** How long the gateway is asked about a submission before a person is. */
const ASK_GATEWAY_FOR = 600_000;
/** How long a printer that is away is waited for before a paper is left to a person: it may be switched off for the night. */
const AWAIT_PRINTER_FOR = 600_000;
/** How often a terminal or a printer that is there but cannot tell is asked before a person is. */
const ASK_TIMES = 3;
const ASK_EVERY = 2_000;

/** `waiting`: the one who could tell is not there; `progress`: something was found out or done. */
type Progress = "progress" | "waiting";

type Work = {
  readonly journey: string;
  readonly exhausted: Set<string>;
  readonly asked: Map<string, number>;
  closes: boolean;
};

/**
 * Accounts for the effects of journeys that nobody stands before: after a crash, and when a citizen walked away. Money that
 * was taken for nothing is given back; what nobody can tell becomes an incident. Citizens' sessions are never restored.
 *
 * While it works the kiosk is `closed`, for half a minute at most. After that only the payment terminal stays `held`, because
 * another sale would wipe its memory of the one in question; services that need no payment go on.
 */
export class Settlement {
  readonly #context: EffectContext;
  readonly #runner: EffectRunner;
  readonly #defect: (error: unknown) => void;
  readonly #work = new Map<string, Work>();
  readonly #running = new Set<Promise<void>>();
  readonly #closed = new Subject(false);
  readonly #held = new Subject(false);
  readonly #stop = new AbortController();

  constructor(context: EffectContext, runner: EffectRunner, defect: (error: unknown) => void) {
    this.#context = context;
    this.#runner = runner;
    this.#defect = defect;
  }

  get closed(): Observable<boolean> {
    return this.#closed;
  }

  /** Whether the payment terminal must not be used for a new sale. */
  get held(): Observable<boolean> {
    return this.#held;
  }

  /** Begins to settle every journey that the journal holds unsettled; `closed` and `held` are right when it returns. */
  reconcile(): void {
    const journeys = this.#context.journal.unsettled();
    if (journeys.length > 0) this.#context.log("reconcile.started", { journeys: journeys.length });
    for (const { id } of journeys) this.settle(id);
  }

  /** Begins to settle one journey: at once where nothing is open, otherwise in the background. */
  settle(journey: string): void {
    if (this.#work.has(journey)) return;
    const work: Work = { journey, exhausted: new Set(), asked: new Map(), closes: true };
    if (!this.#runner.isRunning(journey) && this.#steps(work).length === 0) {
      this.#context.journal.settleJourney(journey);
      return;
    }
    this.#work.set(journey, work);
    this.#publish();
    const running = this.#run(work).catch(this.#defect);
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  /** Resolves when everything that was begun is settled. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Ends the work where it stands: the journal knows how to go on. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.settled();
  }

  async #run(work: Work): Promise<void> {
    const { clock } = this.#context;
    const opening = clock.setTimeout(() => this.#open(work), CLOSED_AT_MOST);
    try {
      await untilAborted(this.#runner.idle(work.journey), this.#stop.signal);
      await this.#account(work);
    } finally {
      opening.cancel();
    }
    this.#work.delete(work.journey);
    this.#publish();
  }

  async #account(work: Work): Promise<void> {
    const { clock, journal } = this.#context;
    const { signal } = this.#stop;
    const begun = clock.monotonic();
    while (!signal.aborted) {
      const steps = this.#steps(work);
      if (steps.length === 0) {
        journal.settleJourney(work.journey);
        return;
      }
      let waiting = true;
      for (const step of steps) {
        if (signal.aborted) return;
        if ((await this.#take(step, work, begun)) === "progress") waiting = false;
      }
      if (waiting) await pause(clock, ASK_EVERY, signal);
    }
  }

  #steps({ journey, exhausted }: Work): Step[] {
    const { journal } = this.#context;
    return assess({
      result: journal.journey(journey)?.result ?? null,
      effects: journal.effects(journey),
      incidents: journal.incidents.ofJourney(journey),
      exhausted,
    });
  }

  async #take(step: Step, work: Work, begun: number): Promise<Progress> {
    const { journal } = this.#context;
    switch (step.do) {
      case "drop":
        journal.advance(step.effect.key, "failed", "never-sent");
        return "progress";
      case "doubt":
        journal.advance(step.effect.key, "unknown", "interrupted");
        return "progress";
      case "record":
        this.#record(work.journey, step.incident);
        return "progress";
      case "ask-terminal":
        return await this.#askTerminal(step.effect, work);
      case "ask-printer":
        return await this.#askPrinter(step.effect, work, begun);
      case "ask-gateway":
        return await this.#askGateway(step.effect, work, begun);
      case "refund":
        return await this.#refund(step.effect, work);
    }
  }

  async #askTerminal(effect: Effect, work: Work): Promise<Progress> {
    if (!this.#isConfigured(effect)) return this.#askedInVain(effect, work, 1);
    const terminal = this.#terminalOf(effect);
    if (terminal === undefined) return "waiting";
    const answer = await recover(this.#context, effect, terminal);
    if (answer.outcome !== "unknown") {
      this.#found(effect, answer.outcome === "ok" ? `charge-${answer.value.status}` : "charge-not-taken");
      return "progress";
    }
    if (answer.error.code === "runtime.device-in-use") return "waiting";
    return this.#askedInVain(effect, work, ASK_TIMES);
  }

  async #askPrinter(effect: Effect, work: Work, begun: number): Promise<Progress> {
    const { devices, clock } = this.#context;
    const printer = devices["page-printer"].find(({ id }) => id === effect.device);
    if (printer === undefined) return this.#askedInVain(effect, work, 1);
    if (printer.status.value.link !== "connected")
      return clock.monotonic() - begun < AWAIT_PRINTER_FOR ? "waiting" : this.#askedInVain(effect, work, 1);
    const answer = await recallPages(this.#context, effect, printer);
    if (answer.outcome !== "unknown") {
      this.#found(effect, answer.outcome === "ok" ? "pages-printed" : "pages-not-printed");
      return "progress";
    }
    if (answer.error.code === "runtime.device-in-use") return "waiting";
    // A printer that has forgotten the job does not remember it later.
    return this.#askedInVain(effect, work, answer.error.code === "page-printer.job-unknown" ? 1 : ASK_TIMES);
  }

  async #askGateway(effect: Effect, work: Work, begun: number): Promise<Progress> {
    const { journal, gateway, clock } = this.#context;
    const state = await gateway.submission(effect.key, this.#stop.signal);
    const told = state.ok ? state.value.state : "unknown";
    if (told === "done" || told === "failed" || told === "absent") {
      journal.advance(effect.key, told === "done" ? "done" : "failed", told);
      return "progress";
    }
    if (clock.monotonic() - begun < ASK_GATEWAY_FOR) return "waiting";
    return this.#askedInVain(effect, work, 1);
  }

  /** Counts questions that were asked and not answered; after `times` the effect is left to a person. */
  #askedInVain(effect: Effect, work: Work, times: number): Progress {
    if (effect.state === "sent") this.#context.journal.advance(effect.key, "unknown", "interrupted");
    const asked = (work.asked.get(effect.key) ?? 0) + 1;
    work.asked.set(effect.key, asked);
    if (asked < times) return "waiting";
    work.exhausted.add(effect.key);
    return "progress";
  }

  async #refund(charged: Effect, { journey }: Work): Promise<Progress> {
    const sale = saleOf(this.#context, charged);
    if (this.#isConfigured(charged) && this.#terminalOf(charged) === undefined) return "waiting";
    const outcome = await refund(this.#context, journey, `settle-${charged.name}`, charged, sale);
    if (outcome.outcome === "error" && outcome.error.code === "runtime.device-in-use") return "waiting";
    this.#found(charged, outcome.outcome === "ok" ? "refunded" : `refund-${outcome.outcome}`);
    return "progress";
  }

  #isConfigured({ device }: Effect): boolean {
    return this.#context.devices["payment-terminal"].some(({ id }) => id === device);
  }

  #terminalOf({ device }: Effect): PaymentTerminal | undefined {
    const terminals = this.#context.devices["payment-terminal"];
    return terminals.find(({ id, status }) => id === device && status.value.link === "connected");
  }

  #record(journey: string, incident: IncidentRecord): void {
    this.#context.journal.incidents.record(journey, "settlement", incident);
  }

  /** Adds what was found out to the incidents that were recorded while it was not known. */
  #found(effect: Effect, finding: string): void {
    const { incidents } = this.#context.journal;
    for (const { number, effects } of incidents.ofJourney(effect.journey))
      if (effects.includes(effect.name)) incidents.found(number, finding);
  }

  /** Half a minute is over: others are served again. Money that is still open becomes known to staff now, not when it is settled. */
  #open(work: Work): void {
    work.closes = false;
    const { journal } = this.#context;
    if (!this.#runner.isRunning(work.journey)) {
      const named = journal.incidents.ofJourney(work.journey).flatMap(({ effects }) => effects);
      for (const step of this.#steps(work)) {
        if (step.do !== "ask-terminal" || named.includes(step.effect.name)) continue;
        const { amount, name } = step.effect;
        this.#record(work.journey, {
          kind: "payment-unknown",
          effects: [name],
          ...(amount === null ? {} : { amount }),
        });
      }
    }
    this.#publish();
  }

  #publish(): void {
    const { journal, log } = this.#context;
    const closed = [...this.#work.values()].some(({ closes }) => closes);
    const held = [...this.#work.keys()].some((journey) => needsTerminal(journal.effects(journey)));
    if (closed !== this.#closed.value) log("runtime.closed", { began: closed });
    if (held !== this.#held.value) log("runtime.terminal-held", { began: held });
    this.#held.set(held);
    this.#closed.set(closed);
  }
}
