import type { GuardState } from "../../../base/contracts/fleet/release.ts";
import type { RuntimeStatus } from "../../../base/contracts/runtime-control.ts";
import * as guard from "../../guard/state.ts";
import {
  EMPTY_JOURNAL,
  ended,
  type Goal,
  type Journal,
  outcomeOf,
  RELEASE,
  type Subject,
  without,
} from "../journal.ts";
import { plan } from "../plan.ts";
import type { Current, Limits, Step } from "../steps.ts";
import { faultOf, modeToRestore, observe } from "../verdict.ts";

const LIMITS: Limits = { trial: 300_000, stable: 10_000, absence: 600_000, boots: 3 };
/** More steps than any plan needs: a planner that goes in circles is found by it. */
const MOST_STEPS = 200;

/** A kiosk without files and processes, for the planner alone: what each step does to the facts. */
export class SimulatedKiosk {
  journal: Journal = EMPTY_JOURNAL;
  guard: GuardState = {
    active: "a",
    slots: { a: { version: "1.0.0", sha256: null }, b: null },
    trial: null,
    rolledBack: null,
  };
  mode: RuntimeStatus["mode"] = "in-service";
  serving = false;
  servingFor = 0;
  loaded: Record<string, string> = {};
  readonly broken: Set<string>;
  readonly reports: { subject: Subject; sha256: string; attempt: number; result: string }[] = [];
  readonly violations: string[] = [];
  #present = new Set<string>();
  #boot = 0;
  #now = 1_000_000;
  #goodSince: number | undefined;
  #faultSince: number | undefined;
  readonly #needs: Readonly<Record<string, string>>;
  /** What chance brings before each step: 1 a citizen comes, 2 the runtime restarts, 3 the agent is killed between deed and note. */
  readonly #chance: number[];

  constructor(
    options: {
      readonly broken?: readonly string[];
      readonly needs?: Readonly<Record<string, string>>;
      readonly chance?: readonly number[];
    } = {},
  ) {
    this.broken = new Set(options.broken);
    this.#needs = options.needs ?? {};
    this.#chance = [...(options.chance ?? [])];
  }

  get running(): string {
    return this.guard.slots[this.guard.active]?.version ?? "";
  }

  current(): Current {
    const runtime = {
      version: this.running,
      boot: String(this.#boot),
      mode: this.mode,
      serving: this.serving,
      shells: this.guard.trial !== null && this.broken.has(this.running) ? 0 : 1,
      devices: [],
      services: Object.entries({ "i/one": "built-in", "i/two": "built-in", ...this.loaded }).map(([id, version]) => ({
        ...{ id, version, available: true, obstacles: [] },
      })),
    };
    const fault = this.guard.trial === null ? undefined : faultOf(this.guard.trial.version, runtime, this.journal.held);
    this.#goodSince = this.guard.trial === null || fault !== undefined ? undefined : (this.#goodSince ?? this.#now);
    this.#faultSince = fault === undefined ? undefined : (this.#faultSince ?? this.#now);
    return {
      faultSince: this.#faultSince,
      ...{ journal: this.journal, guard: this.guard, runtime, absentSince: undefined, goodSince: this.#goodSince },
      ...{ present: this.#present, notBefore: {}, refused: false, now: this.#now, limits: LIMITS },
      directoryOf: (service, target) => `/${service}/${target.sha256}`,
    };
  }

  run(goal: Goal): Step[] {
    return this.runUntil(goal, () => false);
  }

  /** Carries steps out until nothing is left, nothing can change, or after `last`. Returns what was carried out. */
  runUntil(goal: Goal, last: (step: Step) => boolean): Step[] {
    const taken: Step[] = [];
    for (let count = 0; count < MOST_STEPS; count++) {
      const chance = this.#chance.shift() ?? 0;
      if (chance === 1 && this.mode === "in-service") this.#citizen(3);
      if (chance === 2 && this.guard.trial === null && !this.serving) this.#restart();
      const steps = plan(this.current(), goal);
      const [step] = steps;
      if (step === undefined) return taken;
      if (step.do === "wait") {
        if (!this.#pass(step)) return taken;
        continue;
      }
      const { journal, guard: guardBefore, mode, loaded } = this;
      const reported = this.reports.length;
      this.#carryOut(step);
      if (chance === 3 && (step.do === "drain" || step.do === "switch"))
        Object.assign(this, { guard: guardBefore, mode, loaded });
      else if (chance === 3 && this.reports.length === reported) this.journal = journal;
      taken.push(step);
      if (last(step)) return taken;
    }
    throw new Error(`no end: ${JSON.stringify(plan(this.current(), goal))}`);
  }

  #citizen(steps: number): void {
    this.serving = true;
    this.servingFor = steps;
  }

  #restart(): void {
    this.#boot++;
    this.mode = "in-service";
    this.loaded = {};
    this.serving = false;
  }

  #pass(step: Extract<Step, { do: "wait" }>): boolean {
    if (step.for === "citizen") {
      if (this.servingFor === Number.POSITIVE_INFINITY) return false;
      if (--this.servingFor <= 0) this.serving = false;
      return true;
    }
    if (step.until === undefined) return false;
    this.#now = Math.max(this.#now + 1, Math.min(step.until, this.#now + 400_000));
    return true;
  }

  #work(subject: Subject, change: Partial<Journal["work"][string]>): void {
    const work = this.journal.work[subject];
    if (work !== undefined)
      this.journal = { ...this.journal, work: { ...this.journal.work, [subject]: { ...work, ...change } } };
  }

  #begin(subject: Subject, target: Extract<Step, { do: "fetch" }>["target"]): void {
    const work = this.journal.work[subject] ?? { target, startedAt: this.#now, bytes: 0, boots: [] };
    this.journal = { ...this.journal, work: { ...this.journal.work, [subject]: work } };
  }

  #carryOut(step: Exclude<Step, { do: "wait" }>): void {
    const { journal } = this;
    switch (step.do) {
      case "fetch": {
        this.#begin(step.subject, step.target);
        this.#present.add(step.target.path);
        const needs = this.#needs[step.target.version];
        this.#work(step.subject, { file: step.target.path, ...(needs === undefined ? {} : { needsRelease: needs }) });
        return;
      }
      case "unpack":
        this.#present.add(`/${step.subject}/${step.target.sha256}`);
        return;
      case "load": {
        const added = step.subject === undefined ? undefined : step.packages[step.subject];
        const work = step.subject === undefined ? undefined : journal.work[step.subject];
        if (this.serving && this.guard.trial === null) this.violations.push("loaded services under a citizen");
        if (added !== undefined && step.subject !== undefined && work !== undefined && this.broken.has(added.version)) {
          this.#settle({ do: "settle", subject: step.subject, target: work.target, result: "failed" });
          return;
        }
        this.loaded = Object.fromEntries(Object.entries(step.packages).map(([id, { version }]) => [id, version]));
        this.journal = { ...journal, packages: { ...step.packages } };
        return;
      }
      case "install": {
        const { version, sha256, attempt } = step.target;
        const may = guard.mayInstall(this.guard, { version, sha256, attempt });
        if (may.ok) this.guard = guard.withSpare(this.guard, { version, sha256, attempt });
        else
          this.#settle({ do: "settle", subject: RELEASE, target: step.target, result: "failed", code: may.error.code });
        return;
      }
      case "drain":
        this.journal = { ...journal, held: journal.held ?? observe(this.current().runtime) };
        this.mode = "draining";
        return;
      case "switch":
        this.#switch(step);
        return;
      case "restore-mode":
        if (journal.held === null) return;
        this.mode = modeToRestore(journal.held, this.mode) ?? this.mode;
        this.journal = {
          ...journal,
          held: journal.work[RELEASE] === undefined ? null : { ...journal.held, restored: true },
        };
        return;
      case "confirm":
        this.#guard(guard.confirmed(this.guard, step.version));
        return;
      case "rollback":
        this.#guard(guard.rolledBack(this.guard, step.version, step.code, this.#now));
        this.#restart();
        return;
      case "settle":
        this.#settle(step);
        return;
      case "abandon":
        this.journal = { ...journal, work: without(journal.work, step.subject) };
    }
  }

  #switch({ target }: Extract<Step, { do: "switch" }>): void {
    if (this.serving) this.violations.push(`switched to ${target.version} under a citizen`);
    this.#begin(RELEASE, target);
    this.journal = { ...this.journal, held: this.journal.held ?? observe(this.current().runtime) };
    this.#work(RELEASE, { switchedAt: this.#now });
    this.#guard(guard.switched(this.guard, target.version, { until: this.#now + 400_000, startsLeft: 9 }));
    this.#restart();
    this.mode = "draining";
  }

  #guard(change: guard.Change): void {
    if (change.ok) this.guard = change.value;
    else this.violations.push(change.error.code);
  }

  #settle({ subject, target, result }: Extract<Step, { do: "settle" }>): void {
    const { sha256, attempt } = target;
    if (outcomeOf(this.journal, subject, target) === undefined) this.reports.push({ subject, sha256, attempt, result });
    this.journal = ended(this.journal, subject, target, { result });
  }
}
