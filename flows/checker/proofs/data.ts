import { stepsAfter } from "../../compiler/graph.ts";
import { valueAt } from "../../engine/expression.ts";
import { factAskedIn, factsFrom } from "../facts.ts";
import { type Proof, type Refusal, refusedAt, type Subject } from "../proof.ts";

/**
 * Data are asked for once, and looked up only with consent: no institution is told who the citizen is before they agreed, and
 * nothing is asked that the identity, an institution or an earlier answer has already given.
 */
export const data: Proof = (subject) => [...consent(subject), ...onceOnly(subject)];

function consent(subject: Subject): Refusal[] {
  const told = subject.walk.places.find(({ ledger }) => ledger.unconsented !== null);
  if (told === undefined) return [];
  const problem = `${told.ledger.unconsented} is told who the citizen is without consent`;
  return [refusedAt(subject, "data.no-consent", told, problem, "Put a consent step on every way to it.")];
}

function onceOnly(subject: Subject): Refusal[] {
  const { places, service } = subject.walk;
  const { steps } = service.definition;
  return steps.flatMap((step): Refusal[] => {
    const asked = factAskedIn(step);
    if (asked === undefined) return [];
    const earlier = steps.filter((other) => stepsAfter(steps, other).has(step.id));
    const sources = earlier.flatMap((other) =>
      factsFrom(other).flatMap(({ fact, place }) => (fact === asked ? [{ step: other.id, place }] : [])),
    );
    for (const source of sources) {
      const known = places.find(
        ({ step: id, snapshot }) =>
          id === step.id && valueAt(snapshot.context.data, source.place.split(".")) !== undefined,
      );
      if (known === undefined) continue;
      const problem = `"${step.id}" asks for what "${source.step}" has already brought`;
      return [
        refusedAt(subject, "data.asked-twice", known, problem, `Use {{${source.place}}} and remove the question.`),
      ];
    }
    return [];
  });
}
