import { RESERVED } from "../steps/endings.ts";
import { kindOf, type Step } from "../steps/library.ts";
import type { Checked } from "./checks.ts";
import { forwardFrom, nextOf, stepsAfter } from "./graph.ts";
import type { DefinitionError, Path } from "./source.ts";

/**
 * Do the steps hang together, so that a machine can be built: names, targets, ways on, no way round. What the machine then may and
 * may not do is proved, over all its states, by `checker/`.
 */
export function checkStructure({ definition, files }: Checked): DefinitionError[] {
  const { steps } = definition;
  const errors: DefinitionError[] = [];
  const report = (path: Path, problem: string, remedy: string) =>
    void errors.push(files.service.at(path, problem, remedy));

  if (definition.id.split("/")[0] !== definition.institution)
    report(["institution"], `the id "${definition.id}" begins with another institution`, "Make both the same.");

  const names = new Set<string>();
  for (const [index, { id }] of steps.entries()) {
    if (RESERVED.some((name) => name === id))
      report(["steps", index, "id"], `"${id}" is a name of the library`, "Give the step another name.");
    if (names.has(id)) report(["steps", index, "id"], `two steps are called "${id}"`, "Rename one of them.");
    names.add(id);
  }
  for (const [index, step] of steps.entries()) {
    const named = step.next === undefined ? [] : [{ target: step.next, path: ["next"] }];
    for (const { target, path } of [...named, ...kindOf(step).exits(step)])
      if (!names.has(target))
        report(["steps", index, ...path], `there is no step "${target}"`, `Name one of: ${[...names].join(", ")}.`);
    if (step.kind !== "finish" && nextOf(steps, step) === undefined)
      report(["steps", index], `"${step.id}" has no way on`, "Add next, or a finish step below it.");
  }
  const [, second] = steps.filter(({ kind }) => kind === "identify");
  if (second !== undefined)
    report(["steps", steps.indexOf(second)], "there are two identify steps", "A service has one at most.");
  if (errors.length > 0) return errors;

  const first = steps[0];
  if (first !== undefined && !kindOf(first).page)
    report(["steps", 0], `"${first.id}" has no page of its own`, "Begin with a page, e.g. inform.");
  checkDirection(steps, report);
  for (const [index, step] of steps.entries()) {
    if (step.kind !== "identify" || !step.typed) continue;
    for (const proof of ["chip", "finger"] as const)
      if (step[proof] === "required")
        report(
          ["steps", index, "typed"],
          `a typed RUN goes round the ${proof} that is required`,
          `Remove typed, or let the ${proof} be offered.`,
        );
  }
  return errors;
}

type Report = (path: Path, problem: string, remedy: string) => void;

function checkDirection(steps: readonly Step[], report: Report): void {
  for (const [index, step] of steps.entries()) {
    const round = wayBack(steps, step);
    if (round !== undefined)
      report(
        ["steps", index],
        `"${step.id}" leads back to itself: ${[step.id, ...round].join(" → ")}`,
        "A service goes forward; changes belong to review.",
      );
    if (step.kind !== "review") continue;
    for (const { target, path } of kindOf(step).exits(step)) {
      const changed = steps.find(({ id }) => id === target);
      if (changed !== undefined && !(kindOf(changed).page && stepsAfter(steps, changed).has(step.id)))
        report(
          ["steps", index, ...path],
          `"${target}" is no page before "${step.id}"`,
          "Name the step that asked for it.",
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
