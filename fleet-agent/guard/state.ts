import type { GuardState, Slot } from "../../base/contracts/fleet/release.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import type { ErrorCode } from "../../base/registry/errors.ts";
import { err, ok, type Result } from "../../base/result.ts";

/** What a release is told apart by: the version for people, the digest and attempt so that a rebuilt or retried one is another. */
export type Installed = NonNullable<GuardState["slots"]["a"]>;
export type Change = Result<GuardState, CodedError>;

export const otherSlot = (slot: Slot): Slot => (slot === "a" ? "b" : "a");

function sameInstalled(a: Installed | null, b: Installed | GuardState["rolledBack"]): boolean {
  return a !== null && b !== null && a.version === b.version && a.sha256 === b.sha256 && a.attempt === b.attempt;
}

/** Whether `release` may be put into the slot that is not in use; `"there"` when it is in it already. */
export function mayInstall(state: GuardState, release: Installed): Result<"there" | "to-do", CodedError> {
  if (state.trial !== null) return err(coded("guard.on-trial", state.trial.version));
  if (state.slots[state.active]?.version === release.version)
    return err(coded("guard.already-active", release.version));
  if (sameInstalled(release, state.rolledBack))
    return err(coded("guard.was-rolled-back", `${release.version}, ${state.rolledBack?.code}`));
  return ok(sameInstalled(release, state.slots[otherSlot(state.active)]) ? "there" : "to-do");
}

/** The state with the slot that is not in use empty, or holding `release`. */
export function withSpare(state: GuardState, release: Installed | null): GuardState {
  return { ...state, slots: { ...state.slots, [otherSlot(state.active)]: release } };
}

/** Starts the trial of `version`, which must be in the other slot. Asked again, it changes nothing. */
export function switched(
  state: GuardState,
  version: string,
  trial: { readonly until: number; readonly startsLeft: number },
): Change {
  if (state.slots[state.active]?.version === version) return ok(state);
  if (state.trial !== null) return err(coded("guard.on-trial", state.trial.version));
  const spare = state.slots[otherSlot(state.active)];
  if (spare?.version !== version) return err(coded("guard.slot-empty", version));
  if (sameInstalled(spare, state.rolledBack))
    return err(coded("guard.was-rolled-back", `${version}, ${state.rolledBack?.code}`));
  return ok({ ...state, active: otherSlot(state.active), trial: { version, ...trial }, restarting: true });
}

/** Ends the trial well. Asked again, it changes nothing. */
export function confirmed(state: GuardState, version: string): Change {
  if (state.slots[state.active]?.version !== version) return err(coded("guard.not-on-trial", version));
  return ok(state.trial === null ? state : { ...state, trial: null, rolledBack: null });
}

/** Ends the trial badly: back to the other slot, which is the one that was confirmed before. Asked again, it changes nothing. */
export function rolledBack(state: GuardState, version: string, code: string, at: number): Change {
  if (state.trial === null && state.rolledBack?.version === version) return ok(state);
  const failed = state.slots[state.active];
  if (state.trial === null || failed?.version !== version) return err(coded("guard.not-on-trial", version));
  const back = otherSlot(state.active);
  if (state.slots[back] === null) return err(coded("guard.no-way-back", version));
  return ok({ ...state, active: back, trial: null, rolledBack: { ...failed, code, at }, restarting: true });
}

/** Leaves the active slot, whose content can no longer run, for the other one. */
export function abandoned(state: GuardState, code: ErrorCode, at: number): GuardState {
  const lost = state.slots[state.active];
  return {
    active: otherSlot(state.active),
    slots: { ...state.slots, [state.active]: null },
    trial: null,
    rolledBack: state.trial === null || lost === null ? state.rolledBack : { ...lost, code, at },
    restarting: true,
  };
}

/** Counts a start of a part while a release is on trial; one too many ends the trial. */
export function startNoted(state: GuardState, at: number): GuardState {
  if (state.trial === null) return state;
  if (state.trial.startsLeft > 0)
    return { ...state, trial: { ...state.trial, startsLeft: state.trial.startsLeft - 1 } };
  return endedBy(state, "guard.crash-loop", at);
}

/**
 * Ends a trial whose time is over: silence is failure. A clock that was set back must not lengthen it.
 *
 * @param length of a trial, milliseconds.
 */
export function timePassed(state: GuardState, now: number, length: number): GuardState {
  if (state.trial === null) return state;
  if (now >= state.trial.until) return endedBy(state, "guard.silence", now);
  if (state.trial.until <= now + length) return state;
  return { ...state, trial: { ...state.trial, until: now + length } };
}

/** Without a release to go back to, the one on trial stays: a doubtful kiosk is better than none. */
function endedBy(state: GuardState, code: ErrorCode, at: number): GuardState {
  if (state.trial === null) return state;
  const back = rolledBack(state, state.trial.version, code, at);
  return back.ok ? back.value : state;
}
