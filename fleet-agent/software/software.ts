import { existsSync } from "node:fs";
import type { Clock, Timer } from "../../base/clock.ts";
import type { Desired } from "../../base/contracts/fleet/desired.ts";
import type { SoftwareSection } from "../../base/contracts/fleet/state.ts";
import type { Logger } from "../../base/log.ts";
import { Mutex } from "../../base/mutex.ts";
import { Subject as ObservableSubject, sameData } from "../../base/observable.ts";
import { delays, type Schedule } from "../../base/schedule.ts";
import type { RuntimeLink } from "../runtime-link/interface.ts";
import type { AgentStore } from "../store/interface.ts";
import type { UpdateClient } from "../update/interface.ts";
import { type Executors, execute } from "./execute.ts";
import type { GuardLink, Software } from "./interface.ts";
import { createJournal, type Goal, RELEASE, type Subject } from "./journal.ts";
import { createPackages, type Unpack } from "./packages.ts";
import { plan } from "./plan.ts";
import { sectionOf } from "./section.ts";
import type { Current, Limits, Step } from "./steps.ts";
import { faultOf } from "./verdict.ts";

export type SoftwareOptions = {
  readonly store: AgentStore;
  readonly runtime: RuntimeLink;
  readonly guard: GuardLink;
  readonly updates: UpdateClient;
  readonly unpack: Unpack;
  /** Directory of service packages and overlays; the runtime reads it too. */
  readonly data: string;
  readonly builtInServices: string;
  /** `<process.platform>-<process.arch>`. */
  readonly platform: string;
  readonly limits: Limits;
  /** Whether an error of the update client or the runtime's link may pass by itself, e.g. no network. */
  readonly passing: (error: { readonly code: string }) => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
};

/** Of a runtime that is silent and a release on trial, for a kiosk: milliseconds. `trial` comes from the settings. */
export const DEFAULT_LIMITS = { stable: 10_000, absence: 600_000, boots: 3 } as const;

/** After what may pass: soon at first, then once an hour for as long as the goal stands. */
const AGAIN: Schedule = {
  first: 15_000,
  factor: 2,
  cap: 3_600_000,
  attempts: Number.POSITIVE_INFINITY,
  jitter: 0.2,
};
/** A step that changes no fact is not repeated faster than this, milliseconds. */
const SAME_STEP = 2_000;
/** Starts of the runtime that are remembered during a trial. */
const MOST_BOOTS = 20;

/** Errors after which the same step may succeed later: no network, no answer, no room, metadata that the server will renew. */
const PASSING: readonly string[] = [
  "common.deadline",
  "common.cancelled",
  "update.unreachable",
  "update.too-slow",
  "update.expired",
  "update.storage",
  "software.disk",
  "software.guard-silent",
  "agent.runtime-unreachable",
  "agent.runtime-no-answer",
];

/** The `passing` of a kiosk. */
export function mayPass({ code }: { readonly code: string }): boolean {
  return PASSING.includes(code);
}

type Waiting = { readonly delays: Generator<number, void>; until: number };

/**
 * The one runner. Invariants: one step runs at a time, and is planned from facts that were read under the same lock; a step that
 * touches what runs holds the lock that `exclusive` takes, a download does not; nothing that is remembered only here changes
 * where an update ends, only when: a killed agent plans again from the journal, the guard, the files and the runtime.
 */
export function createSoftware(options: SoftwareOptions): Software {
  const { runtime, guard, clock, log } = options;
  const journal = createJournal(options.store);
  const packages = createPackages(options);
  const lock = new Mutex();
  const ending = new AbortController();
  const later = new Map<Subject, Waiting>();
  let absentSince: number | undefined;
  let goodSince: number | undefined;
  let faultSince: number | undefined;
  let refusedBoot: string | undefined;
  let last: { readonly step: string; readonly at: number } | undefined;
  let wake = Promise.withResolvers<void>();
  const executors: Executors = {
    ...options,
    ...{ journal, packages },
    refused: () => {
      refusedBoot = runtime.status.value?.boot;
    },
  };

  const section = new ObservableSubject<SoftwareSection>(sectionOf(read(), []), sameData);
  const unsubscribe = [runtime.status, guard.state].map((each) => each.subscribe(() => wake.resolve()));

  /** The facts, as they are now. */
  function read(): Current {
    const now = clock.now();
    const status = runtime.status.value;
    absentSince = status === undefined ? (absentSince ?? now) : undefined;
    noteTrial(now);
    const { work, packages: known, goal } = journal.value;
    const paths = [
      ...Object.values(work).flatMap(({ file }) => file ?? []),
      ...Object.values(known).map(({ directory }) => directory),
      ...Object.entries(goal?.services ?? {}).map(([id, target]) => packages.directoryOf(id, target)),
    ];
    return {
      ...{ journal: journal.value, guard: guard.state.value, runtime: status, now },
      ...{ absentSince, goodSince, faultSince },
      present: new Set(paths.filter((path) => existsSync(path))),
      directoryOf: packages.directoryOf,
      notBefore: Object.fromEntries([...later].map(([subject, { until }]) => [subject, until])),
      refused: status !== undefined && status.boot === refusedBoot,
      limits: options.limits,
    };
  }

  /** Since when the release on trial is in good order, how often its runtime started, and when the screen was lit again. */
  function noteTrial(now: number): void {
    const trial = guard.state.value?.trial ?? null;
    const status = runtime.status.value;
    const { held, work } = journal.value;
    const good = trial !== null && faultOf(trial.version, status, held) === undefined;
    goodSince = good ? (goodSince ?? now) : undefined;
    faultSince = trial === null || good ? undefined : (faultSince ?? now);
    const own = work[RELEASE];
    if (trial === null || own === undefined || status === undefined) return;
    const boots =
      own.boots.includes(status.boot) || status.version !== trial.version ? own.boots : [...own.boots, status.boot];
    const next = { ...own, boots: boots.slice(-MOST_BOOTS), ...(good ? { litAt: own.litAt ?? now } : {}) };
    if (!sameData(own, next)) journal.change((value) => ({ ...value, work: { ...value.work, [RELEASE]: next } }));
  }

  function look(): readonly Step[] {
    const current = read();
    const steps = plan(current, current.journal.goal);
    section.set(sectionOf(current, steps));
    return steps;
  }

  async function carryOut(step: Exclude<Step, { do: "wait" }>): Promise<void> {
    const subject = "subject" in step && step.subject !== undefined ? step.subject : RELEASE;
    log("software.step", { step: step.do, subject });
    const executed = await execute(step, executors, ending.signal);
    if (executed === "done") {
      later.delete(subject);
      const done = { step: JSON.stringify(step), at: clock.monotonic() };
      if (last?.step === done.step && done.at < last.at + SAME_STEP) hold(subject, clock.now() + SAME_STEP);
      last = done;
      return;
    }
    if (ending.signal.aborted) return;
    log("software.again", { step: step.do, subject, code: executed.again.code });
    const waiting = later.get(subject) ?? { delays: delays(AGAIN, options.random), until: 0 };
    waiting.until = clock.now() + (waiting.delays.next().value ?? AGAIN.cap);
    later.set(subject, waiting);
  }

  function hold(subject: Subject, until: number): void {
    later.set(subject, { delays: delays(AGAIN, options.random), until });
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      wake = Promise.withResolvers();
      const [fetch] = look();
      if (fetch?.do === "fetch") {
        await carryOut(fetch);
        continue;
      }
      const idle = await lock.withLock(async () => {
        const steps = look();
        const [step] = steps;
        if (step === undefined || step.do === "wait") return steps;
        if (step.do !== "fetch") await carryOut(step);
        return undefined;
      });
      if (idle !== undefined) await rest(idle);
    }
  }

  /** Until a fact changes, or the first of the times that the steps wait for. */
  async function rest(steps: readonly Step[]): Promise<void> {
    const times = steps.flatMap((step) => (step.do === "wait" && step.until !== undefined ? [step.until] : []));
    const { promise, resolve } = wake;
    const timer: Timer | undefined =
      times.length === 0 ? undefined : clock.setTimeout(resolve, Math.max(1, Math.min(...times) - clock.now()));
    await promise;
    timer?.cancel();
  }

  const running = run();
  return {
    section,
    pursue(desired: Desired) {
      const goal: Goal = {
        services: desired.services,
        ...(desired.release === undefined ? {} : { release: desired.release }),
      };
      if (sameData(goal, journal.value.goal)) return;
      journal.change((value) => ({ ...value, goal }));
      // What failed for want of a network is worth a try now that the server was heard.
      later.clear();
      wake.resolve();
    },
    exclusive: (work) => lock.withLock(work),
    async stop() {
      ending.abort();
      for (const each of unsubscribe) each();
      wake.resolve();
      await running;
    },
  };
}
