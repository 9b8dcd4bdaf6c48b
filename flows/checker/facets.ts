import type { Definition } from "../compiler/definition.ts";
import { conditionsIn, templatesIn } from "../compiler/graph.ts";
import { holds } from "../engine/condition.ts";
import { placeholders, type Template, valueAt } from "../engine/expression.ts";
import type { Json } from "../engine/ports.ts";
import { IDENTITY, reaches } from "../steps/identify/identity.ts";

/** When every walked journey began, local time: ages are counted from it. */
export const START = "2030-01-01T10:00:00";

type Facet = { readonly path: readonly string[]; readonly of: (value: Json | undefined) => Json };

/**
 * What of the steps' results anything ever depends on, besides that they are there: values that conditions name, lists that may
 * be empty, amounts of nothing, answers that were left out. All else of an answer is only shown.
 */
export function facetsOf({ steps }: Definition): (data: { readonly [name: string]: Json }) => Json {
  const facets: Facet[] = [];
  const add = (template: Template, of: Facet["of"]) => {
    for (const { path } of placeholders(template)) facets.push({ path, of });
  };
  for (const step of steps) {
    if (step.kind === "look-up") {
      for (const { path } of step.when) facets.push({ path: [step.id, ...path.split(".")], of: itself });
      const list = step["must-have"];
      if (list !== undefined) facets.push({ path: [step.id, ...list.split(".")], of: isEmpty });
    }
    if (step.kind === "choose" && !Array.isArray(step.options) && "from" in step.options)
      add(step.options.from, isEmpty);
    if (step.kind === "sign")
      facets.push({ path: [IDENTITY, "assurance"], of: (value) => reaches(value, "document-scanned") });
    if (step.kind === "pay") add(step.amount, itself);
    if (step.kind === "look-up" || step.kind === "issue" || step.kind === "request")
      for (const { template } of templatesIn(step.input)) add(template, isEmpty);
    if (step.kind === "turn" || step.kind === "status")
      for (const { template } of templatesIn(step)) add(template, isEmpty);
  }
  const conditions = conditionsIn(steps).map(({ condition }) => condition);
  return (data) => [
    ...facets.map(({ path, of }) => of(valueAt(data, path))),
    ...conditions.map((condition) => holds(condition, { ...data, site: { startedAt: START } })),
  ];
}

const itself = (value: Json | undefined): Json => value ?? null;

function isEmpty(value: Json | undefined): Json {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
