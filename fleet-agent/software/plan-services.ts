import type { DesiredTarget } from "../../base/contracts/fleet/desired.ts";
import { coded } from "../../base/registry/coded-error.ts";
import { compareVersions } from "../../base/versions.ts";
import { type Goal, hasFailed, outcomeOf, type Package, RELEASE, sameTarget } from "./journal.ts";
import { planLoad } from "./plan-load.ts";
import { isActive } from "./plan-release.ts";
import type { Current, Step } from "./steps.ts";

/** Steps for each service by itself, so that one that waits holds no other up; the last brings back what the runtime forgot. */
export function planServices(current: Current, goal: Goal | null): Step[][] {
  const { journal } = current;
  const known = Object.entries(journal.packages).filter(
    ([id, { directory }]) => (goal === null || goal.services[id] !== undefined) && current.present.has(directory),
  );
  const packages = Object.fromEntries(known);
  const wanted = Object.entries(goal?.services ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const gone = Object.keys(journal.work).filter(
    (id) => id !== RELEASE && goal !== null && goal.services[id] === undefined,
  );
  const load = current.refused ? undefined : planLoad(current, packages);
  const [one = RELEASE] = Object.keys({ ...packages, ...journal.packages });
  return [
    ...gone.map((subject): Step[] => [{ do: "abandon", subject }]),
    ...wanted.map(([id, target]) => planService(current, goal, id, target, packages)),
    load === undefined ? [] : [current.runtime?.serving ? { do: "wait", for: "citizen", subject: one } : load],
  ];
}

function planService(
  current: Current,
  goal: Goal | null,
  id: string,
  target: DesiredTarget,
  packages: Readonly<Record<string, Package>>,
): Step[] {
  const { journal, now } = current;
  const work = journal.work[id];
  const installed: Step = { do: "settle", subject: id, target, result: "installed" };
  const has = packages[id];
  if (has !== undefined && has.sha256 === target.sha256 && has.version === target.version) {
    const reported = outcomeOf(journal, id, target) !== undefined;
    if (work === undefined) return [];
    return sameTarget(work.target, target) && !reported ? [installed] : [{ do: "abandon", subject: id }];
  }
  if (hasFailed(journal, id, target)) return work === undefined ? [] : [{ do: "abandon", subject: id }];
  if (work !== undefined && !sameTarget(work.target, target)) return [{ do: "abandon", subject: id }];
  const later = current.notBefore[id] ?? 0;
  if (now < later) return [{ do: "wait", for: "time", subject: id, until: later }];

  const needs = planNeeds(current, goal, id, target, work?.needsRelease);
  if (needs !== undefined) return [needs];
  const directory = current.directoryOf(id, target);
  const unpacked = current.present.has(directory) && work !== undefined;
  const fetched = work?.file !== undefined && current.present.has(work.file);
  const steps: Step[] = [];
  if (!unpacked && !fetched) steps.push({ do: "fetch", subject: id, target });
  if (!unpacked) steps.push({ do: "unpack", subject: id, target });
  if (current.runtime === undefined) steps.push({ do: "wait", for: "runtime", subject: id });
  // What is offered is known only once it is: with a citizen at the screen the old services still stand.
  else if (current.runtime.serving) steps.push({ do: "wait", for: "citizen", subject: id });
  const added = { version: target.version, sha256: target.sha256, directory };
  steps.push({ do: "load", packages: { ...packages, [id]: added }, subject: id }, installed);
  return steps;
}

/** A package that this release is too old for waits for the release that is on its way, or is refused. */
function planNeeds(
  current: Current,
  goal: Goal | null,
  id: string,
  target: DesiredTarget,
  needsRelease: string | undefined,
): Step | undefined {
  if (needsRelease === undefined) return undefined;
  const { guard, journal } = current;
  const runs = guard?.slots[guard.active]?.version ?? current.runtime?.version;
  if (runs === undefined) return { do: "wait", for: "runtime", subject: id };
  if (compareVersions(runs, needsRelease) >= 0) return undefined;
  const coming = goal?.release;
  const onItsWay =
    coming !== undefined &&
    compareVersions(coming.version, needsRelease) >= 0 &&
    guard !== undefined &&
    !isActive(guard, coming) &&
    !hasFailed(journal, RELEASE, coming);
  if (onItsWay) return { do: "wait", for: "release", subject: id };
  const { code, message } = coded("software.needs-release", `${needsRelease}, this kiosk runs ${runs}`);
  return { do: "settle", subject: id, target, result: "failed", code, message };
}
