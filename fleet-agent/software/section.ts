import type { SoftwareSection } from "../../base/contracts/fleet/state.ts";
import { outcomeOf, RELEASE } from "./journal.ts";
import type { Current, Step } from "./steps.ts";

type UpdateState = SoftwareSection["update"];

/** What the kiosk tells of its software. */
export function sectionOf({ journal, guard, runtime }: Current, steps: readonly Step[]): SoftwareSection {
  const versions = Object.entries(journal.packages).map(([id, { version }]) => [id, version]);
  return {
    release: guard?.slots[guard.active]?.version ?? runtime?.version ?? "unknown",
    slot: guard?.active ?? null,
    packages: Object.fromEntries(versions),
    update: stateOf(journal, guard?.trial !== undefined && guard.trial !== null, steps),
    ...(journal.metadataExpires === undefined ? {} : { metadataExpires: journal.metadataExpires }),
  };
}

function stateOf(journal: Current["journal"], trial: boolean, steps: readonly Step[]): UpdateState {
  const target = targetOf(journal, steps);
  const named = target === undefined ? {} : { target };
  if (trial) return { state: "trial", ...named };
  for (const step of steps) {
    if (step.do === "fetch") return { state: "downloading", ...named };
    if (step.do === "unpack" || step.do === "load" || step.do === "install") return { state: "installing", ...named };
    if (step.do === "drain" || step.do === "switch" || (step.do === "wait" && step.for === "citizen"))
      return { state: "waiting-for-citizen", ...named };
  }
  return failureOf(journal) ?? { state: "idle" };
}

function targetOf({ work, goal }: Current["journal"], steps: readonly Step[]): string | undefined {
  const [first] = steps;
  if (first === undefined) return undefined;
  if ("target" in first) return first.target.path;
  const subject = "subject" in first ? (first.subject ?? RELEASE) : RELEASE;
  return work[subject]?.target.path ?? (subject === RELEASE ? goal?.release?.path : goal?.services[subject]?.path);
}

/** The first target of the goal that failed. */
function failureOf(journal: Current["journal"]): UpdateState | undefined {
  const { goal } = journal;
  const wanted = [
    ...(goal?.release === undefined ? [] : [[RELEASE, goal.release] as const]),
    ...Object.entries(goal?.services ?? {}),
  ];
  for (const [subject, target] of wanted) {
    const end = outcomeOf(journal, subject, target);
    if (end === undefined || end.result === "installed") continue;
    const { code, message } = end;
    return {
      ...{ state: "failed", target: target.path },
      ...(code === undefined ? {} : { code }),
      ...(message === undefined ? {} : { message }),
    };
  }
  return undefined;
}
