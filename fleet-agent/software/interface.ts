import type { Desired } from "../../base/contracts/fleet/desired.ts";
import type { GuardAnswer, GuardRequest, GuardState } from "../../base/contracts/fleet/release.ts";
import type { SoftwareSection } from "../../base/contracts/fleet/state.ts";
import type { Observable } from "../../base/observable.ts";
import type { CodedError } from "../../base/registry/coded-error.ts";
import type { Result } from "../../base/result.ts";

type WithoutId<R> = R extends GuardRequest ? Omit<R, "id"> : never;

/** The agent's side of the guard's request directory. */
export interface GuardLink {
  readonly state: Observable<GuardState | undefined>;
  ask(request: WithoutId<GuardRequest>, signal: AbortSignal): Promise<Result<GuardAnswer, CodedError>>;
}

/** Brings the kiosk's software to what is desired: pure planner, executors, one exclusive runner. */
export interface Software {
  readonly section: Observable<SoftwareSection>;
  /** Takes a verified desired state; the work goes on by itself. */
  pursue(desired: Desired): void;
  /** Runs `work` while no step of an update runs, and keeps updates from beginning meanwhile. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}
