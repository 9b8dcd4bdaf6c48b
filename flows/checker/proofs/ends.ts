import { QUERIES, type QueryName, SUBMISSIONS, type SubmissionName } from "../../../base/contracts/gateway.ts";
import { valueAt } from "../../engine/expression.ts";
import type { Json } from "../../engine/ports.ts";
import { fits, type LookUpStep } from "../../steps/look-up.ts";
import type { Call } from "../position.ts";
import {
  LIBRARY_FAULT,
  type PlaceRule,
  type Proof,
  type Refusal,
  refusedAt,
  refusedByRules,
  refusedFile,
  type Subject,
} from "../proof.ts";
import type { Move, Place, Walk } from "../walk.ts";

/**
 * No dead end: from every state the journey can come to its end, and it does so when nobody does anything; every page
 * that waits for the citizen offers something to do; the last page says what happened; every step and every case is of use;
 * every institution is asked for something that it can answer.
 */
export const ends: Proof = (subject) => {
  const { walk } = subject;
  const done = ({ snapshot }: Place) => snapshot.status === "done";
  const alive = leadingTo(walk, done, () => true);
  const unattended = leadingTo(walk, done, ({ by }) => by === "leaving" || by === "deadline");
  const rules: readonly PlaceRule[] = [
    {
      rule: "ends.dead-end",
      broken: (place) => !alive.has(place),
      problem: ({ step }) => `no way leads from "${step}" to an end`,
      remedy: "Lead the step on, at last to a finish step.",
    },
    {
      rule: "ends.unattended",
      broken: (place) => alive.has(place) && !unattended.has(place),
      problem: ({ step }) => `when nobody does anything, the journey never leaves "${step}"`,
      remedy: LIBRARY_FAULT,
    },
    ...PAGE_RULES,
  ];
  return [...broken(subject), ...refusedByRules(subject, rules), ...unreachable(subject)];
};

const waitsForCitizen = ({ view, snapshot }: Place) => snapshot.status === "active" && view.mode !== "busy";
const emptyList = ({ view }: Place) => view.screen.kind === "choose" && view.screen.options.length === 0;

const PAGE_RULES: readonly PlaceRule[] = [
  {
    rule: "ends.nothing-to-do",
    broken: (place) =>
      waitsForCitizen(place) && !emptyList(place) && !place.on.some(({ move }) => move.by === "citizen"),
    problem: ({ step }) => `the page of "${step}" offers nothing to do`,
    remedy: LIBRARY_FAULT,
  },
  {
    rule: "ends.empty-list",
    broken: (place) => waitsForCitizen(place) && emptyList(place),
    problem: ({ step }) => `the list of "${step}" can be empty: the citizen would have nothing to choose`,
    remedy: "Add must-have to the look-up that brings the list.",
  },
  {
    rule: "ends.silent-end",
    broken: ({ view }) => view.mode === "finished" && (view.screen.kind !== "finish" || view.screen.body.length === 0),
    problem: () => "the last page does not say what happened",
    remedy: "Write its body.",
  },
  {
    rule: "ends.bad-call",
    broken: ({ call }) => call !== undefined && badInput(call) !== undefined,
    problem: ({ step, call }) =>
      `"${step}" calls ${call?.input.operation} and the call is refused: ${call && badInput(call)}`,
    remedy: "Lead here only after the steps that bring what the call needs.",
  },
];

/** What the contract says against what a call was given. */
function badInput({ name, input }: Call): string | undefined {
  const operation = String(input.operation);
  const contract =
    name === "lookUp"
      ? QUERIES[operation as QueryName]
      : name === "submit"
        ? SUBMISSIONS[operation as SubmissionName]
        : undefined;
  const issue = contract?.input.safeParse(input.input).error?.issues[0];
  return issue === undefined ? undefined : `${issue.path.join(".")}: ${issue.message}`;
}

function broken(subject: Subject): Refusal[] {
  const [first] = subject.walk.broken;
  if (first === undefined) return [];
  const problem = `the journey breaks in "${first.place.step}": ${first.error}`;
  return [refusedAt(subject, "ends.breaks", first.place, problem, LIBRARY_FAULT)];
}

function unreachable(subject: Subject): Refusal[] {
  const { places, service, decided } = subject.walk;
  const visited = new Set(places.flatMap(({ step, snapshot }) => [step, snapshot.context.ending?.page ?? ""]));
  for (const [step, cases] of decided) if (cases.size > 0) visited.add(step);
  return service.definition.steps.flatMap((step, index): Refusal[] => {
    if (!visited.has(step.id)) {
      const problem = `nothing ever leads to "${step.id}"`;
      const remedy = "Lead a step to it, or remove it.";
      return [refusedFile(subject, "ends.unreachable-step", ["steps", index], problem, remedy)];
    }
    const [field, cases] =
      step.kind === "look-up" ? ["when", step.when] : step.kind === "decide" ? ["cases", step.cases] : ["", []];
    const taken =
      step.kind === "look-up"
        ? new Set(
            places.flatMap((one) => (one.step === step.id ? one.on.map(({ move }) => caseTaken(step, move)) : [])),
          )
        : decided.get(step.id);
    return cases.flatMap(({ go }, at): Refusal[] => {
      if (taken?.has(at)) return [];
      const problem = `nothing ever takes this case to "${go}"`;
      const remedy = "Correct its condition, or remove it: an earlier case may take what it is for.";
      return [refusedFile(subject, "ends.case-never-taken", ["steps", index, field, at], problem, remedy)];
    });
  });
}

/** The case of a look-up that its answer takes: the first that fits. */
function caseTaken({ when }: LookUpStep, move: Move): number {
  if (move.by !== "port" || move.answer.meaning !== "ok") return -1;
  const answer: Json = Reflect.get(Object(move.answer.output), "value");
  return when.findIndex((rule) => fits(rule, valueAt({ answer }, ["answer", ...rule.path.split(".")])));
}

/** The places from which moves that `counts` lead to a place that is a `goal`. */
function leadingTo({ places }: Walk, goal: (place: Place) => boolean, counts: (move: Move) => boolean): Set<Place> {
  const before = new Map<Place, Place[]>();
  for (const place of places)
    for (const { move, to } of place.on) {
      if (!counts(move)) continue;
      const known = before.get(to);
      if (known === undefined) before.set(to, [place]);
      else known.push(place);
    }
  const found = new Set(places.filter(goal));
  for (const place of found) for (const earlier of before.get(place) ?? []) found.add(earlier);
  return found;
}
