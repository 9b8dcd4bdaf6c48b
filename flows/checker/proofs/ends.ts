import { QUERIES, type QueryName, SUBMISSIONS, type SubmissionName } from "../../../base/contracts/gateway.ts";
import { told } from "../../../base/told.ts";
import { valueAt } from "../../engine/expression.ts";
import type { Json } from "../../engine/ports.ts";
import { fits, type LookUpStep } from "../../steps/look-up.ts";
import { leadingTo } from "../leading.ts";
import { worksOffLine } from "../off-line.ts";
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
import type { Move, Place } from "../walk.ts";

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
      problem: ({ step }) =>
        told(`no way leads from "${step}" to an end`, `desde "${step}" ningún camino lleva a un final`),
      remedy: told(
        "Lead the step on, at last to a finish step.",
        "Haga que el paso siga, y llegue al fin a un paso finish.",
      ),
    },
    {
      rule: "ends.unattended",
      broken: (place) => alive.has(place) && !unattended.has(place),
      problem: ({ step }) =>
        told(
          `when nobody does anything, the journey never leaves "${step}"`,
          `si nadie hace nada, el trámite no sale nunca de "${step}"`,
        ),
      remedy: LIBRARY_FAULT,
    },
    ...PAGE_RULES,
  ];
  return [...broken(subject), ...refusedByRules(subject, rules), ...unreachable(subject), ...worksOffLine(subject)];
};

const PAGE_RULES: readonly PlaceRule[] = [
  {
    rule: "ends.nothing-to-do",
    broken: ({ view, on }) => view.mode !== "busy" && !on.some(({ move }) => move.by === "citizen"),
    problem: ({ step }) =>
      told(`the page of "${step}" offers nothing to do`, `la página de "${step}" no ofrece nada que hacer`),
    remedy: LIBRARY_FAULT,
  },
  {
    rule: "ends.empty-list",
    broken: ({ view: { screen } }) =>
      (screen.kind === "choose" || screen.kind === "choose-many") && screen.options.length === 0,
    problem: ({ step }) =>
      told(
        `the list of "${step}" can be empty: the citizen would have nothing to choose`,
        `la lista de "${step}" puede venir vacía: la persona no tendría nada que elegir`,
      ),
    remedy: told(
      "Add must-have to the look-up that brings the list.",
      "Agregue must-have al paso look-up que trae la lista.",
    ),
  },
  {
    rule: "ends.silent-end",
    broken: ({ view }) => view.mode === "finished" && (view.screen.kind !== "finish" || view.screen.body.length === 0),
    problem: () => told("the last page does not say what happened", "la última página no dice qué pasó"),
    remedy: told("Write its body.", "Escriba su body."),
  },
  {
    rule: "ends.bad-call",
    broken: ({ call }) => call !== undefined && badInput(call) !== undefined,
    problem: ({ step, call }) => {
      const [operation, why] = [call?.input.operation, call && badInput(call)];
      return told(
        `"${step}" calls ${operation} and the call is refused: ${why}`,
        `"${step}" consulta ${operation} y la consulta es rechazada: ${why}`,
      );
    },
    remedy: told(
      "Lead here only after the steps that bring what the call needs.",
      "Llegue aquí solo después de los pasos que traen lo que la consulta necesita.",
    ),
  },
];

/** What the contract says against what a call was given. */
function badInput({ name, input }: Call): string | undefined {
  const operation = String(input.operation);
  const contract = name === "lookUp" ? QUERIES[operation as QueryName] : SUBMISSIONS[operation as SubmissionName];
  const issue = contract?.input.safeParse(input.input).error?.issues[0];
  return issue === undefined ? undefined : `${issue.path.join(".")}: ${issue.message}`;
}

function broken(subject: Subject): Refusal[] {
  const [first] = subject.walk.broken;
  if (first === undefined) return [];
  const { step } = first.place;
  const problem = told(
    `the journey breaks in "${step}": ${first.error}`,
    `el trámite se rompe en "${step}": ${first.error}`,
  );
  return [refusedAt(subject, "ends.breaks", first.place, problem, LIBRARY_FAULT)];
}

function unreachable(subject: Subject): Refusal[] {
  const { places, service, decided } = subject.walk;
  const visited = new Set(places.flatMap(({ step, snapshot }) => [step, snapshot.context.ending?.page]));
  for (const [step, cases] of decided) if (cases.size > 0) visited.add(step);
  return service.definition.steps.flatMap((step, index): Refusal[] => {
    if (!visited.has(step.id)) {
      const problem = told(`nothing ever leads to "${step.id}"`, `nada lleva nunca a "${step.id}"`);
      const remedy = told("Lead a step to it, or remove it.", "Haga que un paso lleve a él, o quítelo.");
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
      const problem = told(`nothing ever takes this case to "${go}"`, `nada toma nunca este caso hacia "${go}"`);
      const remedy = told(
        "Correct its condition, or remove it: an earlier case may take what it is for.",
        "Corrija su condición, o quítelo: puede que un caso anterior tome lo que era para él.",
      );
      return [refusedFile(subject, "ends.case-never-taken", ["steps", index, field, at], problem, remedy)];
    });
  });
}

/** The case of a look-up that its answer takes: the first that fits. */
function caseTaken({ when }: LookUpStep, move: Move): number {
  if (move.by !== "port" || move.answer.meaning !== "ok") return -1;
  const answer: Json = Reflect.get(Object(move.answer.output), "value");
  // Nobody promised it: the journey takes it for no answer at all.
  if (answer === null) return -1;
  return when.findIndex((rule) => fits(rule, valueAt({ answer }, ["answer", ...rule.path.split(".")])));
}
