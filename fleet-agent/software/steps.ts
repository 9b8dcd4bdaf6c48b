import type { DesiredTarget } from "../../base/contracts/fleet/desired.ts";
import type { GuardState } from "../../base/contracts/fleet/release.ts";
import type { UpdateReport } from "../../base/contracts/fleet/report.ts";
import type { Journal, Package, Subject } from "./journal.ts";
import type { ObservedRuntime } from "./verdict.ts";

export type Step =
  /** Trusted metadata, agreement with the desired state, download. */
  | { readonly do: "fetch"; readonly subject: Subject; readonly target: DesiredTarget }
  | { readonly do: "unpack"; readonly subject: Subject; readonly target: DesiredTarget }
  /** An overlay of these packages over the built-in services, offered from the next citizen on. */
  | {
      readonly do: "load";
      readonly packages: Readonly<Record<string, Package>>;
      /** The service whose update this is; absent when packages that are known are loaded again. */
      readonly subject?: Subject;
    }
  | { readonly do: "install"; readonly target: DesiredTarget }
  | { readonly do: "drain" }
  | { readonly do: "switch"; readonly target: DesiredTarget }
  | { readonly do: "restore-mode" }
  | { readonly do: "confirm"; readonly version: string }
  | { readonly do: "rollback"; readonly version: string; readonly code: string; readonly message: string }
  /** The try is over: recorded and reported together. */
  | {
      readonly do: "settle";
      readonly subject: Subject;
      readonly target: DesiredTarget;
      readonly result: UpdateReport["result"];
      readonly code?: string;
      readonly message?: string;
    }
  /** Forgets a try that is no longer wanted and changed nothing yet. */
  | { readonly do: "abandon"; readonly subject: Subject }
  /** Nothing to do until a fact changes, or until `until` (milliseconds since the Unix epoch). */
  | {
      readonly do: "wait";
      readonly for: "time" | "guard" | "runtime" | "citizen" | "trial" | "release";
      readonly subject: Subject;
      readonly until?: number;
    };

/** Everything that the planner looks at; read anew before each step. */
export type Current = {
  readonly journal: Journal;
  /** Undefined: no guard answers here. */
  readonly guard: GuardState | undefined;
  /** Undefined: the runtime does not answer. */
  readonly runtime: ObservedRuntime | undefined;
  /** Since when the runtime does not answer. */
  readonly absentSince: number | undefined;
  /** Since when the release on trial is in good order, without a gap. */
  readonly goodSince: number | undefined;
  /** Since when this agent sees something that speaks against it, without a gap. */
  readonly faultSince: number | undefined;
  /** Paths that exist, among those that the journal names. */
  readonly present: ReadonlySet<string>;
  /** Where a service package is unpacked to. */
  readonly directoryOf: (service: string, target: DesiredTarget) => string;
  /** Not before this time, by subject, after something failed that may pass. */
  readonly notBefore: Readonly<Record<Subject, number>>;
  /** This start of the runtime refused the known packages. */
  readonly refused: boolean;
  readonly now: number;
  readonly limits: Limits;
};

export type Limits = {
  /** Milliseconds that a release on trial has to be in good order. */
  readonly trial: number;
  /** Milliseconds that it must stay so before it is confirmed. */
  readonly stable: number;
  /** Milliseconds after which a runtime that does not answer is taken to serve nobody. */
  readonly absence: number;
  /** Starts of the runtime during a trial. */
  readonly boots: number;
};

/** Milliseconds before the guard's own deadline: so that the agent's reason is kept, not just silence. */
export const BEFORE_GUARD = 5_000;
