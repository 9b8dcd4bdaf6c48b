import { told } from "../../base/told.ts";
import { RESERVED } from "../steps/endings.ts";
import { kindOf, type Step } from "../steps/library.ts";
import type { Checked } from "./checks.ts";
import { forwardFrom, nextOf, stepsAfter } from "./graph.ts";
import type { DefinitionError, Path, Words } from "./source.ts";

/**
 * Do the steps hang together, so that a machine can be built: names, targets, ways on, no way round. What the machine then may and
 * may not do is proved, over all its states, by `checker/`.
 */
export function checkStructure({ definition, files }: Checked): DefinitionError[] {
  const { steps } = definition;
  const errors: DefinitionError[] = [];
  const report: Report = (...mistake) => void errors.push(files.service.at(...mistake));

  if (definition.id.split("/")[0] !== definition.institution)
    report(
      ["institution"],
      told(
        `the id "${definition.id}" begins with another institution`,
        `el "id" es "${definition.id}" y comienza con otra institución`,
      ),
      told("Make both the same.", "Escriba la misma en los dos."),
    );

  const names = new Set<string>();
  for (const [index, { id }] of steps.entries()) {
    if (RESERVED.some((name) => name === id))
      report(
        ["steps", index, "id"],
        told(`"${id}" is a name of the library`, `"${id}" es un nombre reservado del tótem`),
        told("Give the step another name.", "Dé otro nombre al paso."),
      );
    if (names.has(id))
      report(
        ["steps", index, "id"],
        told(`two steps are called "${id}"`, `hay dos pasos que se llaman "${id}"`),
        told("Rename one of them.", "Cambie el nombre de uno de ellos."),
      );
    names.add(id);
  }
  for (const [index, step] of steps.entries()) {
    const named = step.next === undefined ? [] : [{ target: step.next, path: ["next"] }];
    for (const { target, path } of [...named, ...kindOf(step).exits(step)])
      if (!names.has(target))
        report(
          ["steps", index, ...path],
          told(`there is no step "${target}"`, `no hay un paso "${target}"`),
          told(`Name one of: ${[...names].join(", ")}.`, `Escriba uno de estos: ${[...names].join(", ")}.`),
        );
    if (step.kind !== "finish" && nextOf(steps, step) === undefined)
      report(
        ["steps", index],
        told(`"${step.id}" has no way on`, `después de "${step.id}" no viene ningún paso`),
        told("Add next, or a finish step below it.", 'Agregue "next", o un paso "finish" debajo.'),
      );
  }
  const [, second] = steps.filter(({ kind }) => kind === "identify");
  if (second !== undefined)
    report(
      ["steps", steps.indexOf(second)],
      told("there are two identify steps", 'hay dos pasos "identify"'),
      told("A service has one at most.", "Un servicio tiene a lo más uno: quite el otro."),
    );
  if (errors.length > 0) return errors;

  const first = steps[0];
  if (first !== undefined && !kindOf(first).page)
    report(
      ["steps", 0],
      told(`"${first.id}" has no page of its own`, `"${first.id}" no tiene una página propia`),
      told("Begin with a page, e.g. inform.", 'Comience con una página, p. ej. un paso "inform".'),
    );
  checkDirection(steps, report);
  for (const [index, step] of steps.entries()) {
    if (step.kind !== "identify" || !step.typed) continue;
    for (const proof of ["chip", "finger"] as const)
      if (step[proof] === "required")
        report(
          ["steps", index, "typed"],
          told(
            `a typed RUN goes round the ${proof} that is required`,
            `quien escribe su RUN se salta lo que "${proof}" exige`,
          ),
          told(`Remove typed, or let the ${proof} be offered.`, `Quite "typed", o escriba: ${proof}: offered.`),
        );
  }
  return errors;
}

type Report = (path: Path, ...words: Words) => void;

function checkDirection(steps: readonly Step[], report: Report): void {
  for (const [index, step] of steps.entries()) {
    const round = wayBack(steps, step);
    if (round !== undefined)
      report(
        ["steps", index],
        told(
          `"${step.id}" leads back to itself: ${[step.id, ...round].join(" → ")}`,
          `"${step.id}" lleva de vuelta a sí mismo: ${[step.id, ...round].join(" → ")}`,
        ),
        told(
          "A service goes forward; changes belong to review.",
          'Un servicio va hacia adelante; los cambios se hacen en un paso "review".',
        ),
      );
    if (step.kind !== "review") continue;
    for (const { target, path } of kindOf(step).exits(step)) {
      const changed = steps.find(({ id }) => id === target);
      if (changed !== undefined && !(kindOf(changed).page && stepsAfter(steps, changed).has(step.id)))
        report(
          ["steps", index, ...path],
          told(
            `"${target}" is no page before "${step.id}"`,
            `"${target}" no es una página que esté antes de "${step.id}"`,
          ),
          told("Name the step that asked for it.", "Escriba el nombre del paso que lo preguntó."),
        );
    }
  }
}

/** The shortest way from `step` forward to itself; `undefined` when there is none. */
function wayBack(steps: readonly Step[], step: Step): string[] | undefined {
  const open: string[][] = forwardFrom(steps, step).map((name) => [name]);
  const seen = new Set<string>();
  for (let way = open.shift(); way !== undefined; way = open.shift()) {
    const last = way.at(-1) ?? "";
    if (last === step.id) return way;
    const here = steps.find(({ id }) => id === last);
    if (here === undefined || seen.has(last)) continue;
    seen.add(last);
    for (const name of forwardFrom(steps, here)) open.push([...way, name]);
  }
  return undefined;
}
