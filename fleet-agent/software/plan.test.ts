import fc from "fast-check";
import { expect, test } from "vitest";
import type { DesiredTarget } from "../../base/contracts/fleet/desired.ts";
import type { GuardState } from "../../base/contracts/fleet/release.ts";
import { EMPTY_JOURNAL, type Goal, outcomeOf } from "./journal.ts";
import { plan } from "./plan.ts";
import type { Step } from "./steps.ts";
import { SimulatedKiosk } from "./testing/simulated-kiosk.ts";

const sha = (letter: string) => letter.repeat(64);
const release = (version: string, attempt = 1): DesiredTarget => ({
  ...{ path: `releases/ventanilla-${version}-test.tar.zst`, version, length: 10, attempt },
  sha256: sha(version.replace(/\D/g, "").slice(0, 1)),
});
const packed = (version: string, attempt = 1): DesiredTarget => ({
  ...release(version, attempt),
  path: `services/i.s-${version}.tar.zst`,
});
const goalOf = (releaseTarget: DesiredTarget | undefined, services: Goal["services"] = {}): Goal => ({
  services,
  ...(releaseTarget === undefined ? {} : { release: releaseTarget }),
});

test("a release goes from download to settled, each step once", () => {
  const kiosk = new SimulatedKiosk();
  const steps = kiosk.run(goalOf(release("2.0.0")));
  expect(steps.map((step) => step.do)).toEqual([
    ...["fetch", "install", "drain", "switch", "restore-mode", "confirm", "settle"],
  ]);
  expect(kiosk.reports).toEqual([{ subject: "release", sha256: sha("2"), attempt: 1, result: "installed" }]);
  expect(kiosk.mode).toBe("in-service");
  expect(kiosk.run(goalOf(release("2.0.0")))).toEqual([]);
});

test("a release that does not stand its trial goes back once, and is tried again with a new attempt only", () => {
  const kiosk = new SimulatedKiosk({ broken: ["2.0.0"] });
  kiosk.run(goalOf(release("2.0.0")));
  expect(kiosk.reports).toMatchObject([{ result: "rolled-back" }]);
  expect(kiosk.running).toBe("1.0.0");
  expect(kiosk.mode).toBe("in-service");
  expect(kiosk.run(goalOf(release("2.0.0")))).toEqual([]);
  kiosk.broken.clear();
  kiosk.run(goalOf(release("2.0.0", 2)));
  expect(kiosk.running).toBe("2.0.0");
  expect(kiosk.reports.map(({ result }) => result)).toEqual(["rolled-back", "installed"]);
});

test("release and service package are fetched while a citizen is served, appear after, and the package again after the restart", () => {
  const kiosk = new SimulatedKiosk();
  kiosk.serving = true;
  kiosk.servingFor = Number.POSITIVE_INFINITY;
  const goal = goalOf(release("2.0.0"), { "i/s": packed("3.0.0") });
  const before = kiosk.run(goal).map((step) => step.do);
  expect(before.filter((step) => step === "fetch")).toHaveLength(2);
  expect(kiosk.loaded).toEqual({});
  expect(kiosk.running).toBe("1.0.0");
  kiosk.serving = false;
  kiosk.run(goal);
  expect(kiosk.running).toBe("2.0.0");
  expect(kiosk.loaded).toEqual({ "i/s": "3.0.0" });
  expect(kiosk.reports).toHaveLength(2);
});

test("a package that the runtime refuses is a failed update, and the old overlay stays", () => {
  const kiosk = new SimulatedKiosk({ broken: ["4.0.0"] });
  kiosk.run(goalOf(undefined, { "i/s": packed("3.0.0") }));
  kiosk.run(goalOf(undefined, { "i/s": packed("4.0.0") }));
  expect(kiosk.loaded).toEqual({ "i/s": "3.0.0" });
  expect(kiosk.reports.map(({ result }) => result)).toEqual(["installed", "failed"]);
  expect(kiosk.run(goalOf(undefined, {}))).toMatchObject([{ do: "load", packages: {} }]);
  expect(kiosk.loaded).toEqual({});
});

test("a package that needs a newer release waits for it when it is on its way, and is refused otherwise", () => {
  const kiosk = new SimulatedKiosk({ needs: { "3.0.0": "2.0.0" } });
  kiosk.run(goalOf(undefined, { "i/s": packed("3.0.0") }));
  expect(kiosk.reports).toMatchObject([{ subject: "i/s", result: "failed" }]);
  const other = new SimulatedKiosk({ needs: { "3.0.0": "2.0.0" } });
  other.serving = true;
  other.servingFor = 3;
  other.run(goalOf(release("2.0.0"), { "i/s": packed("3.0.0") }));
  expect(other.reports.map(({ subject }) => subject)).toEqual(["release", "i/s"]);
});

test("with a lost journal a release on trial is still confirmed", () => {
  const kiosk = new SimulatedKiosk();
  kiosk.runUntil(goalOf(release("2.0.0")), (step) => step.do === "switch");
  kiosk.journal = EMPTY_JOURNAL;
  kiosk.run(goalOf(release("2.0.0")));
  expect(kiosk.guard).toMatchObject({ active: "b", trial: null } satisfies Partial<GuardState>);
});

const version = fc.constantFrom("1.0.0", "2.0.0", "3.0.0", "4.0.0");
const goals = fc
  .record({
    release: fc.option(fc.tuple(version, fc.integer({ min: 1, max: 2 })), { nil: undefined }),
    one: fc.option(version, { nil: undefined }),
    two: fc.option(version, { nil: undefined }),
  })
  .map(({ release: wanted, one, two }) =>
    goalOf(wanted === undefined ? undefined : release(...wanted), {
      ...(one === undefined ? {} : { "i/one": packed(one) }),
      ...(two === undefined ? {} : { "i/two": packed(two) }),
    }),
  );

test("whatever is wanted, broken, served or interrupted: the goal is reached or has failed, once, and never under a citizen", () => {
  fc.assert(
    fc.property(
      fc.array(goals, { minLength: 1, maxLength: 4 }),
      fc.uniqueArray(version.filter((each) => each !== "1.0.0")),
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 }),
      (sequence, broken, chance) => {
        const kiosk = new SimulatedKiosk({ broken, chance });
        for (const goal of sequence) {
          expect(doubles(plan(kiosk.current(), goal))).toEqual([]);
          kiosk.run(goal);
          if (goal.release !== undefined) {
            const reached = kiosk.running === goal.release.version;
            const end = outcomeOf(kiosk.journal, "release", goal.release)?.result ?? "none";
            expect(reached || ["failed", "rolled-back"].includes(end)).toBe(true);
          }
          for (const [id, target] of Object.entries(goal.services))
            expect(
              kiosk.loaded[id] === target.version || outcomeOf(kiosk.journal, id, target)?.result === "failed",
            ).toBe(true);
          expect(kiosk.guard.trial).toBeNull();
          expect(kiosk.mode).toBe("in-service");
        }
        const tries = kiosk.reports.map(({ subject, sha256, attempt }) => `${subject} ${sha256} ${attempt}`);
        const failedTries = tries.filter((_, index) => kiosk.reports[index]?.result !== "installed");
        expect(new Set(failedTries).size).toBe(failedTries.length);
        expect(kiosk.violations).toEqual([]);
      },
    ),
    { numRuns: 1000 },
  );
});

function doubles(steps: readonly Step[]): string[] {
  const written = steps.filter((step) => step.do !== "wait").map((step) => JSON.stringify(step));
  return written.filter((step, index) => written.indexOf(step) !== index);
}
