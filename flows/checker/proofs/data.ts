import { told } from "../../../base/told.ts";
import { stepsAfter } from "../../compiler/graph.ts";
import { valueAt } from "../../engine/expression.ts";
import { IDENTITY, reaches } from "../../steps/identify/identity.ts";
import { factAskedIn, factsFrom } from "../facts.ts";
import { type Proof, type Refusal, refusedAt, type Subject } from "../proof.ts";

/**
 * Data are asked for once, and looked up only with consent: no institution is told who the citizen is before they agreed, and
 * nothing is asked that the identity, an institution or an earlier answer has already given. Nobody gets past the identification who is
 * known less well than it demands.
 */
export const data: Proof = (subject) => [...consent(subject), ...onceOnly(subject), ...assurance(subject)];

function consent(subject: Subject): Refusal[] {
  const unasked = subject.walk.places.find(({ ledger }) => ledger.unconsented !== null);
  if (unasked === undefined) return [];
  const problem = told(
    `${unasked.ledger.unconsented} is told who the citizen is without consent`,
    `${unasked.ledger.unconsented} se entera de quién es la persona sin su consentimiento`,
  );
  const remedy = told("Put a consent step on every way to it.", "Ponga antes un paso consent, en todos los caminos.");
  return [refusedAt(subject, "data.no-consent", unasked, problem, remedy)];
}

function assurance(subject: Subject): Refusal[] {
  const { places, service } = subject.walk;
  return service.definition.steps.flatMap((step): Refusal[] => {
    if (step.kind !== "identify") return [];
    const known = (place: (typeof places)[number]) => valueAt(place.snapshot.context.data, [IDENTITY, "assurance"]);
    const below = places.find((place) => known(place) !== undefined && !reaches(known(place), step["at-least"]));
    if (below === undefined) return [];
    const problem = told(
      `"${step.id}" demands at least ${step["at-least"]}, and lets somebody through who is ${known(below)}`,
      `"${step.id}" exige al menos ${step["at-least"]}, y deja pasar a alguien que es ${known(below)}`,
    );
    const remedy = told("Take that way out of the step, or demand less.", "Quite esa forma del paso, o exija menos.");
    return [refusedAt(subject, "data.assurance", below, problem, remedy)];
  });
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
      const problem = told(
        `"${step.id}" asks for what "${source.step}" has already brought`,
        `"${step.id}" pregunta lo que "${source.step}" ya trajo`,
      );
      const remedy = told(
        `Use {{${source.place}}} and remove the question.`,
        `Use {{${source.place}}} y quite la pregunta.`,
      );
      return [refusedAt(subject, "data.asked-twice", known, problem, remedy)];
    }
    return [];
  });
}
