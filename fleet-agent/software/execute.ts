import type { Clock } from "../../base/clock.ts";
import type { DesiredTarget } from "../../base/contracts/fleet/desired.ts";
import type { GuardAnswer } from "../../base/contracts/fleet/release.ts";
import type { UpdateReport } from "../../base/contracts/fleet/report.ts";
import { withDeadline } from "../../base/deadline.ts";
import type { Logger } from "../../base/log.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { RuntimeLink } from "../runtime-link/interface.ts";
import type { AgentStore } from "../store/interface.ts";
import type { UpdateClient, VerifiedTarget } from "../update/interface.ts";
import type { GuardLink } from "./interface.ts";
import {
  ended,
  type Journal,
  type JournalFile,
  outcomeOf,
  RELEASE,
  type Subject,
  type Work,
  without,
} from "./journal.ts";
import type { Packages } from "./packages.ts";
import type { Step } from "./steps.ts";
import { modeToRestore, observe } from "./verdict.ts";

export type Executors = {
  readonly store: AgentStore;
  readonly journal: JournalFile;
  readonly runtime: RuntimeLink;
  readonly guard: GuardLink;
  readonly updates: UpdateClient;
  readonly packages: Packages;
  /** `<process.platform>-<process.arch>`. */
  readonly platform: string;
  /** Whether an error may pass by itself: the step is then tried again later instead of failing the update. */
  readonly passing: (error: { readonly code: string }) => boolean;
  /** This start of the runtime refused these packages: they are not tried on it again. */
  readonly refused: () => void;
  readonly clock: Clock;
  readonly log: Logger;
};

type Failure = { readonly code: string; readonly message: string };
/** `again`: nothing was achieved, and the step may be worth another try later. */
export type Executed = "done" | { readonly again: Failure };

/** Milliseconds. A download may take a night on a slow line; the client bounds it in bytes and tries. */
const WITHIN = { fetch: 12 * 3_600_000, unpack: 600_000, load: 60_000, mode: 20_000 } as const;
const MESSAGE_LENGTH = 500;
/** What the guard may say for a while only. */
const GUARD_PASSES: readonly (string | undefined)[] = ["guard.on-trial", "guard.restart-failed"];

/**
 * Carries one step out. What a step intends is in the journal before it acts, or it may be done twice without harm; what it
 * achieved is there before `execute` returns.
 */
export async function execute(
  step: Exclude<Step, { do: "wait" }>,
  executors: Executors,
  signal: AbortSignal,
): Promise<Executed> {
  const { journal, runtime, guard, clock } = executors;
  switch (step.do) {
    case "fetch": {
      begin(executors, step.subject, step.target);
      const fetched = await withDeadline(clock, WITHIN.fetch, signal, "fetch", (inner) =>
        fetchTarget(executors, step.subject, step.target, inner),
      );
      return fetched.ok ? "done" : failedOr(executors, step.subject, step.target, fetched.error);
    }
    case "unpack": {
      const file = journal.value.work[step.subject]?.file ?? "";
      const unpacked = await withDeadline(clock, WITHIN.unpack, signal, "unpack", () =>
        executors.packages.unpack(step.subject, step.target, file),
      );
      return unpacked.ok ? "done" : failedOr(executors, step.subject, step.target, unpacked.error);
    }
    case "load":
      return await load(executors, step, signal);
    case "install": {
      const { path, version, sha256, length, attempt } = step.target;
      const file = journal.value.work[RELEASE]?.file ?? "";
      const request = { do: "install", target: path, version, sha256, length, attempt, file } as const;
      return asked(executors, step.target, await guard.ask(request, signal));
    }
    case "drain": {
      journal.change((value) => ({ ...value, held: value.held ?? observe(runtime.status.value) }));
      const drained = await withDeadline(clock, WITHIN.mode, signal, "drain", (inner) =>
        runtime.setMode("draining", inner),
      );
      return drained.ok ? "done" : { again: drained.error };
    }
    case "switch":
      return await switchTo(executors, step.target, signal);
    case "restore-mode":
      return await restoreMode(executors, signal);
    case "confirm":
      return answered(await guard.ask({ do: "confirm", version: step.version }, signal));
    case "rollback":
      executors.log("software.gives-up", { version: step.version, code: step.code });
      return answered(await guard.ask({ do: "rollback", version: step.version, code: step.code }, signal));
    case "settle":
      settle(executors, step.subject, step.target, step);
      return "done";
    case "abandon":
      journal.change((value) => ({ ...value, work: without(value.work, step.subject) }));
      return "done";
  }
}

/** Ends a try: its result and its report are durable together, and a try is reported once. */
function settle(
  { store, journal, clock, log }: Executors,
  subject: Subject,
  target: DesiredTarget,
  end: { readonly result: UpdateReport["result"]; readonly code?: string; readonly message?: string },
): void {
  const work = journal.value.work[subject];
  const message = end.message?.slice(0, MESSAGE_LENGTH);
  const said = {
    result: end.result,
    ...(end.code === undefined ? {} : { code: end.code }),
    ...(message === undefined ? {} : { message }),
  };
  const reported = outcomeOf(journal.value, subject, target) !== undefined;
  journal.change(
    (value) => ended(value, subject, target, said),
    () => {
      if (reported) return;
      const { path, sha256, attempt } = target;
      const update = { target: path, sha256, attempt, ...said, ...figures(work, clock.now()) };
      store.outbox.append({ type: "update", update });
    },
  );
  log("software.settled", { target: target.path, result: end.result, code: end.code ?? "" });
}

function figures(work: Work | undefined, now: number): Pick<UpdateReport, "bytes" | "seconds" | "darkSeconds"> {
  if (work === undefined) return {};
  const dark = work.switchedAt !== undefined && work.litAt !== undefined ? work.litAt - work.switchedAt : undefined;
  return {
    bytes: work.bytes,
    seconds: Math.max(0, now - work.startedAt) / 1000,
    ...(dark === undefined ? {} : { darkSeconds: Math.max(0, dark) / 1000 }),
  };
}

function failedOr(executors: Executors, subject: Subject, target: DesiredTarget, error: Failure): Executed {
  if (executors.passing(error)) return { again: error };
  settle(executors, subject, target, { result: "failed", code: error.code, message: error.message });
  return "done";
}

function answered(answer: Result<GuardAnswer, CodedError>): Executed {
  if (!answer.ok) return { again: answer.error };
  return answer.value.ok ? "done" : { again: failureOf(answer.value) };
}

function failureOf({ code, message }: GuardAnswer): Failure {
  return { code: code ?? "software.guard-silent", message: message ?? "" };
}

function asked(executors: Executors, target: DesiredTarget, answer: Result<GuardAnswer, CodedError>): Executed {
  if (!answer.ok) return { again: answer.error };
  if (answer.value.ok) return "done";
  const failure = failureOf(answer.value);
  if (GUARD_PASSES.includes(answer.value.code)) return { again: failure };
  settle(executors, RELEASE, target, { result: "failed", ...failure });
  return "done";
}

function begin({ journal, clock }: Executors, subject: Subject, target: DesiredTarget): void {
  if (journal.value.work[subject] !== undefined) return;
  const work: Work = { target, startedAt: clock.now(), bytes: 0, boots: [] };
  journal.change((value) => ({ ...value, work: { ...value.work, [subject]: work } }));
}

function note({ journal }: Executors, subject: Subject, change: (work: Work) => Work): void {
  const work = journal.value.work[subject];
  if (work === undefined) return;
  journal.change((value): Journal => ({ ...value, work: { ...value.work, [subject]: change(work) } }));
}

async function fetchTarget(
  executors: Executors,
  subject: Subject,
  target: DesiredTarget,
  signal: AbortSignal,
): Promise<Result<void, CodedError>> {
  const { updates, journal } = executors;
  const refreshed = await updates.refresh(signal);
  if (!refreshed.ok) return refreshed;
  journal.change((value) => ({ ...value, metadataExpires: refreshed.value.expires }));
  const found = await updates.find(target.path, signal);
  if (!found.ok) return found;
  const agreed = agrees(found.value, subject, target, executors.platform);
  if (!agreed.ok) return agreed;
  const { custom } = found.value;
  if (custom.kind === "service") note(executors, subject, (work) => ({ ...work, needsRelease: custom.needsRelease }));
  const fetched = await updates.download(found.value, signal);
  if (!fetched.ok) return fetched;
  const { file, fetched: bytes } = fetched.value;
  note(executors, subject, (work) => ({ ...work, file, bytes: work.bytes + bytes }));
  return ok();
}

/** The server's wish and the repository's signed metadata must name the same thing, and it must fit this machine. */
function agrees(
  found: VerifiedTarget,
  subject: Subject,
  wanted: DesiredTarget,
  platform: string,
): Result<void, CodedError> {
  const { custom } = found;
  const differs = (what: string) => err(coded("software.disagreement", `${wanted.path}: ${what}`));
  if (found.path !== wanted.path) return differs("path");
  if (found.length !== wanted.length) return differs("length");
  if (found.sha256 !== wanted.sha256) return differs("sha256");
  if (custom.version !== wanted.version) return differs("version");
  if (subject === RELEASE && custom.kind !== "release") return differs("it is no release");
  if (subject !== RELEASE && (custom.kind !== "service" || custom.service !== subject)) return differs("service");
  if (custom.kind === "release" && custom.platform !== platform)
    return err(coded("software.wrong-platform", `${custom.platform}, this machine is ${platform}`));
  return ok();
}

/** A directory with a mistake changes nothing in the runtime, so the overlay before stays without further ado. */
async function load(executors: Executors, step: Extract<Step, { do: "load" }>, signal: AbortSignal): Promise<Executed> {
  const { packages, runtime, journal, clock } = executors;
  const versions = Object.fromEntries(Object.entries(step.packages).map(([id, { version }]) => [id, version]));
  const composed = await packages.compose(step.packages);
  if (!composed.ok) return refusal(executors, step, composed.error);
  const loaded = await withDeadline(clock, WITHIN.load, signal, "load services", (inner) =>
    runtime.loadServices(composed.value, versions, inner),
  );
  if (!loaded.ok) return refusal(executors, step, loaded.error);
  const shown = new Map(loaded.value.services.map(({ id, version }) => [id, version]));
  const lacking = Object.entries(versions).find(([id, version]) => shown.get(id) !== version);
  // A citizen came in between: they keep what they began with, and the runtime offers the rest to the next one.
  if (lacking !== undefined && loaded.value.serving) return "done";
  if (lacking !== undefined)
    return refusal(
      executors,
      step,
      coded("software.package-invalid", `the runtime does not offer ${lacking.join(" ")}`),
    );
  journal.change((value) => ({ ...value, packages: { ...step.packages } }));
  const { goal } = journal.value;
  const wanted = Object.entries(goal?.services ?? {}).map(([id, target]) => packages.directoryOf(id, target));
  const loadedFrom = Object.values(step.packages).map(({ directory }) => directory);
  packages.tidy(composed.value, new Set([...wanted, ...loadedFrom]));
  return "done";
}

function refusal(executors: Executors, { subject }: Extract<Step, { do: "load" }>, error: Failure): Executed {
  if (executors.passing(error)) return { again: error };
  const target = subject === undefined ? undefined : executors.journal.value.work[subject]?.target;
  if (subject !== undefined && target !== undefined) return failedOr(executors, subject, target, error);
  executors.refused();
  executors.log("software.refused", { code: error.code });
  return "done";
}

/** The runtime itself says once more, in the answer to the order to take nobody new, that nobody is served. */
async function switchTo(executors: Executors, target: DesiredTarget, signal: AbortSignal): Promise<Executed> {
  const { journal, runtime, guard, clock } = executors;
  const before = runtime.status.value;
  if (before !== undefined) {
    const mode = before.mode === "maintenance" ? "maintenance" : "draining";
    const drained = await withDeadline(clock, WITHIN.mode, signal, "drain", (inner) => runtime.setMode(mode, inner));
    if (!drained.ok) return { again: drained.error };
    if (drained.value.serving) return "done";
  }
  begin(executors, RELEASE, target);
  journal.change((value) => ({ ...value, held: value.held ?? observe(before) }));
  note(executors, RELEASE, (work) => ({ ...work, switchedAt: clock.now() }));
  const answer = await guard.ask({ do: "switch", version: target.version }, signal);
  return asked(executors, target, answer);
}

async function restoreMode(executors: Executors, signal: AbortSignal): Promise<Executed> {
  const { journal, runtime, clock } = executors;
  const { held } = journal.value;
  const now = runtime.status.value;
  if (held === null || now === undefined) return "done";
  const mode = modeToRestore(held, now.mode);
  if (mode !== undefined) {
    const set = await withDeadline(clock, WITHIN.mode, signal, "mode", (inner) => runtime.setMode(mode, inner));
    if (!set.ok) return { again: set.error };
  }
  journal.change((value) => ({
    ...value,
    held: value.work[RELEASE] === undefined ? null : { ...held, restored: true },
  }));
  return "done";
}
