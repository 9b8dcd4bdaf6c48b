import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { KioskPart } from "../../base/contracts/fleet/names.ts";
import type { GuardRequest, GuardState } from "../../base/contracts/fleet/release.ts";
import type { Logger } from "../../base/log.ts";
import { sameData } from "../../base/observable.ts";
import { type CodedError, coded } from "../../base/registry/coded-error.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { copyVerified } from "./copy.ts";
import type { Disk } from "./disk.ts";
import { EVERY_PART, type Parts } from "./parts.ts";
import { createRequests } from "./requests.ts";
import { createSlots } from "./slots.ts";
import {
  abandoned,
  type Change,
  confirmed,
  type Installed,
  mayInstall,
  otherSlot,
  rolledBack,
  startNoted,
  switched,
  timePassed,
  withSpare,
} from "./state.ts";

type InstallRequest = Extract<GuardRequest, { do: "install" }>;

export type GuardOptions = {
  /** Holds `slot-a`, `slot-b` and `current`; only the guard may write there. */
  readonly root: string;
  readonly stateFile: string;
  readonly requests: string;
  /** `<process.platform>-<process.arch>`. */
  readonly platform: string;
  /** Milliseconds that a release on trial has to be confirmed. */
  readonly trial: number;
  /** Starts of parts that a trial may see, the first of each included. */
  readonly starts: number;
  readonly parts: Parts;
  /** Whether the target's path, length and digest stand in metadata that the guard itself trusts, e.g. TUF's. */
  readonly verify: (
    target: Pick<InstallRequest, "target" | "length" | "sha256" | "version">,
    file: string,
  ) => Promise<Result<void, CodedError>>;
  /** Into a fresh directory that appears whole and on the medium, or not at all. */
  readonly unpack: (file: string, directory: string) => Promise<Result<unknown, CodedError>>;
  /** Between processes: one guard works at a time. */
  readonly lock: <T>(work: () => Promise<T>) => Promise<T>;
  readonly clock: Clock;
  readonly disk: Disk;
  readonly log: Logger;
};

export interface Guard {
  /** The state; an error when there is no release that could run. */
  state(): Result<GuardState, CodedError>;
  /** Finishes what was interrupted, does what is asked, and ends a trial whose time is over. */
  once(): Promise<Result<void, CodedError>>;
  /** A part is about to start; called by its supervisor before each start. */
  noteStart(part: KioskPart): Promise<Result<void, CodedError>>;
}

/**
 * Owns the two slots and the pointer between them.
 *
 * Invariants: `current` points to a whole release at every instant, one that was confirmed or one that is on trial; the slot that
 * it points to is never written; a change is written to the state file first and carried out after, so that whoever is killed
 * between is finished by the next `once`; the state file is the only truth.
 */
export function createGuard(options: GuardOptions): Guard {
  const { root, platform, parts, clock, disk, log } = options;
  const slots = createSlots({ root, stateFile: options.stateFile, disk });
  const requests = createRequests(options.requests, disk);
  const incoming = join(root, "incoming");

  /** Reads the state, brings the link in line with it, and leaves a slot that has rotted for the other one. */
  function recovered(): Result<GuardState, CodedError> {
    const state = slots.load();
    if (!state.ok) return state;
    const whole = slots.manifest(state.value.active);
    if (whole.ok) {
      if (slots.linked() !== state.value.active) slots.point(state.value.active);
      // The agent reads the file: a machine that was just installed has none yet.
      if (slots.written() === undefined) slots.save(state.value);
      return state;
    }
    const back = otherSlot(state.value.active);
    if (!slots.manifest(back).ok) return err(coded("guard.no-release", whole.error.message));
    return ok(apply(state.value, abandoned(state.value, "guard.not-whole", clock.now())));
  }

  /** Writes `next` and carries it out. */
  function apply(state: GuardState, next: GuardState): GuardState {
    if (sameData(state, next)) return state;
    slots.save(next);
    if (next.active !== state.active) {
      slots.point(next.active);
      const version = next.slots[next.active]?.version ?? "";
      if (next.trial !== null) log("guard.switched", { version, slot: next.active });
      else log("guard.rolled-back", { version, slot: next.active, code: next.rolledBack?.code ?? "" });
    } else if (state.trial !== null && next.trial === null) log("guard.confirmed", { version: state.trial.version });
    return next;
  }

  function change(state: GuardState, changed: Change): Result<void, CodedError> {
    if (!changed.ok) return changed;
    apply(state, changed.value);
    return ok();
  }

  async function install(state: GuardState, request: InstallRequest): Promise<Result<void, CodedError>> {
    const { version, sha256, attempt } = request;
    const release: Installed = { version, sha256, ...(attempt === undefined ? {} : { attempt }) };
    const may = mayInstall(state, release);
    if (!may.ok) return may;
    const slot = otherSlot(state.active);
    if (may.value === "there" && slots.manifest(slot).ok) return ok();
    try {
      const copied = await copyVerified(request.file, incoming, request);
      if (!copied.ok) return copied;
      const verified = await options.verify(request, incoming);
      if (!verified.ok) return verified;
      const emptied = apply(state, withSpare(state, null));
      slots.clear(slot);
      const unpacked = await options.unpack(incoming, slots.directory(slot));
      const fits = unpacked.ok ? checkManifest(slot, version) : unpacked;
      if (!fits.ok) slots.clear(slot);
      else apply(emptied, withSpare(emptied, release));
      if (fits.ok) log("guard.installed", { version, slot });
      return fits.ok ? ok() : fits;
    } finally {
      disk.remove(incoming);
    }
  }

  function checkManifest(slot: "a" | "b", version: string): Result<void, CodedError> {
    const manifest = slots.manifest(slot);
    if (!manifest.ok) return manifest;
    if (manifest.value.platform !== platform)
      return err(coded("guard.wrong-platform", `${manifest.value.platform}, this machine is ${platform}`));
    if (manifest.value.version !== version)
      return err(coded("guard.wrong-version", `release.json says ${manifest.value.version}, asked was ${version}`));
    return ok();
  }

  /** The other slot must be whole at the moment of the switch too: disks fail. */
  function switchTo(state: GuardState, version: string): Result<void, CodedError> {
    const next = switched(state, version, { until: clock.now() + options.trial, startsLeft: options.starts });
    if (!next.ok) return next;
    const whole = checkManifest(next.value.active, version);
    return whole.ok ? change(state, next) : whole;
  }

  /** What is asked; restarts that it needs come back to be done outside the lock. */
  async function carryOut(state: GuardState, request: GuardRequest): Promise<Result<void, CodedError>> {
    switch (request.do) {
      case "install":
        return await install(state, request);
      case "switch":
        return switchTo(state, request.version);
      case "confirm":
        return change(state, confirmed(state, request.version));
      case "rollback":
        return rollBack(state, request.version, request.code);
      case "restart":
        return await parts.restart([request.part]);
    }
  }

  function rollBack(state: GuardState, version: string, code: string): Result<void, CodedError> {
    const next = rolledBack(state, version, code, clock.now());
    if (!next.ok) return next;
    const whole = slots.manifest(next.value.active);
    return whole.ok ? change(state, next) : err(coded("guard.no-way-back", whole.error.message));
  }

  /** A trial that time or crashes end; it goes on when there is no whole release to go back to. */
  function endTrial(state: GuardState, next: GuardState): void {
    if (next.active === state.active) return void apply(state, next);
    const whole = slots.manifest(next.active);
    if (whole.ok) apply(state, next);
    else log("guard.stuck", { code: "guard.no-way-back", version: state.trial?.version ?? "" });
  }

  async function serve(): Promise<Result<void, CodedError>> {
    disk.remove(incoming);
    for (const waiting of requests.waiting()) {
      const state = recovered();
      if (!state.ok) return state;
      const outcome = waiting.request.ok ? await carryOut(state.value, waiting.request.value) : waiting.request;
      if (!outcome.ok) log("guard.refused", { code: outcome.error.code });
      requests.answer(waiting, outcome);
    }
    const state = recovered();
    if (!state.ok) return state;
    endTrial(state.value, timePassed(state.value, clock.now(), options.trial));
    return ok();
  }

  /**
   * Restarts the parts after a switch or a roll-back. Outside the lock, since each part notes its start here; the mark goes only
   * when the order was taken, so that an interrupted restart is given again.
   */
  async function restartParts(): Promise<Result<void, CodedError>> {
    const before = slots.load();
    if (!before.ok) return before;
    if (before.value.restarting === undefined) return ok();
    const restarted = await parts.restart(EVERY_PART);
    if (!restarted.ok) return restarted;
    return await options.lock(async () => {
      const state = slots.load();
      if (state.ok && state.value.active === before.value.active) {
        const { restarting: _done, ...rest } = state.value;
        apply(state.value, rest);
      }
      return ok();
    });
  }

  return {
    state: () => slots.load(),
    async once() {
      const served = await options.lock(serve);
      if (!served.ok) return served;
      return await restartParts();
    },
    async noteStart(part) {
      const noted = await options.lock(async () => {
        const state = recovered();
        if (!state.ok) return state;
        log("guard.start", { part, left: state.value.trial?.startsLeft ?? 0 });
        endTrial(state.value, startNoted(state.value, clock.now()));
        return ok();
      });
      return noted.ok ? await restartParts() : noted;
    },
  };
}
