import type { DesiredTarget } from "../../base/contracts/fleet/desired.ts";
import type { GuardState } from "../../base/contracts/fleet/release.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { ERRORS, type ErrorCode } from "../../base/registry/errors.ts";
import { type Goal, hasFailed, RELEASE, sameTarget } from "./journal.ts";
import { planLoad } from "./plan-load.ts";
import { BEFORE_GUARD, type Current, type Step } from "./steps.ts";
import { faultOf } from "./verdict.ts";

/** A release that came with the machine has no digest: its version tells. */
export function isActive(guard: GuardState, target: DesiredTarget): boolean {
  const slot = guard.slots[guard.active];
  return slot?.version === target.version && (slot.sha256 === null || slot.sha256 === target.sha256);
}

function wasRolledBack(guard: GuardState, target: DesiredTarget): boolean {
  const back = guard.rolledBack;
  return (
    back?.version === target.version &&
    back.sha256 === target.sha256 &&
    (back.attempt === undefined || back.attempt === target.attempt)
  );
}

function inSpareSlot(guard: GuardState, target: DesiredTarget): boolean {
  const spare = guard.slots[guard.active === "a" ? "b" : "a"];
  return spare?.version === target.version && spare.sha256 === target.sha256 && spare.attempt === target.attempt;
}

const wait = (reason: Extract<Step, { do: "wait" }>["for"], until?: number): Step => ({
  do: "wait",
  for: reason,
  subject: RELEASE,
  ...(until === undefined ? {} : { until }),
});

/** Steps that bring the release to the goal, or out of a trial that is under way. */
export function planRelease(current: Current, goal: Goal | null): Step[] {
  const { guard, journal, now } = current;
  const work = journal.work[RELEASE];
  const target = goal?.release;
  const later = current.notBefore[RELEASE] ?? 0;
  if (guard === undefined) return target === undefined || hasFailed(journal, RELEASE, target) ? [] : [wait("guard")];
  if (guard.trial !== null) return now < later ? [wait("time", later)] : planTrial(current, guard, guard.trial);
  if (work?.switchedAt !== undefined) {
    if (isActive(guard, work.target)) return [...restoreMode(current), settled(work.target, guard)];
    if (wasRolledBack(guard, work.target)) return [settled(work.target, guard)];
  }
  const unwanted = target === undefined || isActive(guard, target) || hasFailed(journal, RELEASE, target);
  if (unwanted) return [...(work === undefined ? [] : [abandon]), ...(work === undefined ? restoreMode(current) : [])];
  if (wasRolledBack(guard, target)) return [settled(target, guard)];
  if (work !== undefined && !sameTarget(work.target, target)) return [abandon, ...planSwitch(current, guard, target)];
  return now < later ? [wait("time", later)] : planSwitch(current, guard, target);
}

const abandon: Step = { do: "abandon", subject: RELEASE };

function settled(target: DesiredTarget, guard: GuardState): Step {
  const base = { do: "settle", subject: RELEASE, target } as const;
  if (isActive(guard, target)) return { ...base, result: "installed" };
  const code = guard.rolledBack?.code ?? "software.rolled-back";
  const message = isErrorCode(code) ? { message: coded(code).message } : {};
  return { ...base, result: "rolled-back", code, ...message };
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

function planSwitch(current: Current, guard: GuardState, target: DesiredTarget): Step[] {
  const work = current.journal.work[RELEASE];
  const fetched = work?.file !== undefined && sameTarget(work.target, target) && current.present.has(work.file);
  const rest: Step[] = [
    ...planDrain(current),
    { do: "switch", target },
    wait("trial"),
    { do: "confirm", version: target.version },
    { do: "settle", subject: RELEASE, target, result: "installed" },
  ];
  if (inSpareSlot(guard, target)) return rest;
  const install: Step = { do: "install", target };
  return fetched ? [install, ...rest] : [{ do: "fetch", subject: RELEASE, target }, install, ...rest];
}

/** A citizen who is served is waited for without end; nobody new is served meanwhile. */
function planDrain({ runtime, absentSince, now, limits }: Current): Step[] {
  if (runtime === undefined) {
    const until = (absentSince ?? now) + limits.absence;
    return now < until ? [wait("runtime", until)] : [];
  }
  if (runtime.mode === "in-service") return [{ do: "drain" }, wait("citizen")];
  return runtime.serving ? [wait("citizen")] : [];
}

function planTrial(current: Current, guard: GuardState, trial: NonNullable<GuardState["trial"]>): Step[] {
  const { journal, runtime, now, limits } = current;
  const work = journal.work[RELEASE];
  const { version } = trial;
  const failed = (code: string, message: string): Step[] => [{ do: "rollback", version, code, message }];
  const after: Step[] = work === undefined ? [] : [settled(work.target, guard)];

  if (work !== undefined && work.boots.length > limits.boots) {
    const { code, message } = coded("software.restarts", `${work.boots.length}`);
    return failed(code, message);
  }
  if (runtime?.version === version) {
    const load = planLoad(current, journal.packages);
    if (load !== undefined && current.refused) {
      const { code, message } = coded("software.packages-refused", version);
      return failed(code, message);
    }
    if (load !== undefined) return [load, wait("trial"), { do: "confirm", version }, ...after];
    const restore = restoreMode(current);
    if (restore.length > 0) return [...restore, wait("trial"), { do: "confirm", version }, ...after];
  }
  const fault = faultOf(version, runtime, journal.held);
  if (fault === undefined) {
    const stable = (current.goodSince ?? now) + limits.stable;
    return now >= stable
      ? [{ do: "confirm", version }, ...after]
      : [wait("trial", stable), { do: "confirm", version }, ...after];
  }
  // An agent that has just started, late in the trial, has not seen enough yet to judge.
  const begun = work?.switchedAt ?? now;
  const deadline = Math.max(
    Math.min(begun + limits.trial, trial.until - BEFORE_GUARD),
    (current.faultSince ?? now) + limits.stable,
  );
  if (now < deadline || work === undefined) return [wait("trial", deadline), { do: "confirm", version }, ...after];
  const { code, message } = coded(fault.code, fault.detail);
  return failed(code, message);
}

/** Only while the runtime answers: until then the mode stays held. */
function restoreMode({ journal: { held }, runtime }: Current): Step[] {
  return held === null || held.restored || runtime === undefined ? [] : [{ do: "restore-mode" }];
}
