import { beforeEach, describe } from "vitest";
import type { DeviceKind } from "../base/contracts/device-status.ts";
import type { ContractRun, Place } from "./contract-places.ts";

declare module "vitest" {
  interface TaskMeta {
    /** Set on the group of tests that a contract run is; the reporter counts by it. */
    contract?: ContractRun;
  }
}

/** Registers tests of a driver that count in the table of docs/devices.generated.md. */
export function contractRun(run: ContractRun, register: () => void): void {
  const tests = run.tests === "contract" ? "contract" : run.tests === "own" ? "own tests" : run.tests;
  describe(`${run.kind} ${tests}: ${run.model} on ${run.transport}`, { meta: { contract: run } }, register);
}

/**
 * Makes a kind's contract suite out of its tests: a function that registers them for one model at one place.
 *
 * @param register registers the tests; what it needs (a bench, most often) is handed on by whoever runs the suite.
 */
export function contractSuite<Needs extends readonly unknown[]>(
  kind: DeviceKind,
  register: (...needs: Needs) => void,
): (place: Place, ...needs: Needs) => void {
  return (place, ...needs) => contractRun({ kind, ...place, tests: "contract" }, () => register(...needs));
}

/** Counts all tests of the calling file, which another maker's program answers, as `run`. */
export function countFileAs(run: ContractRun): void {
  beforeEach(({ task }) => {
    task.meta.contract = run;
  });
}
